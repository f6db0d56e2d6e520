-- The grids of plan :source that have a cell, copied to plan :plan, unlocked.
INSERT INTO plan_grid (plan_id, position, code, kind, name, leader_id, leader_name, colour)
SELECT :plan, position, code, kind, name, leader_id, leader_name, colour
FROM plan_grid
WHERE plan_id = :source
  AND EXISTS (SELECT 1 FROM plan_cell WHERE plan_cell.grid_id = plan_grid.id)
ORDER BY position
