-- Give each of :cells from its grid in :sources to its grid in :targets; a cell that is no longer in
-- its source is left, so that the number of rows tells whether all of them agreed.
UPDATE plan_cell
SET grid_id = move.target
FROM unnest(CAST(:cells AS int[]), CAST(:sources AS int[]), CAST(:targets AS int[]))
    AS move (cell, source, target)
WHERE plan_cell.plan_id = :plan
  AND plan_cell.cell_id = move.cell
  AND plan_cell.grid_id = move.source
