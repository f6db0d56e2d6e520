-- Write a session; its life begins anew with every write.
INSERT INTO session (token_hash, account_id, values, expires_at)
VALUES (:hash, :account, :values, now() + :lifetime)
ON CONFLICT (token_hash) DO UPDATE
SET account_id = excluded.account_id, values = excluded.values, expires_at = excluded.expires_at
