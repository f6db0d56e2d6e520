-- Units, valid now or on :day, that the actor's communities (or a leader's grids) lie in, and all above them. The
-- figures are of the community itself; whoever asks adds them up the tree.
WITH RECURSIVE seen AS (
    SELECT id, parent_id FROM unit
    WHERE id = ANY(:communities)
       OR id IN (
           SELECT plan.unit_id FROM plan JOIN plan_grid ON plan_grid.plan_id = plan.id
           WHERE plan_grid.id = ANY(:grids)
       )
    UNION
    SELECT unit.id, unit.parent_id FROM unit JOIN seen ON unit.id = seen.parent_id OR unit.id IN (
        -- on a day before they were succeeded: those that came before
        SELECT old_id FROM unit_succession WHERE new_id = seen.id AND CAST(:day AS date) < day
    )
),
in_force AS (SELECT * FROM plans_on(CAST(:day AS date))),
drafted AS (
    SELECT unit_id, count(*) AS n FROM plan
    WHERE state IN ('draft', 'submitted', 'approved')
    GROUP BY unit_id
)
SELECT
    unit.id, unit.code, unit.name, unit.depth, coalesce(parent_then.id, unit.parent_id) AS parent, unit.divided,
    unit_level.role,
    coalesce(unit_sum.households, 0)::int AS households,
    coalesce(unit_sum.residents, 0)::int AS residents,
    coalesce(unit_sum.buildings, 0)::int AS buildings,
    ARRAY[ST_XMin(unit.geom), ST_YMin(unit.geom), ST_XMax(unit.geom), ST_YMax(unit.geom)] AS bounds,
    in_force.id AS effective_plan,
    coalesce(drafted.n, 0)::int AS drafts
FROM seen
JOIN unit ON unit.id = seen.id AND CASE
    WHEN CAST(:day AS date) IS NULL THEN unit.valid_to IS NULL
    ELSE (unit.valid_to IS NULL OR CAST(:day AS date) < unit.valid_to) AND (
        unit.valid_from <= CAST(:day AS date)
        -- of a unit that none came before, nobody knows another beginning
        OR NOT EXISTS (SELECT FROM unit AS older WHERE older.successor_id = unit.id)
        AND NOT EXISTS (SELECT FROM unit_succession WHERE new_id = unit.id)
    )
END
LEFT JOIN LATERAL (
    -- the unit above it on that day, which another one may have succeeded since
    SELECT above.id
    FROM unit_succession
    JOIN unit AS above ON above.id = unit_succession.old_id
    WHERE unit_succession.new_id = unit.parent_id AND CAST(:day AS date) < unit_succession.day
    ORDER BY ST_Intersects(above.geom, ST_PointOnSurface(unit.geom)) DESC, unit_succession.day
    LIMIT 1
) AS parent_then ON true
LEFT JOIN project ON true
LEFT JOIN unit_level ON unit_level.preset = project.preset AND unit_level.depth = unit.depth
LEFT JOIN unit_sum ON unit_sum.community_id = unit.id
LEFT JOIN in_force ON in_force.unit_id = unit.id
LEFT JOIN drafted ON drafted.unit_id = unit.id
ORDER BY unit.depth, unit.code, unit.id
