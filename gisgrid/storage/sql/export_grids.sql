-- Grids of the plans in force, or of one plan, with their figures: of now, frozen once superseded.
-- Their outlines are derived from cells elsewhere.
WITH counted AS (
    SELECT
        plan_grid.id,
        CASE WHEN plan.state = 'superseded' THEN (plan_grid.figures ->> 'households')::int END
            AS households,
        CASE WHEN plan.state = 'superseded' THEN (plan_grid.figures ->> 'residents')::int END
            AS residents,
        CASE WHEN plan.state = 'superseded' THEN (plan_grid.figures ->> 'buildings')::int END
            AS buildings
    FROM plan_grid JOIN plan ON plan.id = plan_grid.plan_id
    WHERE CASE WHEN CAST(:plan AS int) IS NULL THEN plan.state = 'effective' ELSE plan.id = :plan END
)
SELECT
    plan_grid.id, plan_grid.code, plan_grid.name, plan_grid.kind, plan_grid.position,
    plan_grid.colour, coalesce(plan_grid.leader_name, account.display_name) AS leader,
    unit.code AS community_code, unit.name AS community, plan.id AS plan,
    plan.name AS plan_name, plan.state, plan.effective_from, plan.target,
    coalesce(counted.households, grid_sum.households)::int AS households,
    coalesce(counted.residents, grid_sum.residents)::int AS residents,
    (coalesce(counted.households, grid_sum.households) - plan.target)::int AS deviation,
    coalesce(counted.buildings, grid_sum.buildings)::int AS buildings,
    grid_sum.cells, grid_sum.area_m2::float AS area_m2, plan_grid.locked,
    plan_grid.id AS grid_id, NULL::geometry AS geom
FROM counted
JOIN plan_grid ON plan_grid.id = counted.id
JOIN plan ON plan.id = plan_grid.plan_id
JOIN unit ON unit.id = plan.unit_id
JOIN grid_sum ON grid_sum.grid_id = plan_grid.id AND grid_sum.cells > 0
LEFT JOIN account ON account.id = plan_grid.leader_id
