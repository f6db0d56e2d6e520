-- Valid communities in unit :unit, itself included, by code.
WITH RECURSIVE below AS (
    SELECT id FROM unit WHERE id = :unit
    UNION
    SELECT unit.id FROM unit JOIN below ON unit.parent_id = below.id
)
SELECT unit.id, unit.name
FROM below
JOIN unit ON unit.id = below.id AND unit.valid_to IS NULL
JOIN project ON true
JOIN unit_level ON unit_level.preset = project.preset AND unit_level.depth = unit.depth
WHERE unit_level.role = 'community'
ORDER BY unit.code
