-- Sets of cells that were replaced and that no plan was made on. Pieces that a line has cut go with
-- the set they were cut of.
DELETE FROM cell_set
WHERE NOT current AND cut_of IS NULL
  AND NOT EXISTS (SELECT FROM plan WHERE plan.cell_set_id = cell_set.id)
