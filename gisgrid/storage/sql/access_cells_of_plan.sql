-- Households of each inhabited cell of a plan's ground, and those of them within a walk of :limit_m
-- of a service of :kind.
SELECT
    cell_building.cell_id AS cell,
    sum(households)::int AS households,
    coalesce(sum(households) FILTER (WHERE reach.metres <= :limit_m), 0)::int AS covered
FROM plan_cell
JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
LEFT JOIN reach AS stored ON stored.building_id = building.id AND stored.kind = :kind
LEFT JOIN unnest(CAST(:changed AS int[]), CAST(:walks AS real[])) AS other (building_id, metres)
  ON other.building_id = building.id
CROSS JOIN LATERAL (SELECT coalesce(other.metres, stored.metres) AS metres) AS reach
WHERE plan_cell.plan_id = :plan AND households > 0
GROUP BY cell_building.cell_id
ORDER BY cell_building.cell_id
