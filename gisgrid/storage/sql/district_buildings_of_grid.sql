-- Buildings of one grid with a point inside each (degrees), inhabited ones first.
SELECT
    building.id, building.name, building.address, building.levels, building.households,
    building.residents,
    ST_X(ST_PointOnSurface(building.geom)) AS x, ST_Y(ST_PointOnSurface(building.geom)) AS y
FROM plan_cell
JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
JOIN building ON building.id = cell_building.building_id
WHERE plan_cell.grid_id = :grid AND building.retired_at IS NULL
ORDER BY building.households = 0, building.address, building.id
