-- Valid units below one that ended go to its successor; of several, to the one they lie in.
UPDATE unit child SET parent_id = heir.new_id
FROM (
    SELECT DISTINCT ON (below.id) below.id, s.new_id
    FROM unit below
    JOIN unit gone ON gone.id = below.parent_id AND gone.valid_to IS NOT NULL
    JOIN unit_succession s ON s.old_id = gone.id
    JOIN unit fresh ON fresh.id = s.new_id AND fresh.depth < below.depth
    WHERE below.valid_to IS NULL
    ORDER BY below.id, ST_Intersects(fresh.geom, ST_PointOnSurface(below.geom)) DESC, s.new_id
) AS heir
WHERE child.id = heir.id
