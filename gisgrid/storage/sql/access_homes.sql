-- Those of the buildings :ids that are inhabited and in scope: households, the grid in force, and
-- the walk to the nearest service of :kind (null where none is in reach). Rows of `changed`
-- (buildings, `walks`, `lines`) stand instead of what is stored.
SELECT building.id, households, plan_grid.id AS grid, reach.metres, stored.service_point_id AS service
FROM building
LEFT JOIN reach AS stored ON stored.building_id = building.id AND stored.kind = :kind
LEFT JOIN unnest(
    CAST(:changed AS int[]), CAST(:walks AS real[]), CAST(:lines AS real[])
) AS other (building_id, metres, straight_m) ON other.building_id = building.id
CROSS JOIN LATERAL (
    SELECT
        coalesce(other.metres, stored.metres) AS metres,
        coalesce(other.straight_m, stored.straight_m) AS straight_m
) AS reach
LEFT JOIN (
    plan
    JOIN plan_cell ON plan_cell.plan_id = plan.id
    JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
    JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
) ON cell_building.building_id = building.id AND plan.state = 'effective'
WHERE building.id = ANY(:ids) AND building.retired_at IS NULL AND households > 0
ORDER BY building.id
