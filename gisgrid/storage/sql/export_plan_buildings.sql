-- Buildings on the cells of one plan, with the grid it gives them.
SELECT
    building.id, building.source, building.source_id, building.code, building.name,
    building.address, building.use, building.residential, building.levels, building.households,
    building.residents, unit.code AS community_code, plan_grid.code AS grid_code,
    plan_grid.position::int AS grid, plan_cell.cell_id AS cell, plan_grid.id AS grid_id,
    building.geom
FROM plan_cell
JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
LEFT JOIN unit ON unit.id = building.community_id
WHERE plan_cell.plan_id = :plan
