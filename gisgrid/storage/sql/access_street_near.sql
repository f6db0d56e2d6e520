-- The name of the nearest named street to a point in degrees, within about 300 m.
SELECT name
FROM street
WHERE name IS NOT NULL AND geom && ST_Expand(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), 0.003)
ORDER BY geom <-> ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)
LIMIT 1
