-- Inhabited buildings in scope by grid in force and community: all, within :limit_m on foot, and
-- within :radius_m as the crow flies of a service of :kind. Rows of `changed` (buildings, `walks`,
-- `lines`) stand instead of what is stored. Elderly are those whose number is known.
SELECT
    place.grid, place.code, building.community_id AS community,
    count(*)::int AS buildings,
    sum(households)::int AS total,
    count(*) FILTER (WHERE reach.metres <= :limit_m)::int AS buildings_covered,
    coalesce(sum(households) FILTER (WHERE reach.metres <= :limit_m), 0)::int AS covered,
    count(*) FILTER (WHERE reach.straight_m <= :radius_m)::int AS buildings_straight,
    coalesce(sum(households) FILTER (WHERE reach.straight_m <= :radius_m), 0)::int AS straight_covered,
    coalesce(sum(elderly), 0)::int AS elderly,
    coalesce(sum(elderly) FILTER (WHERE reach.metres <= :limit_m), 0)::int AS elderly_covered,
    coalesce(sum(elderly) FILTER (WHERE reach.straight_m <= :radius_m), 0)::int AS elderly_straight
FROM building
LEFT JOIN LATERAL (
    -- persons of 60 (else 65) and over: the number under the first key that says so
    SELECT (value #>> '{}')::numeric AS elderly
    FROM jsonb_each(building.counts)
    WHERE jsonb_typeof(value) = 'number'
      AND key ~* '^(elderly|老年|(over_?)?6[05]\s*(\+|周?岁|_|$))'
    ORDER BY key !~* '^elderly', key ~ '65', key
    LIMIT 1
) AS people ON true
LEFT JOIN reach AS stored ON stored.building_id = building.id AND stored.kind = :kind
LEFT JOIN unnest(
    CAST(:changed AS int[]), CAST(:walks AS real[]), CAST(:lines AS real[])
) AS other (building_id, metres, straight_m) ON other.building_id = building.id
CROSS JOIN LATERAL (
    SELECT
        coalesce(other.metres, stored.metres) AS metres,
        coalesce(other.straight_m, stored.straight_m) AS straight_m
) AS reach
LEFT JOIN (
    SELECT cell_building.building_id, plan_grid.id AS grid, plan_grid.code
    FROM plan
    JOIN plan_grid ON plan_grid.plan_id = plan.id
    JOIN plan_cell ON plan_cell.plan_id = plan.id AND plan_cell.grid_id = plan_grid.id
    JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
    WHERE plan.state = 'effective'
) AS place ON place.building_id = building.id
WHERE building.retired_at IS NULL AND households > 0
GROUP BY place.grid, place.code, building.community_id
ORDER BY place.code
