-- Cells of one plan, each with its grid and the people who live there.
SELECT
    cell.id AS cell, plan_grid.code AS grid_code, plan_grid.position::int AS grid,
    unit.code AS community_code, cell.water, cell.area_m2,
    coalesce(living.households, 0)::int AS households,
    coalesce(living.residents, 0)::int AS residents,
    coalesce(living.n, 0)::int AS buildings,
    cell.id, plan_grid.id AS grid_id, cell.geom
FROM plan_cell
JOIN cell ON cell.id = plan_cell.cell_id
JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
JOIN unit ON unit.id = cell.community_id
LEFT JOIN LATERAL (
    SELECT sum(building.households) AS households, sum(building.residents) AS residents,
           count(*) AS n
    FROM cell_building
    JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
    WHERE cell_building.cell_id = cell.id
) AS living ON true
WHERE plan_cell.plan_id = :plan
