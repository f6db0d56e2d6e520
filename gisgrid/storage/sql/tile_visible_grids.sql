-- Grids of the plans in force, now or on :day, that the transaction may see, a row a plan.
WITH in_force AS (SELECT * FROM plans_on(CAST(:day AS date)))
SELECT in_force.id AS plan_id, in_force.version, in_force.unit_id,
       array_agg(plan_grid.id ORDER BY plan_grid.id) AS grids
FROM in_force
JOIN plan_grid ON plan_grid.plan_id = in_force.id
GROUP BY in_force.id, in_force.version, in_force.unit_id
ORDER BY in_force.id
