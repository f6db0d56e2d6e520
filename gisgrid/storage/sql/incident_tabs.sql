-- How many incidents in scope stand in each tab of the desk.
SELECT
    count(*) FILTER (WHERE state IN ('reported', 'reopened', 'returned')) AS inbox,
    count(*) FILTER (WHERE state = 'accepted') AS accepted,
    count(*) FILTER (WHERE state IN ('dispatched', 'claimed', 'in_progress')) AS out,
    count(*) FILTER (WHERE state = 'handled') AS handled,
    count(*) FILTER (WHERE incident_is_overdue(closed_at, state, due_at)) AS overdue,
    count(*) FILTER (WHERE assignee_id = :account AND incident_is_open(closed_at, state)) AS mine,
    count(*) FILTER (WHERE state = 'draft') AS draft,
    count(*) FILTER (WHERE state IN ('closed', 'rated', 'rejected', 'duplicate')) AS closed,
    count(*) FILTER (WHERE route = 'dispatch') AS route_dispatch,
    count(*) FILTER (WHERE route = 'claim') AS route_claim,
    count(*) FILTER (WHERE route = 'task_force') AS route_task_force
FROM incident
