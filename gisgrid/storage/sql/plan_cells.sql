-- Cells in the order of ids, a column an array: what stands on each, and its grid. Of plan :plan, or
-- without one those of the set :cell_set. A plan is made of the cells it has given to grids, which a
-- line may have cut, and of those of its set that it has forgotten (grid NULL).
-- x, y in metres; lon, lat of the same label point.
WITH given AS MATERIALIZED (
    SELECT plan_cell.cell_id, plan_grid.position::int AS grid
    FROM plan_cell JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
    WHERE plan_cell.plan_id = :plan
),
chosen AS MATERIALIZED (
    SELECT cell_id AS id, grid FROM given
    UNION ALL
    SELECT cell.id, NULL FROM cell
    WHERE cell.cell_set_id = :cell_set
      -- NOT IN, hashed once: as a join it is nested wherever the planner thinks a plan small
      AND cell.id NOT IN (SELECT cell_id FROM given)
      AND cell.id NOT IN (
          SELECT piece.root_id FROM given JOIN cell AS piece ON piece.id = given.cell_id
          WHERE piece.root_id IS NOT NULL
      )
),
point AS MATERIALIZED (
    SELECT
        cell.id,
        ST_Transform(ST_SetSRID(ST_MakePoint(cell.x, cell.y), project.metric_epsg), 4326) AS geom
    FROM chosen JOIN cell ON cell.id = chosen.id, project
),
row AS (
    SELECT
        cell.id, chosen.grid, cell.community_id, cell.water, cell.area_m2,
        cell.x, cell.y,
        round(ST_X(point.geom)::numeric, 7)::float AS lon,
        round(ST_Y(point.geom)::numeric, 7)::float AS lat,
        coalesce(people.households, 0)::int AS households,
        coalesce(people.residents, 0)::int AS residents,
        coalesce(people.buildings, 0)::int AS buildings
    FROM chosen
    JOIN cell ON cell.id = chosen.id
    JOIN point ON point.id = cell.id
    -- by cell: row level security makes the planner think that a plan has a handful of them
    LEFT JOIN LATERAL (
        SELECT
            count(*) AS buildings,
            sum(building.households) AS households, sum(building.residents) AS residents
        FROM cell_building
        JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
        WHERE cell_building.cell_id = chosen.id
    ) AS people ON true
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
