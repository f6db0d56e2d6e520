-- The parent of each valid unit: the deepest valid unit above it that holds a point inside it.
UPDATE unit child
SET parent_id = (
  SELECT parent.id
  FROM unit parent
  WHERE parent.valid_to IS NULL
    AND parent.depth < child.depth
    AND ST_Intersects(parent.geom, ST_PointOnSurface(child.geom))
  ORDER BY parent.depth DESC, parent.id
  LIMIT 1
)
WHERE child.valid_to IS NULL
