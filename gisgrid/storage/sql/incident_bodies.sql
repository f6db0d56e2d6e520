-- Bodies that answer for category :category in unit :unit: the nearest rows win, those of the
-- category itself before those of its group, those of the unit before those of units above it.
WITH RECURSIVE above AS (
    SELECT id, parent_id, 0 AS distance FROM unit WHERE id = :unit
    UNION ALL
    SELECT unit.id, unit.parent_id, above.distance + 1
    FROM unit JOIN above ON unit.id = above.parent_id
),
answering AS (
    SELECT
        responsibility.body,
        rank() OVER (
            ORDER BY (responsibility.category_code = :category) DESC, above.distance
        ) AS nearness
    FROM responsibility JOIN above ON above.id = responsibility.unit_id
    WHERE responsibility.category_code IN (
        :category, (SELECT parent FROM category WHERE code = :category)
    )
)
SELECT DISTINCT body FROM answering WHERE nearness = 1 ORDER BY body
