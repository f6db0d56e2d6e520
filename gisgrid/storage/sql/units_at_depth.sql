-- Valid units of depth :depth, all or those in :ids.
SELECT id, code, name, depth, divided, ST_AsBinary(geom) AS wkb
FROM unit
WHERE valid_to IS NULL
  AND depth = :depth
  AND (CAST(:ids AS int[]) IS NULL OR id = ANY(CAST(:ids AS int[])))
ORDER BY code
