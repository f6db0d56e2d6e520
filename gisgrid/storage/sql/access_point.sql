-- One service point with the words and limits of its kind.
SELECT
    service_point.id, service_point.name, kind, opening_hours, unit_id AS unit,
    name_zh, name_en, service_kind.minutes, service_kind.radius_m,
    ST_X(geom) AS lon, ST_Y(geom) AS lat,
    ST_X(ST_Transform(geom, :epsg)) AS x, ST_Y(ST_Transform(geom, :epsg)) AS y
FROM service_point
JOIN service_kind ON service_kind.key = service_point.kind
WHERE service_point.id = :service AND retired_at IS NULL
