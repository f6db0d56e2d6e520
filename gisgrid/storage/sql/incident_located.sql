-- Included: where the incidents of `placed` (id, reported_at, geom, geom_3857, near) lie.
housed AS (
    SELECT DISTINCT ON (placed.id) placed.id, placed.reported_at, unit.id AS community_id
    FROM placed
    JOIN unit ON unit.geom && placed.geom AND ST_Intersects(unit.geom, placed.geom)
    JOIN project ON true
    JOIN unit_level ON unit_level.preset = project.preset AND unit_level.depth = unit.depth
    WHERE unit_level.role = 'community' AND (
        unit.valid_to IS NULL
        -- reported before another unit succeeded: it keeps the unit of its day
        OR (placed.reported_at AT TIME ZONE project.timezone)::date < unit.valid_to
            AND EXISTS (SELECT FROM unit_succession WHERE old_id = unit.id)
    )
    ORDER BY placed.id, unit.valid_to NULLS LAST, unit.id
),
held AS (
    -- every published plan whose cell holds the incident, with the grid it gives that cell to
    SELECT placed.id, plan.state, plan.effective_from, plan.effective_to, plan_cell.grid_id
    FROM placed
    JOIN cell ON cell.geom && placed.geom AND ST_Intersects(cell.geom, placed.geom)
    JOIN plan_cell ON plan_cell.cell_id = cell.id
    JOIN plan ON plan.id = plan_cell.plan_id AND plan.state IN ('effective', 'superseded')
),
now_held AS (
    SELECT DISTINCT ON (id) id, grid_id FROM held
    WHERE state = 'effective'
    ORDER BY id, grid_id
),
then_held AS (
    SELECT DISTINCT ON (held.id) held.id, held.grid_id
    FROM held JOIN placed ON placed.id = held.id
    WHERE coalesce(
        held.effective_to
        > (placed.reported_at AT TIME ZONE (SELECT timezone FROM project))::date,
        true
    )
    ORDER BY held.id, held.effective_from, held.grid_id
),
bordering AS (
    SELECT placed.id, array_agg(DISTINCT plan_cell.grid_id ORDER BY plan_cell.grid_id) AS grids
    FROM placed
    JOIN now_held ON now_held.id = placed.id
    JOIN cell ON cell.geom_3857 && ST_Expand(placed.geom_3857, placed.near)
        AND ST_DWithin(cell.geom_3857, placed.geom_3857, placed.near)
    JOIN plan_cell ON plan_cell.cell_id = cell.id AND plan_cell.grid_id <> now_held.grid_id
    JOIN plan ON plan.id = plan_cell.plan_id
    WHERE plan.state = 'effective'
    GROUP BY placed.id
)
