-- Places where at least :least of the incidents wanted lie within :eps_m of each other, chained
-- (DBSCAN), most incidents first; each with its members, so that its number opens its list.
WITH wanted AS (
    SELECT
        id, ST_Transform(geom, CAST(:epsg AS int)) AS place, reported_at, grid_now,
        coalesce(category_code, category_text, '') AS category,
        incident_is_open(closed_at, state) AS open,
        incident_is_overdue(closed_at, state, due_at) AS overdue
    FROM incident
    WHERE geom IS NOT NULL
      AND reported_at >= :since AND reported_at < :until
      AND (CAST(:categories AS text[]) IS NULL
           OR coalesce(category_code, category_text, '') = ANY(CAST(:categories AS text[])))
      AND (CAST(:channels AS text[]) IS NULL OR channel = ANY(CAST(:channels AS text[])))
      AND (CAST(:levels AS int[]) IS NULL OR coalesce(level, 0) = ANY(CAST(:levels AS int[])))
),
kept AS (
    SELECT * FROM wanted
    WHERE CAST(:state AS text) IS NULL OR CASE :state
        WHEN 'open' THEN open
        WHEN 'closed' THEN NOT open
        WHEN 'overdue' THEN overdue
        ELSE true END
),
spotted AS (
    SELECT *, ST_ClusterDBSCAN(place, CAST(:eps_m AS float8), CAST(:least AS int)) OVER () AS spot FROM kept
),
middles AS (
    SELECT spot, ST_Centroid(ST_Collect(place)) AS middle FROM spotted WHERE spot IS NOT NULL GROUP BY spot
)
SELECT
    count(*) AS n,
    count(*) FILTER (WHERE open) AS open,
    count(*) FILTER (WHERE overdue) AS overdue,
    mode() WITHIN GROUP (ORDER BY category) AS category,
    ST_X(ST_Transform((array_agg(middle))[1], 4326)) AS lon,
    ST_Y(ST_Transform((array_agg(middle))[1], 4326)) AS lat,
    max(ST_Distance(place, middle)) AS radius_m,
    min(reported_at) AS first, max(reported_at) AS last,
    mode() WITHIN GROUP (ORDER BY grid_now) AS grid,
    array_agg(id ORDER BY reported_at DESC) AS ids
FROM spotted JOIN middles USING (spot)
GROUP BY spot
ORDER BY n DESC, first
LIMIT :most
