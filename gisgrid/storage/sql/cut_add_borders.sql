-- Borders of pieces, in the set :set.
INSERT INTO cell_neighbour (
    cell_set_id, community_id, a_id, b_id, shared_m, barrier, crossing, joined, geom
)
SELECT
    cell_set.id, cell_set.community_id, given.a, nullif(given.b, 0), given.shared_m, given.barrier,
    given.crossing, given.joined, ST_Multi(ST_GeomFromWKB(given.wkb, 4326))
FROM cell_set, unnest(
    CAST(:a AS int[]), CAST(:b AS int[]), CAST(:shared_m AS float[]), CAST(:barrier AS int[]),
    CAST(:crossing AS bool[]), CAST(:joined AS bool[]), CAST(:wkb AS bytea[])
) AS given (a, b, shared_m, barrier, crossing, joined, wkb)
WHERE cell_set.id = :set
