-- What a place belongs to by the plans in force: community, grid, and the grids within :near_m.
WITH here AS (
    SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS geom,
           ST_Transform(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), 3857) AS geom_3857,
           :near_m / cos(radians(:lat)) AS near
),
held AS (
    SELECT plan_grid.id, plan_grid.code, account.display_name AS leader,
           ST_Distance(cell.geom_3857, here.geom_3857) * cos(radians(:lat)) AS metres
    FROM here
    JOIN cell ON cell.geom_3857 && ST_Expand(here.geom_3857, here.near)
        AND ST_DWithin(cell.geom_3857, here.geom_3857, here.near)
    JOIN plan_cell ON plan_cell.cell_id = cell.id
    JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
    JOIN plan ON plan.id = plan_cell.plan_id AND plan.state = 'effective'
    LEFT JOIN account ON account.id = plan_grid.leader_id
),
grids AS (
    SELECT id, code, min(leader) AS leader, min(metres) AS metres FROM held GROUP BY id, code
)
SELECT
    (SELECT unit.name FROM unit, here, project, unit_level
     WHERE ST_Intersects(unit.geom, here.geom) AND unit.valid_to IS NULL
       AND unit_level.preset = project.preset AND unit_level.depth = unit.depth
       AND unit_level.role = 'community' ORDER BY unit.id LIMIT 1) AS community,
    (SELECT jsonb_agg(jsonb_build_object('code', code, 'leader', leader, 'metres', round(metres::numeric, 1))
                      ORDER BY metres, code) FROM grids) AS grids
