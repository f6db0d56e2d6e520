INSERT INTO incident_deadline (incident_id, position, stage, due_at)
SELECT id, 0, 'handle', coalesce(due_at, now())
FROM incident
WHERE id = :incident AND NOT EXISTS (SELECT FROM incident_deadline WHERE incident_id = :incident)
