-- Sets of cells that were replaced and that no plan was made on.
DELETE FROM cell_set
WHERE NOT current
  AND NOT EXISTS (SELECT FROM plan WHERE plan.cell_set_id = cell_set.id)
