-- Residential compounds of the communities in scope.
SELECT
    compound.id, compound.source, compound.source_id, compound.name, unit.code AS community_code,
    unit.name AS community, NULL::int AS grid_id, compound.geom
FROM compound
LEFT JOIN unit ON unit.id = compound.community_id
WHERE :everything OR compound.community_id = ANY(:communities)
