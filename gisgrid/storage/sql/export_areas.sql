-- Water and green.
SELECT id, source, source_id, kind, name, NULL::int AS grid_id, geom FROM ground_area
