-- Valid units above depth :depth without any valid unit below them.
SELECT id, code, name, depth, divided, ST_AsBinary(geom) AS wkb
FROM unit u
WHERE valid_to IS NULL
  AND depth < :depth
  AND NOT EXISTS (SELECT FROM unit c WHERE c.parent_id = u.id AND c.valid_to IS NULL)
ORDER BY code
