-- Borders of the cells of a cell set in the order of ids, a column an array. b is 0 on the border of
-- the community.
SELECT
    coalesce(array_agg(id), '{}') AS id,
    coalesce(array_agg(a_id), '{}') AS a,
    coalesce(array_agg(coalesce(b_id, 0)), '{}') AS b,
    coalesce(array_agg(shared_m), '{}') AS shared_m,
    coalesce(array_agg(barrier::int), '{}') AS barrier,
    coalesce(array_agg(joined), '{}') AS joined
FROM (SELECT * FROM cell_neighbour WHERE cell_set_id = :cell_set ORDER BY id) AS border
