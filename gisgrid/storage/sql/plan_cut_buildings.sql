-- Buildings of a plan whose footprint lies less than :whole in the grid of their cell.
SELECT building.id, plan_grid.position, inside.share
FROM plan_cell
JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
JOIN cell ON cell.id = plan_cell.cell_id
JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
JOIN LATERAL (
    SELECT sum(ST_Area(ST_Intersection(other.geom, building.geom))) / ST_Area(building.geom) AS share
    FROM cell AS other
    JOIN plan_cell AS beside ON beside.plan_id = :plan AND beside.cell_id = other.id
    WHERE beside.grid_id = plan_cell.grid_id AND ST_Intersects(other.geom, building.geom)
) AS inside ON true
WHERE plan_cell.plan_id = :plan
  AND NOT ST_Covers(cell.geom, building.geom)
  AND inside.share < :whole
ORDER BY building.id
