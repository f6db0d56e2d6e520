-- Inhabited buildings in scope that no service of :kind serves: on foot beyond :limit_m, or with
-- :straight outside the straight radius. Most households first.
SELECT
    building.id, building.name, building.address, households,
    ST_X(ST_PointOnSurface(building.geom)) AS x, ST_Y(ST_PointOnSurface(building.geom)) AS y,
    nullif(metres, 'Infinity') AS metres, straight_m, unit.name AS community
FROM building
LEFT JOIN reach ON reach.building_id = building.id AND reach.kind = :kind
LEFT JOIN unit ON unit.id = building.community_id
WHERE building.retired_at IS NULL AND households > 0
  AND NOT coalesce(
      CASE WHEN :straight THEN straight_m <= :radius_m ELSE metres <= :limit_m END, false
  )
ORDER BY households DESC, building.id
