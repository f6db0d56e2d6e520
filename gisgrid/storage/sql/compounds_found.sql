-- Compounds of :source by their names, each around the buildings (known to :source by :building) that
-- are said to be of it. A building belongs to the compound named last.
WITH given AS (
    SELECT DISTINCT ON (building) building, name
    FROM unnest(CAST(:building AS text[]), CAST(:name AS text[])) AS given (building, name)
    ORDER BY building
),
member AS (
    SELECT building.id, given.name, building.community_id, building.geom
    FROM given
    JOIN building ON building.source = :source AND building.source_id = given.building
),
kept AS (
    INSERT INTO compound (source, source_id, name, community_id, geom)
    SELECT
        :source, name, name, mode() WITHIN GROUP (ORDER BY community_id),
        ST_Multi(ST_Buffer(ST_ConvexHull(ST_Collect(geom)), 0.00001))
    FROM member
    GROUP BY name
    ON CONFLICT (source, source_id) DO UPDATE
    SET geom = excluded.geom, community_id = excluded.community_id
    RETURNING id, name
)
UPDATE building
SET compound_id = kept.id
FROM member JOIN kept ON kept.name = member.name
WHERE building.id = member.id AND building.compound_id IS DISTINCT FROM kept.id
