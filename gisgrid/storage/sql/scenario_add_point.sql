-- One point of a scenario; a service that is closed or moved must be one of the kind, in use.
INSERT INTO scenario_point (scenario_id, act, kind, service_point_id, geom)
SELECT :scenario, :act, :kind, CAST(:service AS int),
       CASE WHEN CAST(:lon AS float) IS NULL THEN NULL
            ELSE ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) END
WHERE CAST(:service AS int) IS NULL
   OR EXISTS (
       SELECT FROM service_point
       WHERE id = :service AND kind = :kind AND retired_at IS NULL
   )
