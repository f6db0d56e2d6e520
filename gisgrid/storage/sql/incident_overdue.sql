-- Open incidents whose deadline has passed and for which the timer has not acted yet.
SELECT id, level, due_at
FROM incident
WHERE closed_at IS NULL AND state <> 'draft' AND due_at < now()
  AND escalated_due IS DISTINCT FROM due_at
ORDER BY due_at, id
LIMIT :most
