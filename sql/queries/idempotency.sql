-- Answers kept under an Idempotency-Key.

-- name: claim_key
-- Is nobody else working under this key just now (held until the transaction ends), and what was answered under it before,
-- to which request?
select pg_try_advisory_xact_lock(hashtextextended($1 || '/' || $2 || '/' || $3, 0)) as mine, kept.method, kept.path,
  kept.body_hash, kept.status, kept.headers, kept.body
from (select 1) as asked
left join idempotency as kept on kept.county_code = $1 and kept.actor = $2 and kept.key = $3;

-- name: keep_answer
-- Keeps the answer together with its effect; nothing if another request under this key was answered in the meantime.
insert into idempotency (county_code, actor, key, method, path, body_hash, status, headers, body, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (county_code, actor, key) do nothing
returning key;
