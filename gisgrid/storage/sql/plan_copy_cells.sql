-- Give every cell of plan :plan the grid it has in plan :source, which is made of the same cells.
INSERT INTO plan_cell (plan_id, cell_id, grid_id)
SELECT :plan, plan_cell.cell_id, fresh.id
FROM plan_cell
JOIN plan_grid AS stale ON stale.id = plan_cell.grid_id
JOIN plan_grid AS fresh ON fresh.plan_id = :plan AND fresh.position = stale.position
WHERE plan_cell.plan_id = :source
