-- Placed incidents of a category reported in a period, in the metric CRS :epsg, newest first.
SELECT
    id, ST_X(ST_Transform(geom, CAST(:epsg AS int))) AS x, ST_Y(ST_Transform(geom, CAST(:epsg AS int))) AS y,
    incident_is_open(closed_at, state) AS open
FROM incident
WHERE geom IS NOT NULL
  AND :category IN (category_text, category_code)
  AND (CAST(:since AS timestamptz) IS NULL OR reported_at >= :since)
  AND (CAST(:until AS timestamptz) IS NULL OR reported_at < :until)
ORDER BY reported_at DESC, id DESC
