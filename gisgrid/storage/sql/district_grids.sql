-- Grids of the plans in force with their figures of today, counted from cells and buildings: a plan
-- in force is judged by who lives there now. (What was frozen at publication is for history.)
WITH in_force AS (
    SELECT id, unit_id FROM plan
    WHERE state = 'effective'
),
given AS (
    SELECT plan_cell.grid_id, plan_cell.cell_id
    FROM plan_cell JOIN in_force ON in_force.id = plan_cell.plan_id
),
housed AS (
    SELECT given.grid_id, sum(building.households) AS households,
           sum(building.residents) AS residents, count(*) AS buildings
    FROM given
    JOIN cell_building ON cell_building.cell_id = given.cell_id
    JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
    GROUP BY given.grid_id
),
sized AS (
    SELECT given.grid_id, sum(cell.area_m2) AS area_m2
    FROM given JOIN cell ON cell.id = given.cell_id
    GROUP BY given.grid_id
),
waiting AS (
    SELECT grid_now, count(*) AS n, count(*) FILTER (WHERE due_at < now()) AS late
    FROM incident
    WHERE closed_at IS NULL AND state <> 'closed'
    GROUP BY grid_now
)
SELECT
    plan_grid.id, plan_grid.code, plan_grid.name, plan_grid.kind, plan_grid.position,
    plan_grid.colour, in_force.unit_id AS unit, in_force.id AS plan,
    coalesce(housed.households, 0)::int AS households,
    coalesce(housed.residents, 0)::int AS residents,
    coalesce(housed.buildings, 0)::int AS buildings,
    coalesce(sized.area_m2, 0)::float AS area_m2,
    coalesce(account.display_name, plan_grid.leader_name) AS leader,
    coalesce(waiting.n, 0)::int AS open_incidents,
    coalesce(waiting.late, 0)::int AS overdue
FROM plan_grid
JOIN in_force ON in_force.id = plan_grid.plan_id
JOIN sized ON sized.grid_id = plan_grid.id
LEFT JOIN account ON account.id = plan_grid.leader_id
LEFT JOIN housed ON housed.grid_id = plan_grid.id
LEFT JOIN waiting ON waiting.grid_now = plan_grid.id
ORDER BY plan_grid.code, plan_grid.id
