-- Rows in the quarantine of an import, with their shapes as GeoJSON.
SELECT id, row_number AS number, source_id, name, reason, facts, written, x, y, state,
       ST_AsGeoJSON(geom, 7)::jsonb AS shape, ST_AsGeoJSON(suggestion, 7)::jsonb AS suggestion
FROM import_reject
WHERE import_run_id = :run
  AND (CAST(:reason AS text) IS NULL OR reason = :reason)
  AND (CAST(:state AS text) IS NULL OR state = :state)
ORDER BY id
LIMIT :limit OFFSET :offset
