-- Grids in force within :near_m of an incident, other than its own. Read as the system: a code at
-- the border is told to the leader next door, nothing else of that grid is.
SELECT DISTINCT plan_grid.code
FROM incident
JOIN cell ON cell.geom_3857 && ST_Expand(incident.geom_3857, :near_m / cos(radians(ST_Y(incident.geom))))
    AND ST_DWithin(cell.geom_3857, incident.geom_3857, :near_m / cos(radians(ST_Y(incident.geom))))
JOIN plan_cell ON plan_cell.cell_id = cell.id
JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
JOIN plan ON plan.id = plan_cell.plan_id
WHERE incident.id = :incident AND plan_grid.id IS DISTINCT FROM incident.grid_now
  AND plan.state = 'effective'
ORDER BY plan_grid.code
