-- Service points of the staged file; rows of the file that were new, and that were known before.
-- Points that staff have changed by hand stay as they are.
WITH written AS (
    INSERT INTO service_point (source, source_id, name, kind, opening_hours, unit_id, geom)
    SELECT :source, i.source_id, i.name, i.kind, i.opening_hours, unit.id, i.geom
    FROM incoming i
    LEFT JOIN unit ON unit.code = i.community AND unit.valid_to IS NULL
    ON CONFLICT (source, source_id) DO UPDATE
    SET name = CASE WHEN service_point.by_hand THEN service_point.name ELSE excluded.name END,
        kind = CASE WHEN service_point.by_hand THEN service_point.kind ELSE excluded.kind END,
        opening_hours = CASE
            WHEN service_point.by_hand THEN service_point.opening_hours
            ELSE coalesce(excluded.opening_hours, service_point.opening_hours)
        END,
        unit_id = CASE WHEN service_point.by_hand THEN service_point.unit_id ELSE excluded.unit_id END,
        geom = CASE WHEN service_point.by_hand THEN service_point.geom ELSE excluded.geom END,
        retired_at = CASE WHEN service_point.by_hand THEN service_point.retired_at END
    RETURNING xmax = 0 AS fresh
)
SELECT count(*) FILTER (WHERE fresh) AS stored, count(*) FILTER (WHERE NOT fresh) AS updated
FROM written
