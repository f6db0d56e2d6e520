-- Buildings of community :unit that no cell of the set :cell_set holds, most households first.
SELECT
    building.id, building.name, building.address, building.households,
    ST_X(place.geom) AS lon, ST_Y(place.geom) AS lat
FROM building
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(building.geom) AS geom) AS place
WHERE building.community_id = :unit
  AND building.retired_at IS NULL
  AND NOT EXISTS (
      SELECT 1 FROM cell_building
      WHERE cell_building.cell_set_id = :cell_set AND cell_building.building_id = building.id
  )
ORDER BY building.households DESC, building.id
LIMIT :most
