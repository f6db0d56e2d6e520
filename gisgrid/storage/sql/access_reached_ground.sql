-- Ground within :minutes of any service of :kind but those :closed: the union of the stored circles, as GeoJSON.
SELECT ST_AsGeoJSON(ST_SimplifyPreserveTopology(ST_Union(service_circle.geom), 0.00001), 6)
FROM service_circle
JOIN project ON project.ground_version = service_circle.network_version
JOIN service_point ON service_point.id = service_circle.service_point_id
WHERE service_point.kind = :kind AND service_point.retired_at IS NULL
  AND service_point.id <> ALL(CAST(:closed AS int[]))
  AND service_circle.minutes = :minutes AND service_circle.speed_kmh = :speed
