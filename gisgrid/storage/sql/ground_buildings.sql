-- Buildings in use with a point inside :area (WKB, EPSG:4326), or all where it is NULL.
SELECT id, households, ST_AsBinary(geom) AS wkb
FROM building
WHERE retired_at IS NULL
  AND (
    CAST(:area AS bytea) IS NULL
    OR (geom && ST_GeomFromWKB(CAST(:area AS bytea), 4326)
        AND ST_Intersects(ST_GeomFromWKB(CAST(:area AS bytea), 4326), ST_PointOnSurface(geom)))
  )
ORDER BY id
