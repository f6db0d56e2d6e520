-- Give every cell of plan :plan the grid of plan :source that has its ground, where the two are made
-- of different cells: the old cell under the new one's label point, or the nearest old cell.
INSERT INTO plan_cell (plan_id, cell_id, grid_id)
SELECT fresh_plan.id, cell.id, fresh.id
FROM plan AS fresh_plan
JOIN plan AS source ON source.id = :source
JOIN cell ON cell.cell_set_id = fresh_plan.cell_set_id
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(cell.geom) AS geom) AS point
CROSS JOIN LATERAL (
    SELECT coalesce(
        (SELECT old.id FROM cell AS old
         JOIN plan_cell AS had ON had.plan_id = source.id AND had.cell_id = old.id
         WHERE ST_Intersects(old.geom, point.geom)
         ORDER BY old.id LIMIT 1),
        (SELECT old.id FROM plan_cell AS had
         JOIN cell AS old ON old.id = had.cell_id
         WHERE had.plan_id = source.id
         ORDER BY old.geom <-> point.geom LIMIT 1)
    ) AS id
) AS old
JOIN plan_cell AS before ON before.plan_id = source.id AND before.cell_id = old.id
JOIN plan_grid AS stale ON stale.id = before.grid_id
JOIN plan_grid AS fresh ON fresh.plan_id = fresh_plan.id AND fresh.position = stale.position
WHERE fresh_plan.id = :plan
