-- The latest imports, with what waits in their quarantine.
SELECT run.id, run.at, run.what, run.file_name, run.sha256, run.source, run.read, run.stored,
       run.updated, run.rejected, run.mends, run.undone_at, account.display_name AS who,
       undoer.display_name AS undone_by,
       (SELECT count(*) FROM import_reject r
        WHERE r.import_run_id = run.id AND r.state = 'waiting') AS waiting,
       EXISTS (SELECT FROM import_change c WHERE c.import_run_id = run.id) AS undoable
FROM import_run run
LEFT JOIN account ON account.id = run.account_id
LEFT JOIN account undoer ON undoer.id = run.undone_by
ORDER BY run.id DESC
LIMIT :limit OFFSET :offset
