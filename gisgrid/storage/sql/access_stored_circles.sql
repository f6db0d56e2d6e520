-- The stored rings of one service on the ground as it is now, in degrees.
SELECT minutes, ST_AsBinary(service_circle.geom) AS wkb
FROM service_circle
JOIN project ON project.ground_version = service_circle.network_version
WHERE service_point_id = :service AND speed_kmh = :speed
ORDER BY minutes
