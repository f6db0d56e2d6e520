-- Incidents that are not finished, by the cell of plan :plan they lie in: cell (NULL: in none), open,
-- and those of them that are overdue.
SELECT
    place.cell, count(*)::int AS open,
    count(*) FILTER (
        WHERE incident_is_overdue(incident.closed_at, incident.state, incident.due_at)
    )::int AS overdue
FROM plan
JOIN incident ON incident.community_id = plan.unit_id AND incident_is_open(incident.closed_at, incident.state)
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
