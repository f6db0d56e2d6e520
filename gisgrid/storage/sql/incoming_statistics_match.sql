-- Find what each staged row counts: a unit by code, a building by code or id, a unit by its name.
ALTER TABLE incoming ADD COLUMN unit_id int, ADD COLUMN houses boolean NOT NULL DEFAULT false;
UPDATE incoming i SET unit_id = unit.id
FROM unit WHERE unit.valid_to IS NULL AND unit.code = i.code;
UPDATE incoming i SET houses = true
WHERE i.unit_id IS NULL AND EXISTS (
    SELECT FROM building b
    WHERE b.retired_at IS NULL AND (b.code = i.code OR b.source_id = i.code)
);
UPDATE incoming i SET unit_id = named.id
FROM (SELECT name, min(id) AS id FROM unit WHERE valid_to IS NULL GROUP BY name
      HAVING count(*) = 1) AS named
WHERE i.unit_id IS NULL AND NOT i.houses AND named.name = i.name
