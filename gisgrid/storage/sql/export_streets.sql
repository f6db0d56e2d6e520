-- Streets.
SELECT id, source, source_id, name, class, walkable, bridge, tunnel, layer, NULL::int AS grid_id, geom
FROM street
