-- Outlines that the caller derived (EPSG:3857) and the lines of the communities it may show.
WITH box AS (
    SELECT ST_TileEnvelope(:z, :x, :y) AS tile,
           ST_Expand(ST_TileEnvelope(:z, :x, :y), 40075016.68 / 2 ^ CAST(:z AS int) / 16) AS wide
),
grid_seen AS (
    SELECT given.id, given.plan,
           ST_AsMVTGeom(ST_GeomFromWKB(given.wkb, 3857), tile, 4096, 256) AS geom
    FROM unnest(CAST(:id AS int[]), CAST(:plan AS int[]), CAST(:wkb AS bytea[]))
         AS given (id, plan, wkb), box
),
community_seen AS (
    SELECT unit.id, ST_AsMVTGeom(unit.geom_3857, tile, 4096, 256) AS geom
    FROM unit, box
    WHERE unit.id = ANY(:communities) AND unit.geom_3857 && wide
)
SELECT
    coalesce((SELECT ST_AsMVT(grid_seen, 'grid', 4096, 'geom', 'id') FROM grid_seen), '')
    || coalesce((SELECT ST_AsMVT(community_seen, 'community', 4096, 'geom', 'id') FROM community_seen), '')
