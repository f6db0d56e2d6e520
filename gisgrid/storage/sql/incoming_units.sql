-- Units of the staged file; rows of the file that were new, and that were known before.
WITH written AS (
    INSERT INTO unit (code, name, depth, source, source_id, divided, valid_from, geom)
    SELECT i.code, i.name, i.depth, :source, i.source_id, false,
           coalesce(i.valid_from::date, CURRENT_DATE), i.geom
    FROM incoming i
    ON CONFLICT (code) WHERE valid_to IS NULL DO UPDATE
    SET name = excluded.name, depth = excluded.depth, source = excluded.source,
        source_id = excluded.source_id, divided = false, geom = excluded.geom
    RETURNING xmax = 0 AS fresh
)
SELECT count(*) FILTER (WHERE fresh) AS stored, count(*) FILTER (WHERE NOT fresh) AS updated
FROM written
