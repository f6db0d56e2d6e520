-- What a scenario opens, moves and closes; services that are gone meanwhile are left out.
SELECT
    scenario_point.id, scenario_point.act, scenario_point.kind,
    scenario_point.service_point_id AS service, service_point.name,
    ST_X(scenario_point.geom) AS lon, ST_Y(scenario_point.geom) AS lat
FROM scenario_point
LEFT JOIN service_point ON service_point.id = scenario_point.service_point_id
WHERE scenario_point.scenario_id = :scenario
  AND (scenario_point.act = 'open' OR service_point.retired_at IS NULL)
ORDER BY scenario_point.kind, scenario_point.id
