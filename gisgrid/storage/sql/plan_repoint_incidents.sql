-- Every incident of the community gets the grid of plan :plan that it lies in, NULL where it lies in
-- none, and every incident at its border the grids next to it. The grid at report time stays.
WITH taken AS (SELECT id, unit_id, cell_set_id FROM plan WHERE id = :plan),
old_grids AS (
    SELECT coalesce(array_agg(plan_grid.id), '{}') AS ids
    FROM plan_grid JOIN plan ON plan.id = plan_grid.plan_id JOIN taken ON taken.unit_id = plan.unit_id
    WHERE plan.id <> taken.id
),
moved AS (
    SELECT
        incident.id, incident.geom_3857,
        :near_m / cos(radians(ST_Y(incident.geom))) AS near,
        CASE WHEN incident.community_id = taken.unit_id THEN (
            SELECT plan_cell.grid_id
            FROM cell
            JOIN plan_cell ON plan_cell.plan_id = taken.id AND plan_cell.cell_id = cell.id
            WHERE cell.cell_set_id = taken.cell_set_id AND ST_Intersects(cell.geom, incident.geom)
            ORDER BY cell.id
            LIMIT 1
        ) ELSE incident.grid_now END AS grid_now
    FROM incident CROSS JOIN taken CROSS JOIN old_grids
    WHERE incident.geom IS NOT NULL
      AND (incident.community_id = taken.unit_id OR incident.grids_near && old_grids.ids)
),
bordering AS (
    SELECT moved.id, array_agg(DISTINCT plan_cell.grid_id ORDER BY plan_cell.grid_id) AS grids
    FROM moved
    JOIN cell ON cell.geom_3857 && ST_Expand(moved.geom_3857, moved.near)
        AND ST_DWithin(cell.geom_3857, moved.geom_3857, moved.near)
    JOIN plan_cell ON plan_cell.cell_id = cell.id AND plan_cell.grid_id <> moved.grid_now
    JOIN plan ON plan.id = plan_cell.plan_id AND plan.state = 'effective'
    GROUP BY moved.id
)
UPDATE incident
SET grid_now = moved.grid_now,
    grids_near = coalesce(bordering.grids, '{}'),
    located_reason = CASE
        WHEN bordering.id IS NOT NULL THEN 'near_border'
        WHEN moved.grid_now IS NOT NULL THEN 'cell'
        ELSE 'no_plan'
    END
FROM moved LEFT JOIN bordering ON bordering.id = moved.id
WHERE incident.id = moved.id
