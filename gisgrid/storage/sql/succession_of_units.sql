-- Units whose file says what they succeed, as rows of the succession too.
INSERT INTO unit_succession (old_id, new_id, day)
SELECT id, successor_id, valid_to FROM unit
WHERE successor_id <> id AND valid_to IS NOT NULL
ON CONFLICT (old_id, new_id) DO NOTHING
