-- Put every building of community :unit that no cell of set :cell_set holds on the cell under it: in
-- the set, and on the pieces that lines have cut of it, so that all plans on this ground count it.
WITH lost AS (
    SELECT building.id, ST_PointOnSurface(building.geom) AS place
    FROM building
    WHERE building.community_id = :unit
      AND building.retired_at IS NULL
      AND NOT EXISTS (
          SELECT FROM cell_building
          WHERE cell_building.cell_set_id = :cell_set AND cell_building.building_id = building.id
      )
)
INSERT INTO cell_building (cell_id, building_id, cell_set_id, community_id)
SELECT DISTINCT ON (lost.id, cell.cell_set_id)
    cell.id, lost.id, cell.cell_set_id, cell.community_id
FROM lost
JOIN cell ON ST_Intersects(cell.geom, lost.place)
JOIN cell_set ON cell_set.id = cell.cell_set_id
    AND (cell_set.id = :cell_set OR cell_set.cut_of = :cell_set)
ORDER BY lost.id, cell.cell_set_id, cell.id
ON CONFLICT DO NOTHING
