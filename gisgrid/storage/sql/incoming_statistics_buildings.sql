-- Counts of buildings: households and residents as given, other numbers in `counts`.
WITH written AS (
    UPDATE building b
    SET households_given = coalesce(i.households, b.households_given),
        residents_given = coalesce(i.residents, b.residents_given),
        counts = b.counts || i.counts::jsonb, updated_at = now()
    FROM incoming i
    WHERE i.houses AND b.retired_at IS NULL AND (b.code = i.code OR b.source_id = i.code)
    RETURNING i.number
)
SELECT count(DISTINCT number) FROM written
