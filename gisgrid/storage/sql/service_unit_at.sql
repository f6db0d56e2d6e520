-- The valid community that holds a place in degrees.
SELECT min(unit.id)
FROM project
JOIN unit_level ON unit_level.preset = project.preset AND unit_level.role = 'community'
JOIN unit ON unit.depth = unit_level.depth AND unit.valid_to IS NULL
WHERE ST_Intersects(unit.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))
