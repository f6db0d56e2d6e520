-- Incidents in scope without a place in the district: open ones first, then the newest.
SELECT
    id, coalesce(category_text, category_code) AS category, text, channel, state, reported_at,
    CASE WHEN geom IS NULL AND coalesce(located_reason, 'cell') IN ('cell', 'near_border')
         THEN 'no_place' ELSE located_reason END AS reason,
    ST_X(geom) AS lon, ST_Y(geom) AS lat,
    incident_is_open(closed_at, state) AS open,
    count(*) OVER () AS total
FROM incident
WHERE geom IS NULL OR located_reason = 'outside'
ORDER BY open DESC, reported_at DESC, id DESC
LIMIT :limit
