-- Every cell of a cell set in the order of ids, a column an array: what stands on it, and its grid in
-- plan :plan (NULL without a plan). x, y in metres; lon, lat of the same label point.
WITH people AS (
    SELECT
        cell_building.cell_id, count(*) AS buildings,
        sum(building.households) AS households, sum(building.residents) AS residents
    FROM cell_building
    JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
    WHERE cell_building.cell_set_id = :cell_set
    GROUP BY cell_building.cell_id
),
point AS MATERIALIZED (
    SELECT
        cell.id,
        ST_Transform(ST_SetSRID(ST_MakePoint(cell.x, cell.y), project.metric_epsg), 4326) AS geom
    FROM cell, project
    WHERE cell.cell_set_id = :cell_set
),
row AS (
    SELECT
        cell.id, plan_grid.position::int AS grid, cell.community_id, cell.water, cell.area_m2,
        cell.x, cell.y,
        round(ST_X(point.geom)::numeric, 7)::float AS lon,
        round(ST_Y(point.geom)::numeric, 7)::float AS lat,
        coalesce(people.households, 0)::int AS households,
        coalesce(people.residents, 0)::int AS residents,
        coalesce(people.buildings, 0)::int AS buildings
    FROM cell
    JOIN point ON point.id = cell.id
    LEFT JOIN people ON people.cell_id = cell.id
    LEFT JOIN plan_cell ON plan_cell.plan_id = :plan AND plan_cell.cell_id = cell.id
    LEFT JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
    WHERE cell.cell_set_id = :cell_set
    ORDER BY cell.id
)
SELECT
    coalesce(array_agg(id), '{}') AS id,
    coalesce(array_agg(grid), '{}') AS grid,
    coalesce(array_agg(community_id), '{}') AS community_id,
    coalesce(array_agg(water), '{}') AS water,
    coalesce(array_agg(area_m2), '{}') AS area_m2,
    coalesce(array_agg(x), '{}') AS x,
    coalesce(array_agg(y), '{}') AS y,
    coalesce(array_agg(lon), '{}') AS lon,
    coalesce(array_agg(lat), '{}') AS lat,
    coalesce(array_agg(households), '{}') AS households,
    coalesce(array_agg(residents), '{}') AS residents,
    coalesce(array_agg(buildings), '{}') AS buildings
FROM row
