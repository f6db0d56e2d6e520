-- The latest :limit imports with their reasons for refusal, most frequent first.
SELECT run.id, run.at, run.what, run.file_name, run.read, run.stored, run.updated, run.rejected,
       run.undone_at, account.display_name AS who,
       (SELECT count(*) FROM import_reject r
        WHERE r.import_run_id = run.id AND r.state = 'waiting') AS waiting,
       coalesce(why.reasons, '[]'::jsonb) AS reasons
FROM import_run run
LEFT JOIN account ON account.id = run.account_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('reason', reason, 'n', n) ORDER BY n DESC) AS reasons
    FROM (SELECT reason, count(*) AS n FROM import_reject
          WHERE import_run_id = run.id GROUP BY reason) AS by_reason
) why ON true
ORDER BY run.at DESC, run.id DESC
LIMIT :limit
