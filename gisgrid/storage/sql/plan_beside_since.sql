SELECT
    plan_edit.seq, plan_edit.at, plan_edit.kind, account.display_name AS who,
    (plan_edit.facts ->> 'position')::int AS position
FROM plan_edit
LEFT JOIN account ON account.id = plan_edit.account_id
WHERE plan_edit.plan_id = :plan AND plan_edit.seq > :version AND plan_edit.kind <> 'checkpoint'
ORDER BY plan_edit.seq
