-- Incidents with the grid they were reported in and the one they are in now. Nobody's contact, and
-- no words of what is private.
SELECT
    incident.id, incident.source, incident.source_id, incident.category_code,
    coalesce(
        CASE WHEN :language = 'en' THEN category.name_en ELSE category.name_zh END,
        incident.category_text
    ) AS category,
    CASE WHEN NOT incident.private THEN incident.text END AS text, incident.channel, incident.level, incident.state, incident.reported_at,
    incident.due_at, incident.closed_at, unit.code AS community_code, unit.name AS community,
    now_in.code AS grid_code, then_in.code AS grid_code_at_report,
    incident.grid_now AS grid_id, incident.geom
FROM incident
LEFT JOIN category ON category.code = incident.category_code
LEFT JOIN unit ON unit.id = incident.community_id
LEFT JOIN plan_grid AS now_in ON now_in.id = incident.grid_now
LEFT JOIN plan_grid AS then_in ON then_in.id = incident.grid_at_report
