-- What the scheduled rounds ask for today: one incident for each grid in force of the unit (or of a
-- unit below it) and each turn of the round; a turn that is there already is not made again.
WITH RECURSIVE due AS (
    SELECT
        round_plan.id, round_plan.name, round_plan.category_code, round_plan.unit_id,
        round_plan.starts_on
        + ((:today - round_plan.starts_on) / round_plan.every_days) * round_plan.every_days AS turn,
        round_plan.every_days
    FROM round_plan
    WHERE round_plan.active AND round_plan.starts_on <= :today
),
below AS (
    SELECT due.id AS round_id, due.unit_id FROM due
    UNION
    SELECT below.round_id, unit.id FROM unit JOIN below ON unit.parent_id = below.unit_id
),
places AS (
    SELECT DISTINCT ON (due.id, plan_grid.id)
        due.*, plan_grid.code, ST_PointOnSurface(cell.geom) AS place
    FROM due
    JOIN below ON below.round_id = due.id
    JOIN plan ON plan.unit_id = below.unit_id AND plan.state = 'effective'
    JOIN plan_grid ON plan_grid.plan_id = plan.id
    JOIN plan_cell ON plan_cell.grid_id = plan_grid.id
    JOIN cell ON cell.id = plan_cell.cell_id AND NOT cell.water
    ORDER BY due.id, plan_grid.id, cell.area_m2 DESC, cell.id
)
INSERT INTO incident (
    source, source_id, channel, category_code, text, state, reported_at, geom, details
)
SELECT
    'round', places.id || ':' || places.code || ':' || places.turn, 'scheduled',
    places.category_code, places.name, 'reported', now(), places.place,
    jsonb_build_object('round', places.id, 'turn', places.turn, 'ends', places.turn + places.every_days)
FROM places
ON CONFLICT (source, source_id) DO NOTHING
RETURNING id, (details ->> 'ends')::date AS ends
