-- A place inside each building in use on the cells :cells: building, cell, households, residents, lon, lat.
SELECT
    building.id, cell_building.cell_id AS cell, building.households, building.residents,
    ST_X(place.geom) AS lon, ST_Y(place.geom) AS lat
FROM cell_building
JOIN building ON building.id = cell_building.building_id
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(building.geom) AS geom) AS place
WHERE cell_building.cell_id = ANY(CAST(:cells AS int[]))
ORDER BY building.id
