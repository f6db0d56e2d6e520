-- Inhabited buildings in scope by grid in force and community: all, within :limit_m on foot, and
-- within :radius_m as the crow flies of a service of :kind.
SELECT
    place.grid, place.code, building.community_id AS community,
    count(*)::int AS buildings,
    sum(households)::int AS total,
    count(*) FILTER (WHERE metres <= :limit_m)::int AS buildings_covered,
    coalesce(sum(households) FILTER (WHERE metres <= :limit_m), 0)::int AS covered,
    count(*) FILTER (WHERE straight_m <= :radius_m)::int AS buildings_straight,
    coalesce(sum(households) FILTER (WHERE straight_m <= :radius_m), 0)::int AS straight_covered
FROM building
LEFT JOIN reach ON reach.building_id = building.id AND reach.kind = :kind
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
