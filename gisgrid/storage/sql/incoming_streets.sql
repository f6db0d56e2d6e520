-- Streets of the staged file; rows of the file that were new, and that were known before.
WITH written AS (
    INSERT INTO street (source, source_id, name, class, walkable, bridge, tunnel, layer, geom)
    SELECT :source, i.source_id, i.name, i.class, i.walkable, i.bridge, i.tunnel, i.layer, i.geom
    FROM incoming i
    ON CONFLICT (source, source_id) DO UPDATE
    SET name = excluded.name, class = excluded.class, walkable = excluded.walkable,
        bridge = excluded.bridge, tunnel = excluded.tunnel, layer = excluded.layer,
        geom = excluded.geom
    RETURNING source_id, xmax = 0 AS fresh
),
per_row AS (
    SELECT i.number, bool_and(written.fresh) AS fresh
    FROM written JOIN incoming i USING (source_id)
    GROUP BY i.number
)
SELECT count(*) FILTER (WHERE fresh) AS stored, count(*) FILTER (WHERE NOT fresh) AS updated
FROM per_row
