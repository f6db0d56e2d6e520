-- Ground that grids of plan :plan share with grids of plan :other by cells that both are made of.
SELECT mine.position, theirs.code, sum(cell.area_m2) AS area_m2
FROM plan_cell AS my_cell
JOIN plan_grid AS mine ON mine.id = my_cell.grid_id
JOIN plan_cell AS their_cell ON their_cell.plan_id = :other AND their_cell.cell_id = my_cell.cell_id
JOIN plan_grid AS theirs ON theirs.id = their_cell.grid_id
JOIN cell ON cell.id = my_cell.cell_id
WHERE my_cell.plan_id = :plan
GROUP BY mine.position, theirs.code
