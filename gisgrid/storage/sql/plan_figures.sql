-- Households, residents, buildings, area and cells of each grid of :plans that has a cell; only of
-- the grids :grids when that is set.
SELECT
    plan_grid.plan_id, plan_grid.id, plan_grid.position, plan_grid.code, plan_grid.kind,
    grid_sum.households, grid_sum.residents, grid_sum.buildings,
    round(grid_sum.area_m2, 1)::float AS area_m2,
    grid_sum.cells
FROM plan_grid
JOIN grid_sum ON grid_sum.grid_id = plan_grid.id
WHERE plan_grid.plan_id = ANY(CAST(:plans AS int[]))
  AND (CAST(:grids AS int[]) IS NULL OR plan_grid.id = ANY(CAST(:grids AS int[])))
  AND grid_sum.cells > 0
ORDER BY plan_grid.plan_id, plan_grid.position
