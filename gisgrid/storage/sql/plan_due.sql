-- Approved plans whose day has come, by the project's own clock, the earliest first.
SELECT plan.id, plan.unit_id
FROM plan, project
WHERE plan.state = 'approved'
  AND plan.effective_from <= (now() AT TIME ZONE project.timezone)::date
ORDER BY plan.effective_from, plan.id
