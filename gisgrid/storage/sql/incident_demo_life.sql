-- Invented incidents get what their states ask for: bodies, times, reasons, ratings of six in ten.
UPDATE incident
SET state = CASE
        WHEN incident.state = 'closed' AND told.luck % 10 < 6 THEN 'rated' ELSE incident.state
    END,
    satisfied = CASE
        WHEN incident.state = 'closed' AND told.luck % 10 < 6 THEN told.luck % 97 > 2
    END,
    close_reason = CASE
        WHEN incident.state = 'closed' THEN
            CASE WHEN told.luck % 23 = 0 THEN 'nothing_found' ELSE 'fixed' END
    END,
    level = CASE
        WHEN told.luck % 100 < 78 THEN 1 WHEN told.luck % 100 < 94 THEN 2 ELSE 3
    END,
    handled_at = CASE
        WHEN incident.state = 'closed' THEN closed_at - (closed_at - reported_at) / 6
        WHEN incident.state = 'handled' THEN least(now(), reported_at + interval '5 hours')
    END,
    accepted_at = CASE
        WHEN incident.state <> 'reported' THEN reported_at + interval '20 minutes'
    END,
    route = CASE WHEN incident.state NOT IN ('reported', 'accepted') THEN
        CASE WHEN told.bodies = 1 THEN 'dispatch' ELSE 'claim' END
    END,
    body = CASE WHEN incident.state NOT IN ('reported', 'accepted') THEN told.body END,
    urged = CASE WHEN closed_at IS NULL AND told.luck % 7 = 0 THEN 1 + told.luck % 2 ELSE 0 END
FROM (
    SELECT incident.id, abs(hashtext(source_id)) AS luck, count(*) AS bodies,
        coalesce(min(responsibility.body), '街道综合执法队') AS body
    FROM incident
    LEFT JOIN responsibility ON responsibility.category_code = left(incident.category_code, 2)
    WHERE incident.source = :source
    GROUP BY incident.id
) AS told
WHERE incident.id = told.id
