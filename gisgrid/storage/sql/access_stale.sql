-- Kinds with points: how many, how many of them are not measured on the ground as it is now, and
-- since when the oldest of those that are measured stands.
SELECT
    count(*)::int AS kinds,
    count(*) FILTER (
        WHERE kind_reach.network_version IS DISTINCT FROM project.ground_version
    )::int AS stale,
    min(kind_reach.measured_at) AS measured_at
FROM (SELECT DISTINCT kind FROM service_point WHERE retired_at IS NULL) AS used
CROSS JOIN project
LEFT JOIN kind_reach ON kind_reach.kind = used.kind
