-- New estimates, in the order of :ids; given households and corrections by hand are not touched.
UPDATE building
SET households_estimated = estimate.households, updated_at = now()
FROM unnest(CAST(:ids AS int[]), CAST(:households AS int[])) AS estimate (id, households)
WHERE building.id = estimate.id
  AND building.households_estimated IS DISTINCT FROM estimate.households
