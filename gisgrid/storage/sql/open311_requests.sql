-- Incidents that are public, newest first: no name, telephone or mail is read here at all.
SELECT
    incident.id, incident.state, incident.kind, incident.text, incident.address, incident.body,
    incident.category_code, incident.category_text, incident.level, incident.details,
    category.name_zh, category.name_en,
    reported_at, due_at, closed_at,
    greatest(closed_at, reported_at, (
        SELECT max(at) FROM incident_event WHERE incident_id = incident.id AND NOT private
    )) AS updated_at,
    ST_X(incident.geom) AS lon, ST_Y(incident.geom) AS lat,
    building.code AS building_code, plan_grid.code AS grid_code,
    (SELECT name FROM incident_photo WHERE incident_id = incident.id AND NOT private ORDER BY id LIMIT 1) AS photo
FROM incident
LEFT JOIN category ON category.code = incident.category_code
LEFT JOIN building ON building.id = incident.building_id
LEFT JOIN plan_grid ON plan_grid.id = incident.grid_now
WHERE NOT incident.private AND incident.state <> 'draft' AND incident.kind IN ('case', 'petition')
  AND (CAST(:ids AS int[]) IS NULL OR incident.id = ANY(CAST(:ids AS int[])))
  AND (CAST(:codes AS text[]) IS NULL OR incident.category_code = ANY(CAST(:codes AS text[])))
  AND (CAST(:since AS timestamptz) IS NULL OR reported_at >= :since)
  AND (CAST(:until AS timestamptz) IS NULL OR reported_at <= :until)
  AND (CAST(:finished AS bool) IS NULL OR :finished = (incident.state = ANY(CAST(:ended AS text[]))))
ORDER BY reported_at DESC, incident.id DESC
LIMIT :limit OFFSET :skip
