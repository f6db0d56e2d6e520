-- Plans in scope, drafts first, then by date of the last change. Of one unit and those below it when
-- :unit is set; only those in force on :day when that is set.
WITH RECURSIVE below AS (
    SELECT CAST(:unit AS int) AS id
    UNION
    SELECT unit.id FROM unit JOIN below ON unit.parent_id = below.id
)
SELECT
    plan.id, plan.name, plan.unit_id, unit.name AS unit_name, unit.code AS unit_code, plan.state,
    plan.version, plan.band_low AS low, plan.band_high AS high, plan.target, plan.figures,
    plan.effective_from, plan.effective_to, plan.created_at, plan.changed_at,
    account.display_name AS author
FROM plan
JOIN unit ON unit.id = plan.unit_id
LEFT JOIN account ON account.id = plan.created_by
WHERE (CAST(:unit AS int) IS NULL OR plan.unit_id IN (SELECT id FROM below))
  AND (
      CAST(:day AS date) IS NULL
      OR plan.state IN ('approved', 'effective', 'superseded')
      AND plan.effective_from <= CAST(:day AS date)
      AND (plan.effective_to IS NULL OR CAST(:day AS date) < plan.effective_to)
      -- a plan that waits for its day takes over from the one in force
      AND NOT EXISTS (
          SELECT FROM plan AS next
          WHERE next.unit_id = plan.unit_id AND next.state = 'approved' AND next.id <> plan.id
            AND next.effective_from <= CAST(:day AS date)
            AND plan.effective_from <= next.effective_from
      )
  )
ORDER BY plan.state <> 'draft', plan.changed_at DESC, plan.id DESC
