-- One incident, with the grids it was and is in.
SELECT
    incident.id, incident.source, incident.source_id, incident.kind,
    ST_X(incident.geom) AS lon, ST_Y(incident.geom) AS lat,
    incident.category_code, coalesce(category_text, category_code) AS category,
    category.name_zh AS category_zh, category.name_en AS category_en,
    incident.text, incident.address, channel, level, state,
    reported_at, received_at, due_at, accepted_at, dispatched_at, handled_at, first_reply_at,
    closed_at, rated_at,
    incident_is_overdue(closed_at, state, due_at) AS overdue,
    late, urged, supervised, extended, major, private, close_reason, satisfied,
    route, body, task_force, assignee_id AS assignee, worker.display_name AS assignee_name,
    reporter_id AS reporter, duplicate_of, details, building_id AS building,
    incident.compound_id AS compound, compound.name AS compound_name,
    (
        SELECT sum(households) FROM building
        WHERE building.compound_id = incident.compound_id AND retired_at IS NULL
    ) AS compound_households,
    reported.code AS grid_code_at_report, now_in.code AS grid_code_now,
    incident.grid_now AS grid, incident.community_id AS community, unit.name AS community_name,
    located_reason,
    (SELECT count(*) FROM incident_signature WHERE incident_id = incident.id) AS signatures
FROM incident
LEFT JOIN category ON category.code = incident.category_code
LEFT JOIN plan_grid AS reported ON reported.id = incident.grid_at_report
LEFT JOIN plan_grid AS now_in ON now_in.id = incident.grid_now
LEFT JOIN unit ON unit.id = incident.community_id
LEFT JOIN compound ON compound.id = incident.compound_id
LEFT JOIN account AS worker ON worker.id = incident.assignee_id
WHERE incident.id = :incident
