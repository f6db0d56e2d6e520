-- Incidents in scope with a place, one record of whole numbers each (0: none), in no order.
-- Columns are in the order of `incident_map._SENT`; degrees are times 10 million, times in
-- seconds, those beyond 1901 and 2038 at its ends.
SELECT
    incident.id::int4 AS id,
    round(ST_X(geom) * 1e7)::int4 AS lon,
    round(ST_Y(geom) * 1e7)::int4 AS lat,
    greatest(-2147483647, least(2147483647, date_part('epoch', reported_at)))::int4 AS reported,
    CASE WHEN state <> 'draft' AND due_at IS NOT NULL THEN
        greatest(-2147483647, least(2147483647, date_part('epoch', due_at)))::int4
    ELSE 0 END AS due,
    coalesce(grid_now, 0)::int4 AS grid,
    hashtextextended(coalesce(category_code, category_text, ''), 0) AS kind,
    coalesce(array_position(%(channels)s::text[], channel), 0)::int2 AS channel,
    (coalesce(level, 0)
     + CASE WHEN located_reason = 'near_border' THEN 16 ELSE 0 END
     + CASE WHEN incident_is_open(closed_at, state) THEN 0 ELSE 32 END)::int2 AS marks
FROM incident
WHERE geom IS NOT NULL
  AND (%(since)s::timestamptz IS NULL OR reported_at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR reported_at < %(until)s)
  AND (%(days)s::int IS NULL OR reported_at >= now() - make_interval(days => %(days)s))
