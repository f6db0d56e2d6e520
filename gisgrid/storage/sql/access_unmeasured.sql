-- Kinds of service that are not measured on the ground as it is now.
SELECT service_kind.key
FROM service_kind
CROSS JOIN project
LEFT JOIN kind_reach ON kind_reach.kind = service_kind.key
WHERE kind_reach.network_version IS DISTINCT FROM project.ground_version
ORDER BY service_kind.sort
