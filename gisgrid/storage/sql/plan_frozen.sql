-- Cells of plan :plan that a lock of their own or of a compound on them holds: cell, and the compound
-- (id, name; NULL for a lock of the cell).
SELECT plan_lock.cell_id AS cell, NULL::int AS compound, NULL::text AS name
FROM plan_lock
WHERE plan_lock.plan_id = :plan AND plan_lock.cell_id IS NOT NULL
UNION
SELECT plan_cell.cell_id, compound.id, compound.name
FROM plan_lock
JOIN compound ON compound.id = plan_lock.compound_id
JOIN building ON building.compound_id = compound.id AND building.retired_at IS NULL
JOIN cell_building ON cell_building.building_id = building.id
JOIN plan_cell ON plan_cell.plan_id = :plan AND plan_cell.cell_id = cell_building.cell_id
WHERE plan_lock.plan_id = :plan
ORDER BY cell, compound
