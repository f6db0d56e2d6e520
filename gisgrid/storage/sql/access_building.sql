-- One building in scope with a point inside it.
SELECT
    building.id, building.name, building.address, households, residents,
    ST_X(ST_PointOnSurface(geom)) AS lon, ST_Y(ST_PointOnSurface(geom)) AS lat
FROM building
WHERE building.id = :building AND building.retired_at IS NULL
