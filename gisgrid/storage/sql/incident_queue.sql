-- The desk's queue: incidents in scope that fit, the most pressing first, with how many there are.
SELECT
    incident.id, incident.kind, incident.state, level, channel, incident.category_code,
    coalesce(category_text, incident.category_code) AS category,
    category.name_zh AS category_zh, category.name_en AS category_en,
    left(incident.text, 200) AS text, reported_at, due_at, closed_at,
    incident_is_overdue(closed_at, state, due_at) AS overdue,
    urged, supervised, major, private, body, route, close_reason, satisfied,
    assignee_id AS assignee, worker.display_name AS assignee_name,
    unit.name AS community_name, now_in.code AS grid_code, located_reason,
    ST_X(incident.geom) AS lon, ST_Y(incident.geom) AS lat,
    count(*) OVER () AS total
FROM incident
CROSS JOIN project
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
        WHEN 'overdue' THEN incident_is_overdue(closed_at, state, due_at)
        WHEN 'mine' THEN assignee_id = :account AND incident_is_open(closed_at, state)
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
      CAST(:texts AS text[]) IS NULL OR incident.id::text = ANY(:texts)
      OR EXISTS (
          SELECT FROM unnest(CAST(:texts AS text[])) AS spelling
          WHERE strpos(coalesce(incident.text, ''), spelling) > 0
             OR strpos(coalesce(category.name_zh, category_text, ''), spelling) > 0
      )
  )
  AND (CAST(:since AS timestamptz) IS NULL OR reported_at >= :since)
  AND (CAST(:until AS timestamptz) IS NULL OR reported_at < :until)
  AND (CAST(:closed_since AS timestamptz) IS NULL OR closed_at >= :closed_since)
  AND (CAST(:closed_until AS timestamptz) IS NULL OR closed_at < :closed_until)
  -- The incidents that a figure of incident_figures counts, each condition as it stands there.
  AND CASE CAST(:figure AS text)
      WHEN 'total' THEN state <> 'draft'
      WHEN 'closed' THEN state IN ('closed', 'rated')
      WHEN 'rejected' THEN state = 'rejected'
      WHEN 'duplicate' THEN state = 'duplicate'
      WHEN 'overdue' THEN incident_is_overdue(closed_at, state, due_at)
      WHEN 'rated' THEN satisfied IS NOT NULL AND state <> 'draft'
      WHEN 'satisfied' THEN satisfied AND state <> 'draft'
      WHEN 'unrated' THEN state IN ('closed', 'rated') AND satisfied IS NULL
      WHEN 'with_deadline' THEN state IN ('closed', 'rated') AND due_at IS NOT NULL
      WHEN 'on_time' THEN state IN ('closed', 'rated') AND NOT late
          AND coalesce(handled_at, closed_at) <= due_at
      WHEN 'at_grid' THEN state IN ('closed', 'rated') AND level = 1
      WHEN 'at_community' THEN state IN ('closed', 'rated') AND level = 2
      WHEN 'at_above' THEN state IN ('closed', 'rated') AND level > 2
      WHEN 'placed' THEN grid_now IS NOT NULL AND incident.category_code IS NOT NULL
          AND state <> 'draft'
      WHEN 'dispatch' THEN route = 'dispatch' AND state <> 'draft'
      WHEN 'claim' THEN route = 'claim' AND state <> 'draft'
      WHEN 'task_force' THEN route = 'task_force' AND state <> 'draft'
      ELSE CAST(:figure AS text) IS NULL OR close_reason = :figure AND state <> 'draft'
  END
  AND (CAST(:by AS text) IS NULL OR :part = coalesce(
      CASE CAST(:by AS text)
          WHEN 'grid' THEN now_in.code
          WHEN 'month' THEN to_char(reported_at AT TIME ZONE project.timezone, 'YYYY-MM')
          WHEN 'channel' THEN channel
          WHEN 'community' THEN unit.name
          WHEN 'category' THEN coalesce(category.name_zh, category_text, '')
      END, ''))
ORDER BY closed_at IS NOT NULL, CASE WHEN closed_at IS NULL THEN due_at END NULLS LAST,
    reported_at DESC, incident.id DESC
LIMIT :limit OFFSET :offset
