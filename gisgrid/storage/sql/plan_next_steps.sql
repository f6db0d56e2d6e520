-- The edits of :account that undo takes back and that redo brings back: seq, gesture and cells moved.
-- Undo: the newest edit with moves, not itself an undo, that no undo has taken back. Redo: the newest
-- undo that no redo has answered, unless a gesture came after it.
SELECT
    step.what, edit.seq, coalesce(edit.facts ->> 'gesture', edit.kind) AS kind,
    jsonb_array_length(edit.moves) + jsonb_array_length(edit.come) AS n
FROM (
    SELECT 'undo' AS what, max(done.seq) AS seq
    FROM plan_edit AS done
    WHERE done.plan_id = :plan AND done.account_id IS NOT DISTINCT FROM CAST(:account AS int)
      AND done.kind NOT IN ('undo', 'grid', 'lock', 'checkpoint')
      AND NOT EXISTS (
          SELECT 1 FROM plan_edit AS back
          WHERE back.plan_id = :plan AND back.kind = 'undo' AND back.undoes = done.seq
      )
    UNION ALL
    SELECT 'redo', max(back.seq)
    FROM plan_edit AS back
    WHERE back.plan_id = :plan AND back.account_id IS NOT DISTINCT FROM CAST(:account AS int)
      AND back.kind = 'undo' AND back.seq > coalesce((
          SELECT max(seq) FROM plan_edit
          WHERE plan_id = :plan AND account_id IS NOT DISTINCT FROM CAST(:account AS int)
            AND kind NOT IN ('undo', 'redo', 'grid', 'lock', 'checkpoint')
      ), 0)
      AND NOT EXISTS (
          SELECT 1 FROM plan_edit AS again
          WHERE again.plan_id = :plan AND again.kind = 'redo' AND again.undoes = back.seq
      )
) AS step
JOIN plan_edit AS edit ON edit.plan_id = :plan AND edit.seq = step.seq
