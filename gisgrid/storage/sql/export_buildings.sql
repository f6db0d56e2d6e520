-- Buildings that stand, with the grid in force that they lie in. The grid is looked up a building:
-- joined as a whole it would be estimated wrongly under row-level security, and whoever only
-- counts does not pay for it.
SELECT
    building.id, building.source, building.source_id, building.code, building.name,
    building.address, building.use, building.residential, building.levels, building.households,
    building.residents, building.households_given, building.households_estimated,
    building.households_override, building.residents_given, compound.name AS compound,
    unit.code AS community_code, unit.name AS community, place.code AS grid_code,
    building.updated_at, place.id AS grid_id, building.geom
FROM building
LEFT JOIN unit ON unit.id = building.community_id
LEFT JOIN compound ON compound.id = building.compound_id
LEFT JOIN plan_grid AS place ON place.id = (
    SELECT plan_cell.grid_id
    FROM cell_building
    JOIN plan_cell ON plan_cell.cell_id = cell_building.cell_id
    JOIN plan ON plan.id = plan_cell.plan_id
    WHERE cell_building.building_id = building.id AND plan.state = 'effective'
    LIMIT 1
)
WHERE building.retired_at IS NULL
