-- Grids of the plans in force that the transaction may see, a row a plan.
SELECT plan.id AS plan_id, plan.version, plan.unit_id,
       array_agg(plan_grid.id ORDER BY plan_grid.id) AS grids
FROM plan
JOIN plan_grid ON plan_grid.plan_id = plan.id
WHERE plan.state = 'effective'
GROUP BY plan.id
ORDER BY plan.id
