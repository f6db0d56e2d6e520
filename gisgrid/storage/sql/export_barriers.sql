-- Rivers, railways, walls and drawn lines.
SELECT id, source, source_id, kind, name, NULL::int AS grid_id, geom FROM barrier_line
