-- Incidents of community :unit that were open at :until (or are now, when that is to come), the
-- most pressing first.
SELECT
    incident.id, coalesce(category.name_zh, category_text, '') AS category_zh,
    coalesce(category.name_en, category_text, '') AS category_en, incident.text, channel, incident.kind,
    state, level, reported_at, due_at, body, worker.display_name AS assignee_name,
    now_in.code AS grid_code, urged, supervised, private,
    coalesce(due_at < least(now(), :until), false) AS overdue
FROM incident
LEFT JOIN category ON category.code = incident.category_code
LEFT JOIN plan_grid AS now_in ON now_in.id = incident.grid_now
LEFT JOIN account AS worker ON worker.id = incident.assignee_id
WHERE incident.community_id = :unit AND state <> 'draft'
  AND reported_at < :until
  AND (incident_is_open(closed_at, state) OR closed_at >= least(now(), :until))
ORDER BY supervised DESC, due_at NULLS LAST, incident.id
