-- Grids where :n or more complaints of a kind came within :days from homes that the service is too
-- far from: the walk of the nearest building within 150 m is longer than the limit of the kind.
WITH complaint AS (
    SELECT incident.id, incident.grid_now, incident.geom, home.metres,
        service_kind.minutes * project.walk_kmh * 1000 / 60 AS within_m
    FROM incident
    CROSS JOIN project
    JOIN service_kind ON service_kind.key = :service
    CROSS JOIN LATERAL (
        SELECT reach.metres
        FROM building LEFT JOIN reach ON reach.building_id = building.id AND reach.kind = :service
        WHERE building.retired_at IS NULL
          AND building.geom && ST_Expand(incident.geom, 0.0015)
        ORDER BY building.geom <-> incident.geom
        LIMIT 1
    ) AS home
    WHERE incident_is_open(incident.closed_at, incident.state) AND incident.category_code = :category
      AND incident.grid_now IS NOT NULL AND incident.source <> 'alert'
      AND incident.reported_at > now() - make_interval(days => :days)
      AND EXISTS (SELECT FROM kind_reach WHERE kind = :service)
)
SELECT
    plan_grid.code AS category, count(*) AS n, array_agg(complaint.id ORDER BY complaint.id) AS ids,
    (array_agg(ST_X(complaint.geom) ORDER BY complaint.id))[1] AS lon,
    (array_agg(ST_Y(complaint.geom) ORDER BY complaint.id))[1] AS lat, min(complaint.id) AS first
FROM complaint
JOIN plan_grid ON plan_grid.id = complaint.grid_now
WHERE coalesce(complaint.metres > complaint.within_m, true)
GROUP BY plan_grid.code
HAVING count(*) >= :n AND NOT EXISTS (
    SELECT FROM incident AS alert
    WHERE alert.source = 'alert' AND alert.closed_at IS NULL
      AND alert.details ->> 'rule' = :key AND alert.details ->> 'of' = plan_grid.code
)
ORDER BY n DESC, first
LIMIT 100
