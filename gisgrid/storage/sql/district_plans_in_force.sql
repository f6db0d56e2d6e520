-- Plans in force today, one a community.
SELECT id, version, unit_id, cell_set_id
FROM plan
WHERE state = 'effective'
ORDER BY id
