-- An active account and the ground it may see now: the communities below its units, or, for a
-- leader, the grids in force that it leads.
WITH RECURSIVE below AS (
    SELECT unit_id AS id FROM role_scope WHERE account_id = :account AND unit_id IS NOT NULL
    UNION
    SELECT other.id FROM below CROSS JOIN LATERAL (
        SELECT id FROM unit WHERE parent_id = below.id
        UNION ALL
        -- what came before belongs to it: old incidents keep their old unit
        SELECT old_id FROM unit_succession WHERE new_id = below.id
        UNION ALL
        -- one for one: the same ground under another code
        SELECT s.new_id FROM unit_succession s WHERE s.old_id = below.id AND NOT EXISTS (
            SELECT FROM unit_succession AS also
            WHERE (also.old_id = s.old_id OR also.new_id = s.new_id) AND also.id <> s.id
        )
    ) AS other
)
SELECT
    account.id, account.role, account.display_name,
    ARRAY(
        SELECT unit.id
        FROM below
        JOIN unit ON unit.id = below.id
        JOIN project ON true
        JOIN unit_level ON unit_level.preset = project.preset AND unit_level.depth = unit.depth
        WHERE unit_level.role = 'community' AND account.role <> 'leader'
        ORDER BY unit.id
    ) AS communities,
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
