-- The grid in force of each inhabited building in scope.
SELECT cell_building.building_id AS building, plan_grid.id AS grid, plan_grid.code
FROM plan
JOIN plan_grid ON plan_grid.plan_id = plan.id
JOIN plan_cell ON plan_cell.plan_id = plan.id AND plan_cell.grid_id = plan_grid.id
JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
WHERE plan.state = 'effective'
ORDER BY cell_building.building_id
