-- The nearest service of every kind for one building in scope, nearest first.
SELECT
    service_point.id, service_point.name, service_point.opening_hours, reach.kind, name_zh, name_en,
    service_kind.minutes, reach.metres, reach.straight_m,
    ST_X(service_point.geom) AS lon, ST_Y(service_point.geom) AS lat
FROM reach
JOIN service_point ON service_point.id = reach.service_point_id
JOIN service_kind ON service_kind.key = reach.kind
WHERE reach.building_id = :building AND reach.metres < 'Infinity'
  AND service_point.retired_at IS NULL
ORDER BY reach.metres, service_kind.sort
