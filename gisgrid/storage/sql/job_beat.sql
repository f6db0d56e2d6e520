UPDATE job
SET done = :done, total = :total, message = :message, heartbeat_at = now()
WHERE id = :job AND state = 'running'
RETURNING cancel_asked
