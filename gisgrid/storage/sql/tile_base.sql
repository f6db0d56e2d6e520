-- The base map of one tile: what everybody may see, without names of buildings.
WITH box AS (
    SELECT ST_TileEnvelope(:z, :x, :y) AS tile,
           ST_Expand(ST_TileEnvelope(:z, :x, :y), 40075016.68 / 2 ^ CAST(:z AS int) / 16) AS wide
),
water AS (
    SELECT ST_AsMVTGeom(geom_3857, tile, 4096, 256) AS geom
    FROM ground_area, box
    WHERE geom_3857 && wide AND kind = 'water'
      AND ST_XMax(geom_3857) - ST_XMin(geom_3857) > :least
),
green AS (
    SELECT ST_AsMVTGeom(geom_3857, tile, 4096, 256) AS geom
    FROM ground_area, box
    WHERE geom_3857 && wide AND kind = 'green'
      AND ST_XMax(geom_3857) - ST_XMin(geom_3857) > :least * 2
),
street_seen AS (
    SELECT id, ST_AsMVTGeom(geom_3857, tile, 4096, 256) AS geom, class, name, bridge
    FROM street, box
    WHERE geom_3857 && wide AND (:every OR class = ANY(:classes))
),
line_seen AS (
    SELECT id, ST_AsMVTGeom(geom_3857, tile, 4096, 256) AS geom, kind
    FROM barrier_line, box
    WHERE geom_3857 && wide AND (:every OR kind IN ('rail', 'river'))
),
building_seen AS (
    SELECT id, ST_AsMVTGeom(geom_3857, tile, 4096, 256) AS geom
    FROM building, box
    WHERE :buildings AND geom_3857 && wide AND retired_at IS NULL
)
SELECT
    coalesce((SELECT ST_AsMVT(water, 'water', 4096, 'geom') FROM water), '')
    || coalesce((SELECT ST_AsMVT(green, 'green', 4096, 'geom') FROM green), '')
    || coalesce((SELECT ST_AsMVT(street_seen, 'street', 4096, 'geom', 'id') FROM street_seen), '')
    || coalesce((SELECT ST_AsMVT(line_seen, 'line', 4096, 'geom', 'id') FROM line_seen), '')
    || coalesce((SELECT ST_AsMVT(building_seen, 'building', 4096, 'geom', 'id') FROM building_seen), '')
