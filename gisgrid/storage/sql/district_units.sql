-- Valid units that the actor's communities (or a leader's grids) lie in, and all above them. The
-- figures are of the community itself; whoever asks adds them up the tree.
WITH RECURSIVE seen AS (
    SELECT id, parent_id FROM unit
    WHERE id = ANY(:communities)
       OR id IN (
           SELECT plan.unit_id FROM plan JOIN plan_grid ON plan_grid.plan_id = plan.id
           WHERE plan_grid.id = ANY(:grids)
       )
    UNION
    SELECT unit.id, unit.parent_id FROM unit JOIN seen ON unit.id = seen.parent_id
),
counted AS (
    SELECT community_id, sum(households) AS households, sum(residents) AS residents, count(*) AS n
    FROM building
    WHERE retired_at IS NULL
    GROUP BY community_id
),
in_force AS (
    SELECT unit_id, max(id) AS id FROM plan
    WHERE state = 'effective'
    GROUP BY unit_id
),
drafted AS (
    SELECT unit_id, count(*) AS n FROM plan
    WHERE state IN ('draft', 'submitted', 'approved')
    GROUP BY unit_id
)
SELECT
    unit.id, unit.code, unit.name, unit.depth, unit.parent_id AS parent, unit.divided,
    unit_level.role,
    coalesce(counted.households, 0)::int AS households,
    coalesce(counted.residents, 0)::int AS residents,
    coalesce(counted.n, 0)::int AS buildings,
    ARRAY[ST_XMin(unit.geom), ST_YMin(unit.geom), ST_XMax(unit.geom), ST_YMax(unit.geom)] AS bounds,
    in_force.id AS effective_plan,
    coalesce(drafted.n, 0)::int AS drafts
FROM seen
JOIN unit ON unit.id = seen.id AND unit.valid_to IS NULL
LEFT JOIN project ON true
LEFT JOIN unit_level ON unit_level.preset = project.preset AND unit_level.depth = unit.depth
LEFT JOIN counted ON counted.community_id = unit.id
LEFT JOIN in_force ON in_force.unit_id = unit.id
LEFT JOIN drafted ON drafted.unit_id = unit.id
ORDER BY unit.depth, unit.code, unit.id
