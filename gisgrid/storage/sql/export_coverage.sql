-- Each grid in force with each kind of service: households within the kind's walk, and beyond it.
WITH place AS (
    SELECT cell_building.building_id, plan_grid.id AS grid_id
    FROM plan
    JOIN plan_cell ON plan_cell.plan_id = plan.id
    JOIN plan_grid ON plan_grid.id = plan_cell.grid_id
    JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
    WHERE plan.state = 'effective'
),
kind AS (
    SELECT service_kind.*, service_kind.minutes * project.walk_kmh * 1000 / 60 AS limit_m
    FROM service_kind, project
    WHERE EXISTS (
        SELECT FROM service_point
        WHERE service_point.kind = service_kind.key AND service_point.retired_at IS NULL
    )
),
counted AS (
    SELECT
        place.grid_id, kind.key, sum(building.households) AS households, count(*) AS buildings,
        coalesce(sum(building.households) FILTER (WHERE reach.metres <= kind.limit_m), 0) AS covered,
        count(*) FILTER (WHERE reach.metres <= kind.limit_m) AS buildings_covered
    FROM place
    JOIN building ON building.id = place.building_id
         AND building.retired_at IS NULL AND building.households > 0
    CROSS JOIN kind
    LEFT JOIN reach ON reach.building_id = building.id AND reach.kind = kind.key
    GROUP BY place.grid_id, kind.key
)
SELECT
    row_number() OVER (ORDER BY plan_grid.code, plan_grid.id, kind.sort, kind.key)::int AS id,
    plan_grid.code AS grid_code, plan_grid.name AS grid_name, unit.code AS community_code,
    unit.name AS community, kind.key AS kind,
    CASE WHEN :language = 'en' THEN kind.name_en ELSE kind.name_zh END AS kind_name,
    kind.minutes::float AS minutes, kind.limit_m::float AS limit_m,
    counted.households::int AS households, counted.covered::int AS covered,
    (counted.households - counted.covered)::int AS uncovered,
    round(100.0 * counted.covered / counted.households, 1)::float AS percent,
    counted.buildings::int AS buildings, counted.buildings_covered::int AS buildings_covered,
    plan_grid.plan_id AS plan, plan_grid.id AS grid_id, NULL::geometry AS geom
FROM counted
JOIN kind ON kind.key = counted.key
JOIN plan_grid ON plan_grid.id = counted.grid_id
JOIN plan ON plan.id = plan_grid.plan_id
JOIN unit ON unit.id = plan.unit_id
