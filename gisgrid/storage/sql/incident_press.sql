UPDATE incident SET due_at = pressing.due_at
FROM (
    SELECT due_at FROM incident_deadline
    WHERE incident_id = :incident
    ORDER BY met_at IS NOT NULL, CASE WHEN met_at IS NULL THEN position ELSE -position END
    LIMIT 1
) AS pressing
WHERE incident.id = :incident
