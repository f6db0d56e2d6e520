-- Service points out of use, the last one first.
SELECT
    id, name, kind, unit_id AS unit, source, opening_hours, retired_at,
    ST_X(geom) AS lon, ST_Y(geom) AS lat
FROM service_point
WHERE retired_at IS NOT NULL AND (CAST(:kind AS text) IS NULL OR kind = :kind)
ORDER BY retired_at DESC, id DESC
LIMIT :most
