-- Plans in scope, drafts first, then by date of the last change; of one community when :unit is set.
SELECT
    plan.id, plan.name, plan.unit_id, unit.name AS unit_name, unit.code AS unit_code, plan.state,
    plan.version, plan.band_low AS low, plan.band_high AS high, plan.target, plan.figures,
    plan.effective_from, plan.effective_to, plan.created_at, plan.changed_at,
    account.display_name AS author
FROM plan
JOIN unit ON unit.id = plan.unit_id
LEFT JOIN account ON account.id = plan.created_by
WHERE CAST(:unit AS int) IS NULL OR plan.unit_id = :unit
ORDER BY plan.state <> 'draft', plan.changed_at DESC, plan.id DESC
