-- Who asks, sessions, and how often something was tried. Accounts, grants and tokens are kept by accounts.sql.

-- name: count_hit
-- How often was $1 tried since its window began, at $2, in windows as long as $3?
insert into rate_window as w (rate_key, started_at, hits)
values ($1, $2, 1)
on conflict on constraint rate_window_pk do update
set started_at = case when w.started_at + $3::interval > $2 then w.started_at else excluded.started_at end,
  hits = case when w.started_at + $3::interval > $2 then w.hits + 1 else 1 end
returning started_at, hits;

-- name: forget_hits
-- Forgets what was tried under a key.
delete from rate_window where rate_key = $1;

-- name: sweep_hits
-- Removes windows that began before $1.
delete from rate_window where started_at < $1;

-- name: add_sessions
-- Starts sessions.
insert into session (session_id, account_id, account_grant_id, token_hash, created_at, seen_at, expires_at, address, agent)
select session_id, account_id, account_grant_id, token_hash, created_at, seen_at, expires_at, address, agent
from jsonb_populate_recordset(null::session, $1::text::jsonb)
returning session_id;

-- name: sweep_sessions
-- Removes sessions of an account that ended before $2.
delete from session where account_id = $1 and expires_at < $2;

-- name: rotate_session
-- Gives a running session another valid grant of its account, with a new token.
update session as s
set account_grant_id = g.account_grant_id, token_hash = $3, seen_at = $4
from account_grant as g
where s.session_id = $1 and s.ended_at is null and s.expires_at > $4
  and g.account_grant_id = $2 and g.account_id = s.account_id and g.revoked_at is null
  and g.valid_from <= $5 and (g.valid_to is null or g.valid_to >= $5)
returning s.expires_at;

-- name: end_session
-- Ends a running session, of the account $2 if one is given.
update session
set ended_at = $4, end_reason = $3
where session_id = $1 and ended_at is null and ($2::uuid is null or account_id = $2)
returning session_id;

-- name: end_sessions
-- Ends all running sessions of an account but one.
update session
set ended_at = $3, end_reason = $2
where account_id = $1 and ended_at is null and session_id is distinct from $4::uuid
returning session_id;

-- name: end_granted_sessions
-- Ends all running sessions that act under a grant.
update session
set ended_at = $3, end_reason = $2
where account_grant_id = $1 and ended_at is null
returning session_id;

-- name: running_sessions
-- Which sessions of an account still open something at $2, last seen after $3?
select session_id, account_id, account_grant_id, created_at, seen_at, expires_at, ended_at, end_reason, address, agent
from session
where account_id = $1 and ended_at is null and expires_at > $2 and seen_at > $3
order by seen_at desc, session_id;
