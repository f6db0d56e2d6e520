-- Buildings that stand, with the grid in force that they lie in, for the system: without row-level
-- security the join is estimated rightly, and faster than a look-up a building (export_buildings).
SELECT
    building.id, building.source, building.source_id, building.code, building.name,
    building.address, building.use, building.residential, building.levels, building.households,
    building.residents, building.households_given, building.households_estimated,
    building.households_override, building.residents_given, compound.name AS compound,
    unit.code AS community_code, unit.name AS community, place.code AS grid_code,
    building.updated_at, place.grid_id, building.geom
FROM building
LEFT JOIN unit ON unit.id = building.community_id
LEFT JOIN compound ON compound.id = building.compound_id
LEFT JOIN (
    SELECT cell_building.building_id, plan_grid.id AS grid_id, plan_grid.code
    FROM plan
    JOIN plan_cell ON plan_cell.plan_id = plan.id
    JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
    JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
    WHERE plan.state = 'effective'
) AS place ON place.building_id = building.id
WHERE building.retired_at IS NULL
