-- Incidents that are not finished, by the cell of plan :plan they lie in: cell (NULL: in none), open,
-- and those of them that are overdue.
SELECT
    place.cell, count(*)::int AS open,
    count(*) FILTER (WHERE incident.due_at < now())::int AS overdue
FROM plan
JOIN incident ON incident.community_id = plan.unit_id AND incident.state <> ALL(:finished)
    AND incident.closed_at IS NULL
LEFT JOIN LATERAL (
    SELECT cell.id AS cell
    FROM cell
    JOIN plan_cell ON plan_cell.plan_id = plan.id AND plan_cell.cell_id = cell.id
    WHERE ST_Intersects(cell.geom, incident.geom)
    ORDER BY cell.id
    LIMIT 1
) AS place ON true
WHERE plan.id = :plan
GROUP BY place.cell
ORDER BY place.cell
