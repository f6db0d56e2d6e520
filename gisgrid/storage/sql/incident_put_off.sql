WITH pressing AS (
    SELECT position, CAST(:until AS timestamptz) - due_at AS by
    FROM incident_deadline
    WHERE incident_id = :incident AND met_at IS NULL
    ORDER BY position LIMIT 1
)
UPDATE incident_deadline SET due_at = due_at + pressing.by
FROM pressing
WHERE incident_id = :incident AND incident_deadline.position >= pressing.position
