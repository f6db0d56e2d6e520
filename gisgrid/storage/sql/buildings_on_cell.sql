-- Buildings in use on the cell :cell with the basis of their households, most households first.
SELECT building.id, building.name, building.address, building.levels, building.households,
       building.residents, building.households_given, building.households_estimated,
       CASE WHEN building.households_override IS NOT NULL THEN 'override'
            WHEN building.households_given IS NOT NULL THEN 'given'
            ELSE 'estimated' END AS basis
FROM cell_building
JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
WHERE cell_building.cell_id = :cell
ORDER BY building.households DESC, building.id
