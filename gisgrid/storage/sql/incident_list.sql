-- Incidents in scope that fit the filter, newest first.
SELECT
    incident.id, ST_X(geom) AS lon, ST_Y(geom) AS lat,
    coalesce(category_text, category_code) AS category, category.name_zh AS category_zh,
    category.name_en AS category_en, incident.text, channel, state,
    reported_at, due_at, closed_at,
    incident_is_overdue(closed_at, state, due_at) AS overdue,
    reported.code AS grid_code_at_report, now_in.code AS grid_code_now,
    incident.grid_now AS grid, community_id AS community, located_reason
FROM incident
LEFT JOIN category ON category.code = incident.category_code
LEFT JOIN plan_grid AS reported ON reported.id = incident.grid_at_report
LEFT JOIN plan_grid AS now_in ON now_in.id = incident.grid_now
WHERE (CAST(:since AS timestamptz) IS NULL OR reported_at >= :since)
  AND (CAST(:until AS timestamptz) IS NULL OR reported_at < :until)
  AND (CAST(:category AS text) IS NULL OR :category IN (category_text, category_code))
  AND (CAST(:channel AS text) IS NULL OR channel = :channel)
  AND (CAST(:state AS text) IS NULL OR state = :state)
  AND (CAST(:overdue AS bool) IS NULL OR :overdue = incident_is_overdue(closed_at, state, due_at))
ORDER BY reported_at DESC, incident.id DESC
LIMIT :limit
