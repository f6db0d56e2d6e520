-- The desk's queue: incidents in scope that fit, the most pressing first, with how many there are.
SELECT
    incident.id, incident.kind, incident.state, level, channel, incident.category_code,
    coalesce(category_text, incident.category_code) AS category,
    category.name_zh AS category_zh, category.name_en AS category_en,
    left(incident.text, 200) AS text, reported_at, due_at, closed_at,
    closed_at IS NULL AND coalesce(due_at < now(), false) AS overdue,
    urged, supervised, major, private, body, route, close_reason, satisfied,
    assignee_id AS assignee, worker.display_name AS assignee_name,
    unit.name AS community_name, now_in.code AS grid_code, located_reason,
    ST_X(incident.geom) AS lon, ST_Y(incident.geom) AS lat,
    count(*) OVER () AS total
FROM incident
LEFT JOIN category ON category.code = incident.category_code
LEFT JOIN plan_grid AS now_in ON now_in.id = incident.grid_now
LEFT JOIN unit ON unit.id = incident.community_id
LEFT JOIN account AS worker ON worker.id = incident.assignee_id
WHERE (
    CASE CAST(:tab AS text)
        WHEN 'inbox' THEN state IN ('reported', 'reopened', 'returned')
        WHEN 'accepted' THEN state = 'accepted'
        WHEN 'out' THEN state IN ('dispatched', 'claimed', 'in_progress')
        WHEN 'handled' THEN state = 'handled'
        WHEN 'closed' THEN state IN ('closed', 'rated', 'rejected', 'duplicate')
        WHEN 'overdue' THEN closed_at IS NULL AND state <> 'closed' AND due_at < now()
        WHEN 'mine' THEN assignee_id = :account AND closed_at IS NULL
        WHEN 'draft' THEN state = 'draft'
        ELSE true
    END
)
  AND (CAST(:kind AS text) IS NULL OR incident.kind = :kind)
  AND (CAST(:category AS text) IS NULL OR incident.category_code LIKE :category || '%')
  AND (CAST(:channel AS text) IS NULL OR channel = :channel)
  AND (CAST(:level AS int) IS NULL OR level = :level)
  AND (CAST(:community AS int) IS NULL OR community_id = :community)
  AND (CAST(:grid AS text) IS NULL OR now_in.code = :grid)
  AND (CAST(:assignee AS int) IS NULL OR assignee_id = :assignee)
  AND (
      CAST(:text AS text) IS NULL OR strpos(coalesce(incident.text, ''), :text) > 0
      OR strpos(coalesce(category.name_zh, category_text, ''), :text) > 0
      OR incident.id::text = :text
  )
ORDER BY closed_at IS NOT NULL, CASE WHEN closed_at IS NULL THEN due_at END NULLS LAST,
    reported_at DESC, incident.id DESC
LIMIT :limit OFFSET :offset
