-- Scenarios, those changed last first, with what each holds by kind and act.
SELECT
    service_scenario.id, service_scenario.name, service_scenario.created_by,
    account.display_name AS author, service_scenario.created_at, service_scenario.changed_at,
    coalesce(held.kinds, '{}') AS kinds,
    coalesce(held.opened, 0)::int AS opened,
    coalesce(held.moved, 0)::int AS moved,
    coalesce(held.closed, 0)::int AS closed
FROM service_scenario
LEFT JOIN account ON account.id = service_scenario.created_by
LEFT JOIN (
    SELECT scenario_id, array_agg(DISTINCT kind ORDER BY kind) AS kinds,
           count(*) FILTER (WHERE act = 'open') AS opened,
           count(*) FILTER (WHERE act = 'move') AS moved,
           count(*) FILTER (WHERE act = 'close') AS closed
    FROM scenario_point
    GROUP BY scenario_id
) AS held ON held.scenario_id = service_scenario.id
WHERE CAST(:scenario AS int) IS NULL OR service_scenario.id = :scenario
ORDER BY service_scenario.changed_at DESC, service_scenario.id DESC
