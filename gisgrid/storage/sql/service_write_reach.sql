-- Write some rows of a kind's reach; those whose straight line is infinite go.
WITH incoming AS (
    SELECT *
    FROM unnest(
        CAST(:building AS int[]), CAST(:metres AS real[]), CAST(:straight_m AS real[]),
        CAST(:which AS int[])
    ) AS t (building_id, metres, straight_m, which)
), gone AS (
    DELETE FROM reach
    USING incoming
    WHERE reach.kind = :kind AND reach.building_id = incoming.building_id
      AND incoming.straight_m = 'Infinity'
)
INSERT INTO reach (building_id, kind, metres, straight_m, service_point_id)
SELECT building_id, :kind, metres, straight_m, nullif(which, -1)
FROM incoming
WHERE straight_m < 'Infinity'
ON CONFLICT (building_id, kind) DO UPDATE SET
    metres = EXCLUDED.metres,
    straight_m = EXCLUDED.straight_m,
    service_point_id = EXCLUDED.service_point_id
