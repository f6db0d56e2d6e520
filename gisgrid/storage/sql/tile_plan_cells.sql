-- Cells of plan :plan, which a line has cut; as tile_cells.sql draws those of a set. The plan was
-- checked against the scope of whoever asks.
WITH box AS (
    SELECT ST_TileEnvelope(:z, :x, :y) AS tile,
           ST_Expand(ST_TileEnvelope(:z, :x, :y), 40075016.68 / 2 ^ CAST(:z AS int) / 16) AS wide
),
cell_seen AS (
    SELECT cell.id, ST_AsMVTGeom(geom_3857, tile, 4096, 256) AS geom
    FROM box
    JOIN cell ON cell.geom_3857 && wide
    JOIN plan_cell ON plan_cell.plan_id = :plan AND plan_cell.cell_id = cell.id
),
border_seen AS (
    SELECT cell_neighbour.id, ST_AsMVTGeom(geom_3857, tile, 4096, 256) AS geom
    FROM box
    JOIN cell_neighbour ON :near AND geom_3857 && wide
    JOIN plan_cell AS a ON a.plan_id = :plan AND a.cell_id = cell_neighbour.a_id
    LEFT JOIN plan_cell AS b ON b.plan_id = :plan AND b.cell_id = cell_neighbour.b_id
    WHERE cell_neighbour.b_id IS NULL OR b.cell_id IS NOT NULL
),
building_seen AS (
    SELECT building.id, cell_building.cell_id AS cell,
           ST_AsMVTGeom(building.geom_3857, tile, 4096, 256) AS geom
    FROM box
    JOIN building ON :near AND building.geom_3857 && wide
    JOIN cell_building ON cell_building.building_id = building.id
    JOIN plan_cell ON plan_cell.plan_id = :plan AND plan_cell.cell_id = cell_building.cell_id
)
SELECT
    coalesce((SELECT ST_AsMVT(cell_seen, 'cell', 4096, 'geom', 'id') FROM cell_seen), '')
    || coalesce((SELECT ST_AsMVT(border_seen, 'border', 4096, 'geom', 'id') FROM border_seen), '')
    || coalesce((SELECT ST_AsMVT(building_seen, 'building', 4096, 'geom', 'id') FROM building_seen), '')
