-- Give incidents their community, the grid now, the grid at report time, and how that was found.
-- A border within :near_m counts as near: the other grid is listed with the incident.
WITH placed AS (
    SELECT id, reported_at, geom, geom_3857,
           :near_m / cos(radians(ST_Y(geom))) AS near
    FROM incident
    WHERE geom IS NOT NULL
      AND (CAST(:source AS text) IS NULL OR source = :source)
      AND (CAST(:only AS int[]) IS NULL OR id = ANY(CAST(:only AS int[])))
),
-- include incident_located
UPDATE incident
SET community_id = housed.community_id,
    grid_now = now_held.grid_id,
    grid_at_report = coalesce(then_held.grid_id, now_held.grid_id),
    grids_near = coalesce(bordering.grids, '{}'),
    located_reason = CASE
        WHEN bordering.id IS NOT NULL THEN 'near_border'
        WHEN now_held.id IS NOT NULL THEN 'cell'
        WHEN housed.id IS NOT NULL THEN 'no_plan'
        ELSE 'outside'
    END
FROM placed
LEFT JOIN housed ON housed.id = placed.id
LEFT JOIN now_held ON now_held.id = placed.id
LEFT JOIN then_held ON then_held.id = placed.id
LEFT JOIN bordering ON bordering.id = placed.id
WHERE incident.id = placed.id
