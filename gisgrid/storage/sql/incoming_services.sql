-- Service points of the staged file; rows of the file that were new, and that were known before.
WITH written AS (
    INSERT INTO service_point (source, source_id, name, kind, opening_hours, unit_id, geom)
    SELECT :source, i.source_id, i.name, i.kind, i.opening_hours, unit.id, i.geom
    FROM incoming i
    LEFT JOIN unit ON unit.code = i.community AND unit.valid_to IS NULL
    ON CONFLICT (source, source_id) DO UPDATE
    SET name = excluded.name, kind = excluded.kind,
        opening_hours = coalesce(excluded.opening_hours, service_point.opening_hours),
        unit_id = excluded.unit_id, geom = excluded.geom, retired_at = NULL
    RETURNING xmax = 0 AS fresh
)
SELECT count(*) FILTER (WHERE fresh) AS stored, count(*) FILTER (WHERE NOT fresh) AS updated
FROM written
