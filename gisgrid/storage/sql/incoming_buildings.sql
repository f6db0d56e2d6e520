-- Buildings of the staged file; rows of the file that were new, and that were known before.
WITH written AS (
    INSERT INTO building (
        source, source_id, code, name, address, use, residential, levels, households_given,
        households_estimated, residents_given, counts, community_id, geom
    )
    SELECT :source, i.source_id, i.code, i.name, i.address, i.use, i.residential, i.levels,
           i.households_given, i.households_estimated, i.residents_given,
           jsonb_strip_nulls(jsonb_build_object('elderly', i.elderly)), unit.id, i.geom
    FROM incoming i
    LEFT JOIN unit ON unit.code = i.community AND unit.valid_to IS NULL
    ON CONFLICT (source, source_id) DO UPDATE
    SET code = coalesce(excluded.code, building.code), name = excluded.name,
        address = excluded.address, use = excluded.use, residential = excluded.residential,
        levels = excluded.levels, households_given = excluded.households_given,
        households_estimated = excluded.households_estimated,
        residents_given = excluded.residents_given,
        counts = building.counts || excluded.counts, community_id = excluded.community_id,
        geom = excluded.geom, retired_at = NULL, updated_at = now()
    RETURNING source_id, xmax = 0 AS fresh
),
per_row AS (
    SELECT i.number, bool_and(written.fresh) AS fresh
    FROM written JOIN incoming i USING (source_id)
    GROUP BY i.number
)
SELECT count(*) FILTER (WHERE fresh) AS stored, count(*) FILTER (WHERE NOT fresh) AS updated
FROM per_row
