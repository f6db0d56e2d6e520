-- The units that a code means on a day: those that bore it or, where none did then, what became of
-- them, or what they were made of.
WITH RECURSIVE borne AS (
    SELECT unit.id, unit.valid_to,
           NOT EXISTS (SELECT FROM unit_succession WHERE new_id = unit.id) AS first,
           unit.valid_from
    FROM unit WHERE code = :code
),
exact AS (
    SELECT id FROM borne
    WHERE (first OR valid_from <= :day) AND (valid_to IS NULL OR :day < valid_to)
),
forward AS (
    SELECT id FROM borne WHERE valid_to <= :day AND NOT EXISTS (SELECT FROM exact)
    UNION
    SELECT s.new_id FROM forward JOIN unit_succession s ON s.old_id = forward.id AND s.day <= :day
),
back AS (
    SELECT id FROM borne WHERE NOT first AND valid_from > :day AND NOT EXISTS (SELECT FROM exact)
    UNION
    SELECT s.old_id FROM back JOIN unit_succession s ON s.new_id = back.id AND s.day > :day
)
SELECT unit.id, unit.code, unit.name, unit.valid_from, unit.valid_to, unit.code = :code AS own
FROM unit
WHERE unit.id IN (SELECT id FROM exact UNION SELECT id FROM forward UNION SELECT id FROM back)
  AND (unit.valid_to IS NULL OR :day < unit.valid_to)
  AND (
      unit.valid_from <= :day
      OR NOT EXISTS (SELECT FROM unit_succession WHERE new_id = unit.id)
  )
ORDER BY unit.code, unit.id
