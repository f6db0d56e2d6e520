-- Buildings in use that stand in plan :before, in plan :after or in both, with the code of their grid
-- in each (NULL: in none), by grid, compound, address.
WITH was AS (
    SELECT cell_building.building_id, plan_grid.code
    FROM plan_cell
    JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
    JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
    WHERE plan_cell.plan_id = :before
),
becomes AS (
    SELECT cell_building.building_id, plan_grid.code
    FROM plan_cell
    JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
    JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
    WHERE plan_cell.plan_id = :after
)
SELECT
    building.id, building.code, building.name, building.address, compound.name AS compound,
    building.households, building.residents, was.code AS before, becomes.code AS after
FROM was
FULL JOIN becomes ON becomes.building_id = was.building_id
JOIN building ON building.id = coalesce(was.building_id, becomes.building_id)
LEFT JOIN compound ON compound.id = building.compound_id
WHERE building.retired_at IS NULL
ORDER BY was.code, becomes.code, compound.name, building.address, building.name, building.id
