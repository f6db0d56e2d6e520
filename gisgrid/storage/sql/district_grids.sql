-- Grids of the plans in force with their figures of today, not those frozen at publication: a plan
-- in force is judged by who lives there now. On a :day of the past the plans in force then, a
-- superseded one with the figures frozen when it was published.
WITH in_force AS (SELECT * FROM plans_on(CAST(:day AS date))),
waiting AS (
    SELECT grid_now, count(*) AS n, count(*) FILTER (WHERE incident_is_overdue(closed_at, state, due_at)) AS late
    FROM incident
    WHERE incident_is_open(closed_at, state)
    GROUP BY grid_now
)
SELECT
    plan_grid.id, plan_grid.code, plan_grid.name, plan_grid.kind, plan_grid.position,
    plan_grid.colour, in_force.unit_id AS unit, in_force.id AS plan,
    coalesce(past.households, grid_sum.households) AS households,
    coalesce(past.residents, grid_sum.residents) AS residents,
    coalesce(past.buildings, grid_sum.buildings) AS buildings,
    coalesce(past.area_m2, grid_sum.area_m2::float) AS area_m2,
    coalesce(account.display_name, plan_grid.leader_name) AS leader,
    coalesce(waiting.n, 0)::int AS open_incidents,
    coalesce(waiting.late, 0)::int AS overdue
FROM plan_grid
JOIN in_force ON in_force.id = plan_grid.plan_id
JOIN grid_sum ON grid_sum.grid_id = plan_grid.id AND grid_sum.cells > 0
LEFT JOIN account ON account.id = plan_grid.leader_id
LEFT JOIN waiting ON waiting.grid_now = plan_grid.id
LEFT JOIN LATERAL jsonb_to_record(
    CASE WHEN in_force.state = 'superseded' THEN plan_grid.figures END
) AS past (households int, residents int, buildings int, area_m2 float) ON true
ORDER BY plan_grid.code, plan_grid.id
