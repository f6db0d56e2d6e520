-- Figures of incidents in scope that were reported in [:since, :until), by :by (NULL: all in one).
-- On time: handled (or closed) by the deadline, no stage late; only what had a deadline is counted.
SELECT
    CASE CAST(:by AS text)
        WHEN 'grid' THEN now_in.code
        WHEN 'month' THEN to_char(reported_at AT TIME ZONE project.timezone, 'YYYY-MM')
        WHEN 'channel' THEN channel
        WHEN 'community' THEN unit.name
        WHEN 'unit' THEN CAST(unit.id AS text)
        WHEN 'category' THEN coalesce(category.name_zh, category_text, '')
    END AS part,
    count(*) AS total,
    count(*) FILTER (WHERE incident.state IN ('closed', 'rated')) AS closed,
    count(*) FILTER (WHERE incident.state = 'rejected') AS rejected,
    count(*) FILTER (WHERE incident.state = 'duplicate') AS duplicate,
    count(*) FILTER (WHERE incident_is_overdue(closed_at, incident.state, due_at)) AS overdue,
    count(*) FILTER (WHERE satisfied IS NOT NULL) AS rated,
    count(*) FILTER (WHERE satisfied) AS satisfied,
    count(*) FILTER (WHERE incident.state IN ('closed', 'rated') AND satisfied IS NULL) AS unrated,
    count(*) FILTER (WHERE incident.state IN ('closed', 'rated') AND due_at IS NOT NULL) AS with_deadline,
    count(*) FILTER (
        WHERE incident.state IN ('closed', 'rated') AND NOT late
        AND coalesce(handled_at, closed_at) <= due_at
    ) AS on_time,
    CAST(percentile_cont(0.5) WITHIN GROUP (
        ORDER BY extract(epoch FROM coalesce(handled_at, closed_at) - reported_at) / 86400
    ) FILTER (WHERE incident.state IN ('closed', 'rated')) AS float) AS median_days,
    count(*) FILTER (WHERE incident.state IN ('closed', 'rated') AND level = 1) AS at_grid,
    count(*) FILTER (WHERE incident.state IN ('closed', 'rated') AND level = 2) AS at_community,
    count(*) FILTER (WHERE incident.state IN ('closed', 'rated') AND level > 2) AS above,
    count(*) FILTER (WHERE grid_now IS NOT NULL AND incident.category_code IS NOT NULL) AS placed,
    count(*) FILTER (WHERE route = 'dispatch') AS route_dispatch,
    count(*) FILTER (WHERE route = 'claim') AS route_claim,
    count(*) FILTER (WHERE route = 'task_force') AS route_task_force,
    count(*) FILTER (WHERE close_reason = 'fixed') AS fixed,
    count(*) FILTER (WHERE close_reason = 'not_fixable') AS not_fixable,
    count(*) FILTER (WHERE close_reason = 'not_responsible') AS not_responsible,
    count(*) FILTER (WHERE close_reason = 'nothing_found') AS nothing_found,
    count(*) FILTER (WHERE close_reason = 'withdrawn') AS withdrawn
FROM incident
CROSS JOIN project
LEFT JOIN plan_grid AS now_in ON now_in.id = incident.grid_now
LEFT JOIN unit ON unit.id = incident.community_id
LEFT JOIN category ON category.code = incident.category_code
WHERE (CAST(:since AS timestamptz) IS NULL OR reported_at >= :since)
  AND (CAST(:until AS timestamptz) IS NULL OR reported_at < :until)
  AND incident.state <> 'draft'
  AND (CAST(:kind AS text) IS NULL OR incident.kind = :kind)
GROUP BY 1
ORDER BY 1 NULLS LAST
