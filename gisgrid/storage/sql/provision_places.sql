-- Service points of a kind with the valid units of one depth they lie in (null: outside them all).
SELECT
    service_point.id, service_point.name, unit.id AS unit,
    ST_X(service_point.geom) AS lon, ST_Y(service_point.geom) AS lat
FROM service_point
LEFT JOIN unit
    ON unit.valid_to IS NULL AND unit.depth = :depth AND ST_Intersects(unit.geom, service_point.geom)
WHERE service_point.retired_at IS NULL AND service_point.kind = :kind
ORDER BY service_point.id, unit.code
