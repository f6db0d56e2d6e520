-- The head of a plan with its community.
SELECT
    plan.id, plan.unit_id, unit.name AS unit_name, unit.code AS community_code, plan.cell_set_id,
    plan.name, plan.state, plan.version, plan.band_low AS low, plan.band_high AS high, plan.target,
    plan.base_plan_id, plan.replaces_plan_id, plan.effective_from, plan.effective_to,
    plan.exceptions, plan.figures, plan.created_at, plan.changed_at,
    plan.created_by, plan.submitted_by, plan.ground
FROM plan
JOIN unit ON unit.id = plan.unit_id
WHERE plan.id = :plan
