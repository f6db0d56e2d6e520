-- The communities below some units, those units included.
WITH RECURSIVE below AS (
    SELECT unnest(CAST(:units AS int[])) AS id
    UNION
    SELECT other.id FROM below CROSS JOIN LATERAL (
        SELECT id FROM unit WHERE parent_id = below.id
        UNION ALL
        -- what came before belongs to it: old incidents keep their old unit
        SELECT old_id FROM unit_succession WHERE new_id = below.id
        UNION ALL
        -- one for one: the same ground under another code
        SELECT s.new_id FROM unit_succession s WHERE s.old_id = below.id AND NOT EXISTS (
            SELECT FROM unit_succession AS also
            WHERE (also.old_id = s.old_id OR also.new_id = s.new_id) AND also.id <> s.id
        )
    ) AS other
)
SELECT unit.id
FROM below
JOIN unit ON unit.id = below.id
JOIN project ON true
JOIN unit_level ON unit_level.preset = project.preset AND unit_level.depth = unit.depth
WHERE unit_level.role = 'community'
ORDER BY unit.id
