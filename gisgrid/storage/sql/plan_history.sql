-- Edits of a plan, newest first, before :before when that is set.
SELECT
    plan_edit.seq, plan_edit.at, account.display_name AS who, plan_edit.kind,
    jsonb_array_length(plan_edit.moves) + jsonb_array_length(plan_edit.come) AS n, plan_edit.undoes, plan_edit.facts
FROM plan_edit
LEFT JOIN account ON account.id = plan_edit.account_id
WHERE plan_edit.plan_id = :plan AND (CAST(:before AS int) IS NULL OR plan_edit.seq < :before)
ORDER BY plan_edit.seq DESC
LIMIT :most
