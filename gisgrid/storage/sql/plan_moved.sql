-- Households of each of :plans that are in another grid (by code) than in the plan it replaces.
SELECT plan.id, sum(building.households)::int AS households
FROM plan
JOIN plan AS before ON before.id = plan.replaces_plan_id
JOIN plan_cell ON plan_cell.plan_id = plan.id
JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
JOIN cell_building AS old_building ON old_building.building_id = building.id
JOIN plan_cell AS old_cell
    ON old_cell.plan_id = before.id AND old_cell.cell_id = old_building.cell_id
JOIN plan_grid AS old_grid ON old_grid.id = old_cell.grid_id
WHERE plan.id = ANY(CAST(:plans AS int[])) AND old_grid.code <> plan_grid.code
GROUP BY plan.id
