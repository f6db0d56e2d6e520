-- Pieces of the cells :parent, in the set :set; their ids in the order given.
WITH given AS (
    SELECT *
    FROM unnest(
        CAST(:parent AS int[]), CAST(:area_m2 AS float[]), CAST(:x AS float[]), CAST(:y AS float[]),
        CAST(:wkb AS bytea[])
    ) WITH ORDINALITY AS given (parent, area_m2, x, y, wkb, n)
),
added AS (
    INSERT INTO cell (cell_set_id, community_id, water, area_m2, x, y, root_id, parent_id, geom)
    SELECT
        :set, parent.community_id, parent.water, given.area_m2, given.x, given.y,
        coalesce(parent.root_id, parent.id), parent.id, ST_GeomFromWKB(given.wkb, 4326)
    FROM given JOIN cell AS parent ON parent.id = given.parent
    ORDER BY given.n
    RETURNING id
)
SELECT id FROM added ORDER BY id
