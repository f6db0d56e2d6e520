-- Buildings in use of plan :plan with the code of their grid, by grid, then compound and address; where
-- nobody lives last.
SELECT
    plan_grid.code AS grid, building.id, building.name, building.address, building.code,
    compound.name AS compound, building.levels, building.households, building.residents,
    building.residential
FROM plan_cell
JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
LEFT JOIN compound ON compound.id = building.compound_id
WHERE plan_cell.plan_id = :plan
ORDER BY plan_grid.code, building.households = 0, compound.name, building.address, building.name,
    building.id
