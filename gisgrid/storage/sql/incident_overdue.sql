-- Open incidents whose deadline has passed and for which the timer has not acted yet.
SELECT id, level, due_at
FROM incident
WHERE incident_is_overdue(closed_at, state, due_at)
  AND escalated_due IS DISTINCT FROM due_at
ORDER BY due_at, id
LIMIT :most
