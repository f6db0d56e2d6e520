-- Incidents of the staged file; rows of the file that were new, and that were known before.
WITH written AS (
    INSERT INTO incident (
        source, source_id, category_code, category_text, text, channel, state, reported_at,
        closed_at, geom, located_reason
    )
    SELECT :source, i.source_id, known.code, i.category, i.text, i.channel, i.state,
           i.reported_at::timestamptz, i.closed_at::timestamptz, i.geom, i.reason
    FROM incoming i
    LEFT JOIN (
        SELECT word, min(code) AS code
        FROM category, LATERAL (VALUES (code), (name_zh), (name_en)) AS words (word)
        GROUP BY word
    ) AS known ON known.word = i.category
    ON CONFLICT (source, source_id) DO UPDATE
    SET category_code = excluded.category_code, category_text = excluded.category_text,
        text = excluded.text, channel = excluded.channel, state = excluded.state,
        reported_at = excluded.reported_at, closed_at = excluded.closed_at, geom = excluded.geom,
        located_reason = excluded.located_reason
    RETURNING xmax = 0 AS fresh
)
SELECT count(*) FILTER (WHERE fresh) AS stored, count(*) FILTER (WHERE NOT fresh) AS updated
FROM written
