-- Incidents in scope that fit the filter, counted by category.
SELECT
    coalesce(category_text, category_code, '') AS category,
    count(*) AS n,
    count(*) FILTER (WHERE incident_is_overdue(closed_at, state, due_at)) AS overdue
FROM incident
WHERE (CAST(:since AS timestamptz) IS NULL OR reported_at >= :since)
  AND (CAST(:until AS timestamptz) IS NULL OR reported_at < :until)
  AND (CAST(:category AS text) IS NULL OR :category IN (category_text, category_code))
  AND (CAST(:channel AS text) IS NULL OR channel = :channel)
  AND (CAST(:state AS text) IS NULL OR state = :state)
  AND (CAST(:overdue AS bool) IS NULL OR :overdue = incident_is_overdue(closed_at, state, due_at))
GROUP BY 1
ORDER BY n DESC, category
