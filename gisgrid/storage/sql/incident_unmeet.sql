UPDATE incident_deadline SET met_at = NULL
WHERE incident_id = :incident AND position = (
    SELECT max(position) FROM incident_deadline WHERE incident_id = :incident
)
