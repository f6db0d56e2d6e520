-- Buildings of community :unit, imported since the cells :cell_set were built, that no cell counts.
SELECT count(*) AS buildings, coalesce(sum(building.households), 0) AS households
FROM building
WHERE building.community_id = :unit
  AND building.retired_at IS NULL
  AND NOT EXISTS (
      SELECT 1 FROM cell_building
      WHERE cell_building.cell_set_id = :cell_set AND cell_building.building_id = building.id
  )
