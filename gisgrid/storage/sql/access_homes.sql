-- Those of the buildings :ids that are inhabited and in scope: households, the grid in force, and
-- the walk to the nearest service of :kind (null where none is in reach).
SELECT building.id, households, plan_grid.id AS grid, reach.metres, reach.service_point_id AS service
FROM building
LEFT JOIN reach ON reach.building_id = building.id AND reach.kind = :kind
LEFT JOIN (
    plan
    JOIN plan_cell ON plan_cell.plan_id = plan.id
    JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
    JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
) ON cell_building.building_id = building.id AND plan.state = 'effective'
WHERE building.id = ANY(:ids) AND building.retired_at IS NULL AND households > 0
ORDER BY building.id
