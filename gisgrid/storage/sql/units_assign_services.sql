-- The valid unit of depth :depth that each service point lies in; NULL outside all.
WITH placed AS (
  SELECT s.id, min(u.id) AS unit_id
  FROM service_point s
  LEFT JOIN unit u
    ON u.valid_to IS NULL
   AND u.depth = :depth
   AND ST_Intersects(u.geom, s.geom)
  GROUP BY s.id
)
UPDATE service_point
SET unit_id = placed.unit_id
FROM placed
WHERE service_point.id = placed.id
  AND service_point.unit_id IS DISTINCT FROM placed.unit_id
