-- Grids of the plans in force, now or on :day, that the transaction may see, a row a plan.
WITH in_force AS (
    -- now: the plan whose state says so; on a day: the one whose dates hold it
    SELECT DISTINCT ON (plan.unit_id) plan.id, plan.unit_id, plan.version, plan.state
    FROM plan
    JOIN unit ON unit.id = plan.unit_id
    WHERE CASE
        WHEN CAST(:day AS date) IS NULL THEN plan.state = 'effective' AND unit.valid_to IS NULL
        ELSE plan.state IN ('approved', 'effective', 'superseded')
            AND plan.effective_from <= CAST(:day AS date)
            AND (plan.effective_to IS NULL OR CAST(:day AS date) < plan.effective_to)
            AND (unit.valid_to IS NULL OR CAST(:day AS date) < unit.valid_to)
    END
    ORDER BY plan.unit_id, plan.effective_from DESC, plan.id DESC
)
SELECT in_force.id AS plan_id, in_force.version, in_force.unit_id,
       array_agg(plan_grid.id ORDER BY plan_grid.id) AS grids
FROM in_force
JOIN plan_grid ON plan_grid.plan_id = in_force.id
GROUP BY in_force.id, in_force.version, in_force.unit_id
ORDER BY in_force.id
