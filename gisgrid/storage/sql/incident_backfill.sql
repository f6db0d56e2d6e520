-- The steps that imported incidents must have taken by the state they are in, at times between
-- their report and their closing; incidents with a history of their own are left alone.
WITH way (step, state, place) AS (
    VALUES ('report', 'reported', 0), ('accept', 'accepted', 1), ('dispatch', 'dispatched', 2),
        ('start', 'in_progress', 3), ('handle', 'handled', 4), ('verify', 'closed', 5),
        ('rate', 'rated', 6)
),
bare AS (
    SELECT incident.id, reported_at, reached.place,
        coalesce(closed_at, least(now(), reported_at + interval '6 hours')) - reported_at AS span
    FROM incident JOIN way AS reached ON reached.state = incident.state
    WHERE incident.source = :source
      AND NOT EXISTS (SELECT FROM incident_event WHERE incident_id = incident.id)
)
INSERT INTO incident_event (incident_id, at, transition, from_state, to_state, facts)
SELECT bare.id, bare.reported_at + bare.span * way.place / greatest(bare.place, 1), way.step,
    before.state, way.state,
    CASE way.step
        WHEN 'dispatch' THEN coalesce((
            SELECT jsonb_build_object('body', body) FROM incident WHERE id = bare.id AND body <> ''
        ), '{}')
        WHEN 'verify' THEN '{"reason": "fixed"}'::jsonb
        WHEN 'rate' THEN (SELECT jsonb_build_object('satisfied', satisfied) FROM incident WHERE id = bare.id)
        ELSE '{}'
    END
FROM bare
JOIN way ON way.place <= bare.place
LEFT JOIN way AS before ON before.place = way.place - 1
ORDER BY bare.id, way.place
