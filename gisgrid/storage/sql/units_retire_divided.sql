-- End units that were only divided along streets, where a real unit of depth :depth now lies.
UPDATE unit made
SET valid_to = CURRENT_DATE
WHERE made.divided
  AND made.valid_to IS NULL
  AND made.depth = :depth
  AND EXISTS (
    SELECT FROM unit real
    WHERE NOT real.divided
      AND real.valid_to IS NULL
      AND real.depth = :depth
      AND ST_Intersects(real.geom, made.geom)
      AND ST_Area(ST_Intersection(real.geom, made.geom)) > 0.01 * ST_Area(made.geom)
  )
