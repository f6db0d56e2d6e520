-- The account that leads the grid an incident lies in; none: nobody with an account leads it.
SELECT account.id, account.display_name
FROM incident
JOIN plan_grid ON plan_grid.id = incident.grid_now
JOIN account ON account.role = 'leader' AND account.active AND (
    account.id = plan_grid.leader_id
    OR account.id IN (SELECT account_id FROM role_scope WHERE grid_code = plan_grid.code)
)
WHERE incident.id = :incident
ORDER BY account.id = plan_grid.leader_id DESC NULLS LAST, account.id
LIMIT 1
