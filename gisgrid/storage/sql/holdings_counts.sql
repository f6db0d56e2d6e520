-- Rows of each kind in the actor's scope; buildings and incidents by row-level security.
SELECT (SELECT count(*) FROM unit WHERE valid_to IS NULL) AS units,
       (SELECT count(*) FROM building WHERE retired_at IS NULL) AS buildings,
       (SELECT coalesce(sum(households), 0) FROM building WHERE retired_at IS NULL) AS households,
       (SELECT count(*) FROM cell JOIN cell_set s ON s.id = cell.cell_set_id AND s.current) AS cells,
       (SELECT count(*) FROM street) AS streets,
       (SELECT count(*) FROM service_point WHERE retired_at IS NULL) AS services,
       (SELECT count(*) FROM incident) AS incidents
