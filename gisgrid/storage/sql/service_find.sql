-- One service point, in use or not, with the words of its kind; locked for a change.
SELECT
    service_point.id, service_point.name, kind, opening_hours, unit_id AS unit, retired_at, by_hand,
    service_point.source, service_point.source_id, name_zh, name_en,
    ST_X(geom) AS lon, ST_Y(geom) AS lat,
    ST_X(ST_Transform(geom, :epsg)) AS x, ST_Y(ST_Transform(geom, :epsg)) AS y
FROM service_point
JOIN service_kind ON service_kind.key = service_point.kind
WHERE service_point.id = :service
FOR UPDATE OF service_point
