INSERT INTO plan_presence (plan_id, account_id, position, seen_at)
VALUES (:plan, :account, :position, now())
ON CONFLICT (plan_id, account_id) DO UPDATE
SET position = excluded.position, seen_at = now()
