-- Store the staged successions: the old end, the new begin; how many rows are new.
WITH written AS (
    INSERT INTO unit_succession (old_id, new_id, day)
    SELECT old_id, new_id, day::date FROM incoming
    WHERE NOT known AND old_id IS NOT NULL AND new_id IS NOT NULL
    ON CONFLICT (old_id, new_id) DO NOTHING
    RETURNING old_id, new_id, day
),
dated AS (
    SELECT id, max(valid_to) AS valid_to, max(successor_id) AS successor_id, min(begun) AS begun
    FROM (
        SELECT old_id AS id, min(day) AS valid_to, NULL::date AS begun,
               CASE WHEN count(*) = 1 THEN min(new_id) END AS successor_id
        FROM written GROUP BY old_id
        UNION ALL
        SELECT new_id, NULL, min(day), NULL FROM written GROUP BY new_id
    ) AS either
    GROUP BY id
),
changed AS (
    UPDATE unit
    SET valid_to = coalesce(dated.valid_to, unit.valid_to),
        successor_id = coalesce(dated.successor_id, unit.successor_id),
        valid_from = least(unit.valid_from, dated.begun)
    FROM dated WHERE dated.id = unit.id
)
SELECT count(*) FROM written
