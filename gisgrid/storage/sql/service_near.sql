-- The nearest point in use of a kind within :metres of a place in degrees, but not :but itself.
SELECT id, name, ST_Distance(geom::geography, place::geography) AS metres
FROM service_point, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS place
WHERE kind = :kind AND retired_at IS NULL AND id <> :but
  AND geom && ST_Expand(place, 0.01)
  AND ST_DWithin(geom::geography, place::geography, :metres)
ORDER BY metres
LIMIT 1
