-- Borders of cells in the order of ids, a column an array; of the cells :cells where they are given,
-- else of those of the cell set. b is 0 on the border of the community.
SELECT
    coalesce(array_agg(id), '{}') AS id,
    coalesce(array_agg(a_id), '{}') AS a,
    coalesce(array_agg(coalesce(b_id, 0)), '{}') AS b,
    coalesce(array_agg(shared_m), '{}') AS shared_m,
    coalesce(array_agg(barrier::int), '{}') AS barrier,
    coalesce(array_agg(joined), '{}') AS joined
FROM (
    SELECT * FROM cell_neighbour
    WHERE cell_set_id IN (
        SELECT id FROM cell_set
        WHERE id = :cell_set OR (cut_of = :cell_set AND CAST(:cells AS int[]) IS NOT NULL)
    )
      AND (
          CAST(:cells AS int[]) IS NULL
          OR a_id = ANY(CAST(:cells AS int[]))
          AND (b_id IS NULL OR b_id = ANY(CAST(:cells AS int[])))
      )
    ORDER BY id
) AS border
