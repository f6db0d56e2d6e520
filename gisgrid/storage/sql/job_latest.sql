SELECT job.id, kind, state, done, total, message, NULL AS result, error, created_at, started_at,
       finished_at, octet_length(job_file.content) AS file_bytes
FROM job
LEFT JOIN job_file ON job_file.job_id = job.id
  AND coalesce(job.finished_at, now()) >= now() - make_interval(mins => :minutes)
ORDER BY job.id DESC
LIMIT :limit
