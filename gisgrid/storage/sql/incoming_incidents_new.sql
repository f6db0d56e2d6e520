-- Incidents of the staged file whose source had none yet, with community and grids at once:
-- what `incoming_incidents` and `incident_locate` do one after the other, written once.
WITH placed AS (
    SELECT i.number AS id, i.reported_at::timestamptz AS reported_at, i.geom,
           ST_Transform(i.geom, 3857) AS geom_3857,
           :near_m / cos(radians(ST_Y(i.geom))) AS near
    FROM incoming i
    WHERE i.geom IS NOT NULL
),
-- include incident_located
, known AS (
    SELECT word, min(code) AS code
    FROM category, LATERAL (VALUES (code), (name_zh), (name_en)) AS words (word)
    GROUP BY word
)
INSERT INTO incident (
    source, source_id, category_code, category_text, text, channel, state, reported_at,
    closed_at, geom, community_id, grid_now, grid_at_report, grids_near, located_reason
)
SELECT :source, i.source_id, known.code, i.category, i.text, i.channel, i.state,
       i.reported_at::timestamptz, i.closed_at::timestamptz, i.geom, housed.community_id,
       now_held.grid_id, coalesce(then_held.grid_id, now_held.grid_id),
       coalesce(bordering.grids, '{}'),
       CASE
           WHEN i.geom IS NULL THEN i.reason
           WHEN bordering.id IS NOT NULL THEN 'near_border'
           WHEN now_held.id IS NOT NULL THEN 'cell'
           WHEN housed.id IS NOT NULL THEN 'no_plan'
           ELSE 'outside'
       END
FROM incoming i
LEFT JOIN known ON known.word = i.category
LEFT JOIN housed ON housed.id = i.number
LEFT JOIN now_held ON now_held.id = i.number
LEFT JOIN then_held ON then_held.id = i.number
LEFT JOIN bordering ON bordering.id = i.number
