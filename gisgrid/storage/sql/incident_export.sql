-- Incidents in scope that fit the filters, oldest first; nobody's contact, no words of what is private.
SELECT
    incident.id, incident.source, incident.source_id, incident.category_code,
    coalesce(CASE WHEN :language = 'en' THEN category.name_en ELSE category.name_zh END,
             incident.category_text) AS category,
    CASE WHEN NOT incident.private OR :private THEN incident.text END AS text,
    CASE WHEN NOT incident.private OR :private THEN incident.address END AS address,
    incident.channel, incident.level, incident.state, incident.private,
    reported_at, due_at, closed_at, incident.close_reason, incident.body,
    unit.code AS community_code, unit.name AS community,
    then_in.code AS grid_code_at_report, now_in.code AS grid_code, incident.located_reason,
    ST_X(incident.geom) AS lon, ST_Y(incident.geom) AS lat, incident.kind
FROM incident
LEFT JOIN category ON category.code = incident.category_code
LEFT JOIN unit ON unit.id = incident.community_id
LEFT JOIN plan_grid AS then_in ON then_in.id = incident.grid_at_report
LEFT JOIN plan_grid AS now_in ON now_in.id = incident.grid_now
WHERE (CAST(:since AS timestamptz) IS NULL OR reported_at >= :since)
  AND (CAST(:until AS timestamptz) IS NULL OR reported_at < :until)
  AND (CAST(:category AS text) IS NULL
       OR coalesce(incident.category_code, incident.category_text, '') = :category)
  AND (CAST(:channels AS text[]) IS NULL OR incident.channel = ANY(CAST(:channels AS text[])))
  AND (CAST(:level AS int) IS NULL OR incident.level = :level)
  AND (CAST(:state AS text) IS NULL OR CASE :state
        WHEN 'open' THEN incident_is_open(closed_at, incident.state)
        WHEN 'closed' THEN NOT incident_is_open(closed_at, incident.state)
        WHEN 'overdue' THEN incident_is_overdue(closed_at, incident.state, due_at)
        ELSE true END)
ORDER BY reported_at, incident.id
LIMIT :most
