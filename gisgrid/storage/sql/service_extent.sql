-- The box round all units and buildings, in degrees; NULLs where there is nothing.
SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
FROM (
    SELECT ST_Extent(geom) AS box
    FROM (
        SELECT geom FROM unit WHERE valid_to IS NULL
        UNION ALL
        SELECT geom FROM building WHERE retired_at IS NULL
    ) AS ground
) AS whole
