-- Units that end: those the staged file gives a last day, and those that a unit of it succeeds.
UPDATE unit old
SET valid_to = coalesce(i.valid_to::date, i.valid_from::date, CURRENT_DATE),
    successor_id = CASE WHEN fresh.id <> old.id THEN fresh.id END
FROM incoming i
LEFT JOIN unit fresh ON fresh.code = i.code AND fresh.valid_to IS NULL
WHERE old.valid_to IS NULL
  AND (
      (i.predecessor = old.code AND i.predecessor <> i.code)
      OR (i.valid_to IS NOT NULL AND i.code = old.code)
  )
