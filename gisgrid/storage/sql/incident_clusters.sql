-- Clusters of open incidents of one kind: :n within :metres of one of them, within :days. One that
-- has an alert standing nearby is told already.
WITH recent AS (
    SELECT incident.id, category_code, geom,
        ST_ClusterDBSCAN(ST_Transform(geom, project.metric_epsg), :metres, :n)
            OVER (PARTITION BY category_code) AS cluster
    FROM incident CROSS JOIN project
    WHERE incident_is_open(closed_at, state) AND geom IS NOT NULL AND category_code IS NOT NULL
      AND community_id IS NOT NULL AND state <> 'draft' AND kind = 'case'
      AND reported_at > now() - make_interval(days => :days)
      AND source NOT IN ('alert', 'round')
      AND (CAST(:category AS text) IS NULL OR category_code = :category)
)
SELECT
    recent.category_code AS category, count(*) AS n, array_agg(recent.id ORDER BY recent.id) AS ids,
    ST_X(ST_Centroid(ST_Collect(recent.geom))) AS lon,
    ST_Y(ST_Centroid(ST_Collect(recent.geom))) AS lat, min(recent.id) AS first
FROM recent
WHERE recent.cluster IS NOT NULL
GROUP BY recent.category_code, recent.cluster
HAVING NOT EXISTS (
    SELECT FROM incident AS alert
    WHERE alert.source = 'alert' AND alert.closed_at IS NULL
      AND alert.details ->> 'rule' = :key AND alert.details ->> 'of' = recent.category_code
      AND ST_DWithin(
          alert.geom::geography, ST_Centroid(ST_Collect(recent.geom))::geography, 2 * :metres
      )
)
ORDER BY n DESC, first
LIMIT 100
