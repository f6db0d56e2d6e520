-- Grids in force in scope: how many there are, and how many somebody leads.
SELECT
    count(*) AS grids,
    count(*) FILTER (
        WHERE plan_grid.leader_id IS NOT NULL OR coalesce(plan_grid.leader_name, '') <> ''
    ) AS staffed
FROM plan_grid JOIN plan ON plan.id = plan_grid.plan_id AND plan.state = 'effective'
WHERE EXISTS (SELECT FROM plan_cell WHERE plan_cell.grid_id = plan_grid.id)
