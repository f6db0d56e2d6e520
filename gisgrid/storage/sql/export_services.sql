-- Service points that are open.
SELECT
    service_point.id, service_point.source, service_point.source_id, service_point.name,
    service_point.kind,
    CASE WHEN :language = 'en' THEN service_kind.name_en ELSE service_kind.name_zh END AS kind_name,
    service_point.opening_hours, unit.code AS unit_code, NULL::int AS grid_id, service_point.geom
FROM service_point
JOIN service_kind ON service_kind.key = service_point.kind
LEFT JOIN unit ON unit.id = service_point.unit_id
WHERE service_point.retired_at IS NULL
