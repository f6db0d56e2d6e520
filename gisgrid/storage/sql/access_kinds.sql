-- Kinds of service and how many points each has.
SELECT service_kind.*, coalesce(counted.n, 0)::int AS points
FROM service_kind
LEFT JOIN (
    SELECT kind, count(*) AS n FROM service_point WHERE retired_at IS NULL GROUP BY kind
) AS counted ON counted.kind = service_kind.key
ORDER BY service_kind.sort, service_kind.key
