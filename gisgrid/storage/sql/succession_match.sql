-- The units of each staged row: the old one is valid, or was succeeded just so before.
ALTER TABLE incoming ADD COLUMN old_id int, ADD COLUMN new_id int,
    ADD COLUMN known boolean NOT NULL DEFAULT false;
UPDATE incoming i SET known = true, old_id = o.id, new_id = n.id
FROM unit_succession s JOIN unit o ON o.id = s.old_id JOIN unit n ON n.id = s.new_id
WHERE o.code = i.old_code AND n.code = i.new_code AND s.day = i.day::date;
UPDATE incoming i SET old_id = unit.id
FROM unit WHERE NOT i.known AND unit.code = i.old_code AND unit.valid_to IS NULL;
UPDATE incoming i SET new_id = (
    SELECT unit.id FROM unit
    WHERE unit.code = i.new_code AND (unit.valid_to IS NULL OR unit.valid_to > i.day::date)
    ORDER BY unit.valid_to NULLS FIRST, unit.id LIMIT 1
)
WHERE NOT i.known
