-- Grids of the plans in force, or of one plan, with their figures: of now, frozen once superseded.
-- Their outlines are derived from cells elsewhere.
WITH chosen AS (
    SELECT plan.* FROM plan
    WHERE CASE WHEN CAST(:plan AS int) IS NULL THEN state = 'effective' ELSE id = :plan END
),
given AS (
    SELECT plan_cell.grid_id, plan_cell.cell_id
    FROM plan_cell JOIN chosen ON chosen.id = plan_cell.plan_id
),
housed AS (
    SELECT given.grid_id, sum(building.households) AS households,
           sum(building.residents) AS residents, count(*) AS buildings
    FROM given
    JOIN cell_building ON cell_building.cell_id = given.cell_id
    JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
    GROUP BY given.grid_id
),
sized AS (
    SELECT given.grid_id, sum(cell.area_m2) AS area_m2, count(*) AS cells
    FROM given JOIN cell ON cell.id = given.cell_id
    GROUP BY given.grid_id
),
counted AS (
    SELECT
        plan_grid.id,
        CASE WHEN chosen.state = 'superseded' THEN (plan_grid.figures ->> 'households')::int END
            AS households,
        CASE WHEN chosen.state = 'superseded' THEN (plan_grid.figures ->> 'residents')::int END
            AS residents,
        CASE WHEN chosen.state = 'superseded' THEN (plan_grid.figures ->> 'buildings')::int END
            AS buildings
    FROM plan_grid JOIN chosen ON chosen.id = plan_grid.plan_id
)
SELECT
    plan_grid.id, plan_grid.code, plan_grid.name, plan_grid.kind, plan_grid.position,
    plan_grid.colour, coalesce(plan_grid.leader_name, account.display_name) AS leader,
    unit.code AS community_code, unit.name AS community, chosen.id AS plan,
    chosen.name AS plan_name, chosen.state, chosen.effective_from, chosen.target,
    coalesce(counted.households, housed.households, 0)::int AS households,
    coalesce(counted.residents, housed.residents, 0)::int AS residents,
    (coalesce(counted.households, housed.households, 0) - chosen.target)::int AS deviation,
    coalesce(counted.buildings, housed.buildings, 0)::int AS buildings,
    sized.cells::int AS cells, sized.area_m2::float AS area_m2, plan_grid.locked,
    plan_grid.id AS grid_id, NULL::geometry AS geom
FROM plan_grid
JOIN chosen ON chosen.id = plan_grid.plan_id
JOIN unit ON unit.id = chosen.unit_id
JOIN sized ON sized.grid_id = plan_grid.id
JOIN counted ON counted.id = plan_grid.id
LEFT JOIN account ON account.id = plan_grid.leader_id
LEFT JOIN housed ON housed.grid_id = plan_grid.id
