-- Grids with :n or more incidents that are overdue, reported within :days days or still older.
SELECT
    plan_grid.code AS category, count(*) AS n, array_agg(incident.id ORDER BY incident.id) AS ids,
    (array_agg(ST_X(incident.geom) ORDER BY due_at))[1] AS lon,
    (array_agg(ST_Y(incident.geom) ORDER BY due_at))[1] AS lat, min(incident.id) AS first
FROM incident
JOIN plan_grid ON plan_grid.id = incident.grid_now
WHERE incident_is_overdue(incident.closed_at, incident.state, incident.due_at)
  AND incident.geom IS NOT NULL
  AND incident.due_at > now() - make_interval(days => :days)
  AND incident.source <> 'alert'
  AND (CAST(:category AS text) IS NULL OR incident.category_code = :category)
GROUP BY plan_grid.id, plan_grid.code
HAVING count(*) >= :n AND NOT EXISTS (
    SELECT FROM incident AS alert
    WHERE alert.source = 'alert' AND alert.closed_at IS NULL
      AND alert.details ->> 'rule' = :key AND alert.details ->> 'of' = plan_grid.code
)
ORDER BY n DESC, first
LIMIT 100
