-- Rows of the staged file that name neither a valid unit nor a building.
SELECT i.number, coalesce(i.code, '') AS code, coalesce(i.name, '') AS name
FROM incoming i
WHERE i.unit_id IS NULL AND NOT i.houses
ORDER BY i.number
