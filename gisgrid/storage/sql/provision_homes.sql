-- Buildings in scope with the community and the grid in force they stand in (null: none).
SELECT building.id, building.households, building.community_id AS community, place.grid
FROM building
LEFT JOIN (
    SELECT cell_building.building_id, plan_cell.grid_id AS grid
    FROM plan
    JOIN plan_cell ON plan_cell.plan_id = plan.id
    JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
    WHERE plan.state = 'effective'
) AS place ON place.building_id = building.id
WHERE building.retired_at IS NULL
ORDER BY building.id
