-- Ground that grids of plan :plan share with grids of plan :other: households and buildings of the
-- buildings in both, whatever cells each plan is made of.
SELECT
    mine.position, theirs.position AS other, theirs.code,
    sum(building.households)::int AS households, count(*)::int AS buildings
FROM plan_cell AS my_cell
JOIN plan_grid AS mine ON mine.id = my_cell.grid_id
JOIN cell_building AS my_building ON my_building.cell_id = my_cell.cell_id
JOIN building ON building.id = my_building.building_id AND building.retired_at IS NULL
JOIN cell_building AS their_building ON their_building.building_id = building.id
JOIN plan_cell AS their_cell
    ON their_cell.plan_id = :other AND their_cell.cell_id = their_building.cell_id
JOIN plan_grid AS theirs ON theirs.id = their_cell.grid_id
WHERE my_cell.plan_id = :plan
GROUP BY mine.position, theirs.position, theirs.code
ORDER BY mine.position, households DESC, theirs.position
