-- Counts of units: every number of a row under its heading.
WITH counted AS (
    SELECT i.number, i.unit_id, each.key, each.value, i.day::date AS day
    FROM incoming i
    CROSS JOIN LATERAL (
        SELECT key, value::float FROM jsonb_each_text(i.counts::jsonb)
        UNION ALL SELECT 'households', i.households::float WHERE i.households IS NOT NULL
        UNION ALL SELECT 'residents', i.residents::float WHERE i.residents IS NOT NULL
    ) AS each (key, value)
    WHERE i.unit_id IS NOT NULL
),
written AS (
    INSERT INTO unit_statistic (unit_id, key, value, day)
    SELECT DISTINCT ON (unit_id, key) unit_id, key, value, day FROM counted
    ORDER BY unit_id, key, number
    ON CONFLICT (unit_id, key) DO UPDATE SET value = excluded.value, day = excluded.day
    RETURNING unit_id, xmax = 0 AS fresh
),
per_unit AS (SELECT unit_id, bool_and(fresh) AS fresh FROM written GROUP BY unit_id)
SELECT count(*) FILTER (WHERE coalesce(per_unit.fresh, true)) AS stored,
       count(*) FILTER (WHERE NOT per_unit.fresh) AS updated
FROM incoming i LEFT JOIN per_unit USING (unit_id)
WHERE i.unit_id IS NOT NULL
