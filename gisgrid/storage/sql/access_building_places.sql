-- A point inside each building, in degrees and in metres, by id.
SELECT
    id, ST_X(place) AS lon, ST_Y(place) AS lat,
    ST_X(ST_Transform(place, :epsg)) AS x, ST_Y(ST_Transform(place, :epsg)) AS y
FROM (
    SELECT id, ST_PointOnSurface(geom) AS place FROM building WHERE retired_at IS NULL
) AS building
ORDER BY id
