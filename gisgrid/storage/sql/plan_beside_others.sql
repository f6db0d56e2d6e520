SELECT account.display_name AS name, account.role, plan_presence.position
FROM plan_presence
JOIN account ON account.id = plan_presence.account_id
WHERE plan_presence.plan_id = :plan AND plan_presence.account_id <> :account
  AND plan_presence.seen_at > now() - interval '20 seconds'
ORDER BY account.display_name
