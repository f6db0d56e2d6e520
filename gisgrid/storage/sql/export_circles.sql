-- Stored circles on the ground as it is now.
SELECT
    service_circle.id, service_point.id AS service, service_point.name, service_point.kind,
    CASE WHEN :language = 'en' THEN service_kind.name_en ELSE service_kind.name_zh END AS kind_name,
    service_circle.minutes, service_circle.speed_kmh, service_circle.households,
    service_circle.households_straight, NULL::int AS grid_id, service_circle.geom
FROM service_circle
JOIN project ON project.ground_version = service_circle.network_version
JOIN service_point ON service_point.id = service_circle.service_point_id
JOIN service_kind ON service_kind.key = service_point.kind
WHERE service_point.retired_at IS NULL
