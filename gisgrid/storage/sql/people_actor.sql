-- An active account, the units it answers for with the version of their tree, and, for a leader,
-- the grids in force that it leads.
SELECT
    account.id, account.role, account.display_name,
    ARRAY(
        SELECT unit_id FROM role_scope
        WHERE account_id = account.id AND unit_id IS NOT NULL AND account.role <> 'leader'
        ORDER BY unit_id
    ) AS units,
    (SELECT value FROM territory_version) AS territory_version,
    ARRAY(
        SELECT plan_grid.id
        FROM plan_grid
        JOIN plan ON plan.id = plan_grid.plan_id
        WHERE account.role = 'leader'
          AND plan.state = 'effective'
          AND (
              plan_grid.leader_id = account.id
              OR plan_grid.code IN (
                  SELECT grid_code FROM role_scope WHERE account_id = account.id
              )
          )
        ORDER BY plan_grid.id
    ) AS grids
FROM account
WHERE account.id = :account AND account.active
