-- Incidents in scope with a place, oldest first, one record of whole numbers each (0: none).
-- Columns are in the order of `incident_map.RECORD`; degrees are times 10 million, times in seconds.
SELECT
    incident.id::int4 AS id,
    round(ST_X(geom) * 1e7)::int4 AS lon,
    round(ST_Y(geom) * 1e7)::int4 AS lat,
    extract(epoch FROM reported_at)::int4 AS reported,
    coalesce(extract(epoch FROM due_at), 0)::int4 AS due,
    coalesce(extract(epoch FROM closed_at), 0)::int4 AS closed,
    coalesce(grid_now, 0)::int4 AS grid,
    coalesce(community_id, 0)::int4 AS community,
    category.place::int2 AS category,
    coalesce(array_position(%(states)s::text[], incident.state), 0)::int2 AS state,
    coalesce(array_position(%(channels)s::text[], incident.channel), 0)::int2 AS channel,
    (coalesce(level, 0)
     + CASE WHEN located_reason = 'near_border' THEN 16 ELSE 0 END
     + CASE WHEN closed_at IS NOT NULL OR incident.state = ANY(%(finished)s) THEN 32 ELSE 0 END)::int2 AS marks
FROM incident
JOIN unnest(%(categories)s::text[]) WITH ORDINALITY AS category (key, place)
    ON category.key = coalesce(incident.category_code, incident.category_text, '')
WHERE geom IS NOT NULL
  AND (%(since)s::timestamptz IS NULL OR reported_at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR reported_at < %(until)s)
ORDER BY reported_at, incident.id
