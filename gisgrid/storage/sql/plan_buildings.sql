-- Buildings in use on the cells of plan :plan, with a place inside each: id, cell, compound (NULL),
-- households, lon, lat.
SELECT
    building.id, plan_cell.cell_id AS cell, building.compound_id AS compound,
    building.households, round(ST_X(place.geom)::numeric, 7)::float AS lon,
    round(ST_Y(place.geom)::numeric, 7)::float AS lat
FROM plan_cell
JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(building.geom) AS geom) AS place
WHERE plan_cell.plan_id = :plan
ORDER BY building.id
