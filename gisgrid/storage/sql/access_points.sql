-- Service points, of one kind or of all.
SELECT
    id, name, kind, opening_hours, by_hand, unit_id AS unit, ST_X(geom) AS lon, ST_Y(geom) AS lat,
    ST_X(ST_Transform(geom, :epsg)) AS x, ST_Y(ST_Transform(geom, :epsg)) AS y
FROM service_point
WHERE retired_at IS NULL AND (CAST(:kind AS text) IS NULL OR kind = :kind)
ORDER BY id
