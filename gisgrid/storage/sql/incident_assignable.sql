-- Who may be given an incident: accounts named as case workers, and leaders of grids in force.
SELECT account.id, account.display_name AS name, account.role, case_worker.body, NULL AS grid_code
FROM case_worker JOIN account ON account.id = case_worker.account_id
WHERE account.active
UNION ALL
SELECT account.id, account.display_name, account.role, NULL, min(plan_grid.code)
FROM account
JOIN plan_grid ON account.id = plan_grid.leader_id
    OR plan_grid.code IN (SELECT grid_code FROM role_scope WHERE account_id = account.id)
JOIN plan ON plan.id = plan_grid.plan_id AND plan.state = 'effective'
WHERE account.role = 'leader' AND account.active
  AND NOT EXISTS (SELECT FROM case_worker WHERE account_id = account.id)
GROUP BY account.id
ORDER BY grid_code NULLS FIRST, name
