-- Valid units in scope and all above them, with the people of their own communities in scope.
WITH RECURSIVE seen AS (
    SELECT id, parent_id FROM unit
    WHERE :everything
       OR id = ANY(:communities)
       OR id IN (
           SELECT plan.unit_id FROM plan JOIN plan_grid ON plan_grid.plan_id = plan.id
           WHERE plan_grid.id = ANY(:grids)
       )
    UNION
    SELECT unit.id, unit.parent_id FROM unit JOIN seen ON unit.id = seen.parent_id
),
below AS (
    SELECT id AS top, id FROM seen
    UNION
    SELECT below.top, unit.id FROM below JOIN unit ON unit.parent_id = below.id
),
living AS (
    SELECT community_id, sum(households) AS households, sum(residents) AS residents, count(*) AS n
    FROM building
    WHERE retired_at IS NULL
    GROUP BY community_id
),
counted AS (
    SELECT below.top, sum(living.households) AS households, sum(living.residents) AS residents,
           sum(living.n) AS n
    FROM below JOIN living ON living.community_id = below.id
    GROUP BY below.top
)
SELECT
    unit.id, unit.code, unit.name, unit_level.key AS level,
    CASE WHEN :language = 'en' THEN unit_level.name_en ELSE unit_level.name_zh END AS level_name,
    parent.code AS parent_code, unit.valid_from, unit.valid_to, unit.divided, unit.source,
    coalesce(counted.households, 0)::int AS households,
    coalesce(counted.residents, 0)::int AS residents,
    coalesce(counted.n, 0)::int AS buildings,
    NULL::int AS grid_id, unit.geom
FROM seen
JOIN unit ON unit.id = seen.id AND unit.valid_to IS NULL
LEFT JOIN unit AS parent ON parent.id = unit.parent_id
LEFT JOIN project ON true
LEFT JOIN unit_level ON unit_level.preset = project.preset AND unit_level.depth = unit.depth
LEFT JOIN counted ON counted.top = unit.id
