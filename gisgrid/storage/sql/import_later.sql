-- The first later import, not undone, that changed a row this one made or changed.
WITH mine AS (
    SELECT table_name, unnest(coalesce(ids, ARRAY[row_id])) AS row_id
    FROM import_change WHERE import_run_id = :run
),
theirs AS (
    SELECT c.import_run_id, c.table_name, unnest(coalesce(c.ids, ARRAY[c.row_id])) AS row_id
    FROM import_change c JOIN import_run run ON run.id = c.import_run_id
    WHERE c.import_run_id > :run AND run.undone_at IS NULL
)
SELECT theirs.import_run_id
FROM theirs JOIN mine USING (table_name, row_id)
ORDER BY theirs.import_run_id
LIMIT 1
