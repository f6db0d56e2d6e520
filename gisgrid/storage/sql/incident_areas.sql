-- The communities of now with their outline in degrees, simplified to about 5 m, by code.
SELECT
    unit.id, unit.name,
    ST_AsGeoJSON(ST_Multi(ST_SimplifyPreserveTopology(unit.geom, 0.00005)), 6) AS outline,
    ST_X(ST_PointOnSurface(unit.geom)) AS lon, ST_Y(ST_PointOnSurface(unit.geom)) AS lat
FROM unit
JOIN project ON true
JOIN unit_level ON unit_level.preset = project.preset AND unit_level.depth = unit.depth
WHERE unit_level.role = 'community' AND unit.valid_to IS NULL
ORDER BY unit.code
