-- Households, residents, buildings, area and cells of each grid of :plans that has a cell; only of
-- the grids :grids when that is set. Sums over cells and over the buildings in them.
WITH given AS (
    SELECT plan_cell.grid_id, plan_cell.cell_id
    FROM plan_cell
    WHERE plan_cell.plan_id = ANY(CAST(:plans AS int[]))
      AND (CAST(:grids AS int[]) IS NULL OR plan_cell.grid_id = ANY(CAST(:grids AS int[])))
),
ground AS (
    SELECT given.grid_id, count(*) AS cells, sum(cell.area_m2) AS area_m2
    FROM given
    JOIN cell ON cell.id = given.cell_id
    GROUP BY given.grid_id
),
people AS (
    SELECT
        given.grid_id, count(*) AS buildings,
        sum(building.households) AS households, sum(building.residents) AS residents
    FROM given
    JOIN cell_building ON cell_building.cell_id = given.cell_id
    JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
    GROUP BY given.grid_id
)
SELECT
    plan_grid.plan_id, plan_grid.id, plan_grid.position, plan_grid.code, plan_grid.kind,
    coalesce(people.households, 0)::int AS households,
    coalesce(people.residents, 0)::int AS residents,
    coalesce(people.buildings, 0)::int AS buildings,
    round(ground.area_m2::numeric, 1)::float AS area_m2,
    ground.cells::int AS cells
FROM ground
JOIN plan_grid ON plan_grid.id = ground.grid_id
LEFT JOIN people ON people.grid_id = ground.grid_id
ORDER BY plan_grid.plan_id, plan_grid.position
