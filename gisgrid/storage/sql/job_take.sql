UPDATE job
SET state = 'running', started_at = now(), heartbeat_at = now()
WHERE id = (
  SELECT id FROM job WHERE state = 'queued' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, kind, payload, account_id
