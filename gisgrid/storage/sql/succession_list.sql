-- Which unit followed which, the latest first, and how many had a part in the change.
SELECT s.day,
       old.code AS old_code, old.name AS old_name, old.valid_from AS old_from, old.valid_to AS old_to,
       new.code AS new_code, new.name AS new_name, new.valid_from AS new_from, new.valid_to AS new_to,
       count(*) OVER (PARTITION BY s.old_id, s.day) AS heirs,
       count(*) OVER (PARTITION BY s.new_id, s.day) AS forebears
FROM unit_succession AS s
JOIN unit AS old ON old.id = s.old_id
JOIN unit AS new ON new.id = s.new_id
ORDER BY s.day DESC, old.code, new.code
LIMIT :limit
