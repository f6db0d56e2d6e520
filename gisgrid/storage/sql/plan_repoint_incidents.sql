-- Every incident of the community gets the grid of plan :plan that it lies in; NULL where it lies in
-- none. The grid at the time of report stays.
UPDATE incident
SET grid_now = (
    SELECT plan_cell.grid_id
    FROM cell
    JOIN plan_cell ON plan_cell.plan_id = :plan AND plan_cell.cell_id = cell.id
    WHERE cell.cell_set_id = plan.cell_set_id AND ST_Intersects(cell.geom, incident.geom)
    ORDER BY cell.id
    LIMIT 1
)
FROM plan
WHERE plan.id = :plan AND incident.community_id = plan.unit_id
