-- The first :most stages of an incident that are not done are done now (NULL: all of them); one
-- done after its time makes the incident late.
WITH done AS (
    UPDATE incident_deadline SET met_at = now()
    WHERE incident_id = :incident AND position IN (
        SELECT position FROM incident_deadline
        WHERE incident_id = :incident AND met_at IS NULL
        ORDER BY position LIMIT CAST(:most AS int)
    )
    RETURNING position, stage, due_at
),
late AS (
    UPDATE incident SET late = true
    WHERE id = :incident AND EXISTS (SELECT FROM done WHERE due_at < now())
)
SELECT stage FROM done ORDER BY position
