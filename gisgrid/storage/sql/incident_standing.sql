-- An incident as it stands, held until the end of the transaction.
SELECT
    incident.id, kind, state, level, category_code, channel, details, urged, extended, accepted_at,
    reporter_id, assignee_id, community_id, grid_now, body, route, due_at, duplicate_of, major,
    received_at, closed_at, handled_at, first_reply_at,
    (SELECT count(*) FROM incident_signature WHERE incident_id = incident.id) AS signatures
FROM incident
WHERE incident.id = :incident
FOR UPDATE OF incident
