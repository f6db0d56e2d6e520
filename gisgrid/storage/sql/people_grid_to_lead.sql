-- The grid in force with most open incidents, then most households: a leader with work to do.
SELECT plan_grid.code, plan_grid.leader_name
FROM plan_grid
JOIN plan ON plan.id = plan_grid.plan_id AND plan.state = 'effective'
LEFT JOIN LATERAL (
    SELECT count(*) AS open FROM incident
    WHERE incident.grid_now = plan_grid.id AND incident.state <> 'closed'
) AS work ON true
WHERE EXISTS (SELECT FROM plan_cell WHERE plan_cell.grid_id = plan_grid.id)
ORDER BY work.open DESC, plan_grid.code
LIMIT 1
