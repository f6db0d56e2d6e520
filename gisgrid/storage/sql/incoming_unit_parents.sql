-- The parent that the staged file names goes before the one found by place.
UPDATE unit child
SET parent_id = parent.id
FROM incoming i
JOIN unit parent ON parent.code = i.parent AND parent.valid_to IS NULL
WHERE child.code = i.code AND child.valid_to IS NULL AND parent.id <> child.id
  AND parent.depth < child.depth AND child.parent_id IS DISTINCT FROM parent.id
