-- One incident, with the grids it was and is in.
SELECT
    incident.id, incident.source, incident.source_id,
    ST_X(incident.geom) AS lon, ST_Y(incident.geom) AS lat,
    coalesce(category_text, category_code) AS category, incident.text, channel, level, state,
    reported_at, due_at, closed_at,
    closed_at IS NULL AND state <> 'closed' AND coalesce(due_at < now(), false) AS overdue,
    reported.code AS grid_code_at_report, now_in.code AS grid_code_now,
    incident.grid_now AS grid, community_id AS community, unit.name AS community_name,
    located_reason
FROM incident
LEFT JOIN plan_grid AS reported ON reported.id = incident.grid_at_report
LEFT JOIN plan_grid AS now_in ON now_in.id = incident.grid_now
LEFT JOIN unit ON unit.id = incident.community_id
WHERE incident.id = :incident
