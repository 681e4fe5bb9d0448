-- Answers kept under an Idempotency-Key.

-- name: lock_key
-- Is nobody else working under this key just now? Held until the transaction ends.
select pg_try_advisory_xact_lock(hashtextextended($1, 0));

-- name: kept_answer
-- What was answered under this key, and to which request?
select method, path, body_hash, status, headers, body
from idempotency
where county_code = $1 and actor = $2 and key = $3;

-- name: keep_answer
-- Keeps the answer together with its effect.
insert into idempotency (county_code, actor, key, method, path, body_hash, status, headers, body, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
returning key;
