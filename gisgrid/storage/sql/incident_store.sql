-- Incidents of a file; one that is known is updated, and located anew by `incident_locate`.
INSERT INTO incident (
    source, source_id, category_code, category_text, text, channel, state, reported_at, due_at,
    closed_at, geom, located_reason
)
SELECT
    :source, given.source_id, known.code, given.category, given.text, given.channel, given.state,
    given.reported_at, given.due_at, given.closed_at, ST_SetSRID(ST_MakePoint(given.lon, given.lat), 4326),
    nullif(given.reason, '')
FROM unnest(
    CAST(:source_id AS text[]), CAST(:category AS text[]), CAST(:text AS text[]),
    CAST(:channel AS text[]), CAST(:state AS text[]), CAST(:reported_at AS timestamptz[]),
    CAST(:due_at AS timestamptz[]),
    CAST(:closed_at AS timestamptz[]), CAST(:lon AS float[]), CAST(:lat AS float[]),
    CAST(:reason AS text[])
) AS given (source_id, category, text, channel, state, reported_at, due_at, closed_at, lon, lat, reason)
LEFT JOIN LATERAL (
    SELECT code FROM category
    WHERE given.category IN (category.code, category.name_zh, category.name_en)
    ORDER BY code LIMIT 1
) AS known ON true
ON CONFLICT (source, source_id) DO UPDATE
SET category_code = excluded.category_code, category_text = excluded.category_text,
    text = excluded.text, channel = excluded.channel, state = excluded.state,
    reported_at = excluded.reported_at, due_at = coalesce(excluded.due_at, incident.due_at), closed_at = excluded.closed_at, geom = excluded.geom,
    located_reason = excluded.located_reason
RETURNING xmax = 0 AS inserted
