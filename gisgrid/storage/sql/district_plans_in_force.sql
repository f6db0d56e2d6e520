-- Plans in force today, one a community.
SELECT id, version, unit_id, cell_set_id
FROM plan
WHERE state IN ('effective', 'superseded') AND effective_from <= current_date
  AND coalesce(effective_to > current_date, true)
ORDER BY id
