-- Households in scope, and those of them within a walk of :limit_m of a service of :kind. Rows of
-- `changed` (buildings, `walks`, `lines`) stand instead of what is stored.
SELECT
    coalesce(sum(households), 0) AS total,
    coalesce(sum(households) FILTER (WHERE reach.metres <= :limit_m), 0) AS covered
FROM building
LEFT JOIN reach AS stored ON stored.building_id = building.id AND stored.kind = :kind
LEFT JOIN unnest(
    CAST(:changed AS int[]), CAST(:walks AS real[]), CAST(:lines AS real[])
) AS other (building_id, metres, straight_m) ON other.building_id = building.id
CROSS JOIN LATERAL (
    SELECT
        coalesce(other.metres, stored.metres) AS metres,
        coalesce(other.straight_m, stored.straight_m) AS straight_m
) AS reach
WHERE building.retired_at IS NULL AND households > 0
