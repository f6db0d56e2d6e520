-- Cells of one set, and from near their borders (one side missing: the community's own line) and
-- buildings. The set was checked against the scope of whoever asks; its id is the scope here.
WITH box AS (
    SELECT ST_TileEnvelope(:z, :x, :y) AS tile,
           ST_Expand(ST_TileEnvelope(:z, :x, :y), 40075016.68 / 2 ^ CAST(:z AS int) / 16) AS wide
),
cell_seen AS (
    SELECT id, ST_AsMVTGeom(geom_3857, tile, 4096, 256) AS geom
    FROM cell, box
    WHERE cell_set_id = :set AND geom_3857 && wide
),
border_seen AS (
    SELECT id, ST_AsMVTGeom(geom_3857, tile, 4096, 256) AS geom
    FROM cell_neighbour, box
    WHERE :near AND cell_set_id = :set AND geom_3857 && wide
),
building_seen AS (
    SELECT building.id, cell_building.cell_id AS cell,
           ST_AsMVTGeom(building.geom_3857, tile, 4096, 256) AS geom
    FROM box
    JOIN cell_building ON cell_building.cell_set_id = :set
    JOIN building ON building.id = cell_building.building_id
    WHERE :near AND building.geom_3857 && wide
)
SELECT
    coalesce((SELECT ST_AsMVT(cell_seen, 'cell', 4096, 'geom', 'id') FROM cell_seen), '')
    || coalesce((SELECT ST_AsMVT(border_seen, 'border', 4096, 'geom', 'id') FROM border_seen), '')
    || coalesce((SELECT ST_AsMVT(building_seen, 'building', 4096, 'geom', 'id') FROM building_seen), '')
