-- Open incidents in scope of a kind near a place, nearest first. The radius is the category's own.
WITH here AS (
    SELECT ST_Transform(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), 3857) AS geom_3857,
           category.radius_m, category.radius_m / cos(radians(:lat)) AS reach
    FROM category WHERE code = :category
)
SELECT
    incident.id, incident.text, incident.state, incident.channel, incident.reported_at,
    incident.category_code AS category, here.radius_m,
    ST_X(incident.geom) AS lon, ST_Y(incident.geom) AS lat,
    ST_Distance(incident.geom_3857, here.geom_3857) * cos(radians(:lat)) AS metres,
    (SELECT name FROM incident_photo WHERE incident_id = incident.id ORDER BY id LIMIT 1) AS photo,
    (SELECT coalesce(jsonb_agg(note ORDER BY at), '[]') FROM (
        SELECT note, at FROM incident_event WHERE incident_id = incident.id
            AND transition = 'comment' AND note IS NOT NULL AND NOT private
        ORDER BY at DESC LIMIT 3) AS latest) AS comments
FROM incident, here
WHERE incident.category_code = :category AND incident_is_open(incident.closed_at, incident.state)
  AND incident.state <> 'draft' AND incident.kind = 'case'
  AND incident.geom_3857 && ST_Expand(here.geom_3857, here.reach)
  AND ST_DWithin(incident.geom_3857, here.geom_3857, here.reach)
ORDER BY metres, incident.id
LIMIT 5
