-- Inhabited buildings in scope that no service of :kind serves: on foot beyond :limit_m, or with
-- :straight outside the straight radius. Most households first. Rows of `changed` (buildings, `walks`,
-- `lines`) stand instead of what is stored.
SELECT
    building.id, building.name, building.address, households,
    ST_X(ST_PointOnSurface(building.geom)) AS x, ST_Y(ST_PointOnSurface(building.geom)) AS y,
    nullif(reach.metres, 'Infinity') AS metres, reach.straight_m, unit.name AS community
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
LEFT JOIN unit ON unit.id = building.community_id
WHERE building.retired_at IS NULL AND households > 0
  AND NOT coalesce(
      CASE WHEN :straight THEN reach.straight_m <= :radius_m ELSE reach.metres <= :limit_m END, false
  )
ORDER BY households DESC, building.id
