-- The valid unit of depth :depth that holds a point inside each building; NULL outside all.
WITH placed AS (
  SELECT b.id, min(u.id) AS unit_id
  FROM building b
  LEFT JOIN unit u
    ON u.valid_to IS NULL
   AND u.depth = :depth
   AND ST_Intersects(u.geom, ST_PointOnSurface(b.geom))
  GROUP BY b.id
)
UPDATE building
SET community_id = placed.unit_id
FROM placed
WHERE building.id = placed.id
  AND building.community_id IS DISTINCT FROM placed.unit_id
