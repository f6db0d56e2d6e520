SELECT DISTINCT plan_grid.position
FROM cell_neighbour
JOIN plan_cell ON plan_cell.plan_id = :plan AND plan_cell.cell_id IN (a_id, b_id)
JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
WHERE a_id = ANY(:cells) OR b_id = ANY(:cells)
