-- Buildings in scope, compounds and streets whose name, address or code holds the words, best first.
WITH found AS (
    SELECT 'building' AS kind, building.id, coalesce(nullif(name, ''), address, code) AS name,
           address AS hint, ST_PointOnSurface(geom) AS place,
           CASE WHEN code = ANY (:codes) THEN 0 WHEN name ILIKE ANY (:starts) OR address ILIKE ANY (:starts) THEN 1 ELSE 2 END AS rank
    FROM building
    WHERE retired_at IS NULL AND (name ILIKE ANY (:parts) OR address ILIKE ANY (:parts) OR code = ANY (:codes))
    UNION ALL
    SELECT 'compound', id, name, NULL, ST_PointOnSurface(geom), CASE WHEN name ILIKE ANY (:starts) THEN 1 ELSE 2 END
    FROM compound WHERE name ILIKE ANY (:parts)
    UNION ALL
    SELECT 'street', min(id), name, NULL, ST_LineInterpolatePoint((array_agg(geom ORDER BY ST_Length(geom) DESC))[1], 0.5),
           CASE WHEN name ILIKE ANY (:starts) THEN 1 ELSE 2 END
    FROM street WHERE name ILIKE ANY (:parts) GROUP BY name
)
SELECT kind, id, name, hint, ST_X(place) AS lon, ST_Y(place) AS lat
FROM found WHERE name IS NOT NULL
ORDER BY rank, char_length(name), name, id
LIMIT :most
