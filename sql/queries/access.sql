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

-- name: end_replaced
-- Ends the session with this token: its browser signs in anew.
update session
set ended_at = $2, end_reason = 'replaced'
where token_hash = $1 and ended_at is null
returning session_id;

-- name: session_seen
-- Notes that a session was used at $2, unless that was noted since $3.
update session
set seen_at = $2
where session_id = $1 and seen_at <= $3
returning session_id;

-- name: token_used
-- Notes that a token was used at $2, unless that was noted since $3.
update api_token
set last_used_at = $2
where api_token_id = $1 and (last_used_at is null or last_used_at <= $3)
returning api_token_id;

-- name: found_caller
-- Who holds the session or token ($1) with the hash $2 at $3 (Chinese day $4), a session last seen after $5; under which
-- grant, and what does that reach? A token that acts is counted under token/<id>, in windows as long as $6.
-- main: the grant's division, or the only one of its area. villages: every further division below an area's members and
-- below what any of them took over. A subtree's last code: the zeros that fill the code up become nines. Of a division
-- that several took over only its own code: which of them has a village of it, the village's own succession says.
with recursive credential as (
  select session_id as credential_id, account_id, account_grant_id, 'write' as access, seen_at as used_at
  from session
  where $1 = 'session' and token_hash = $2 and ended_at is null and expires_at > $3 and seen_at > $5
  union all
  select api_token_id as credential_id, account_id, account_grant_id, access, last_used_at as used_at
  from api_token
  where $1 = 'token' and token_hash = $2 and revoked_at is null and expires_at > $3
), held as (
  select c.credential_id, c.access, c.used_at, a.account_id, a.username, a.display_name, a.must_change_password,
    a.password_changed_at, a.totp_confirmed_at, g.account_grant_id, g.role, g.division_code, g.area_code, g.organization_id
  from credential as c
  join account as a on a.account_id = c.account_id and a.status = 'active'
  left join account_grant as g on g.account_grant_id = c.account_grant_id and g.account_id = c.account_id
    and g.revoked_at is null and g.valid_from <= $4 and (g.valid_to is null or g.valid_to >= $4)
  where c.account_grant_id is null or g.account_grant_id is not null
), member as (
  select division_code from held where division_code is not null
  union
  select m.division_code
  from held as h
  join area as r using (area_code)
  join area_division as m using (area_code)
  where r.valid_from <= $4 and (r.valid_to is null or r.valid_to >= $4)
    and m.valid_from <= $4 and (m.valid_to is null or m.valid_to >= $4)
), place (first_code, last_code) as (
  select division_code, rpad(regexp_replace(division_code, '(0{10}|0{8}|0{6}|0{3})$', ''), 12, '9')
  from member
  union
  select old.division_code, case
      when (select count(*) from division_successor as part where part.division_code = old.division_code) > 1
      then old.division_code
      else rpad(regexp_replace(old.division_code, '(0{10}|0{8}|0{6}|0{3})$', ''), 12, '9') end
  from place
  join division_successor as old on old.successor_code between place.first_code and place.last_code
  where old.effective_on <= $4
), main as (
  select min(division_code) as first_code,
    rpad(regexp_replace(min(division_code), '(0{10}|0{8}|0{6}|0{3})$', ''), 12, '9') as last_code
  from member
  having count(division_code) = 1
), counted as (
  insert into rate_window as w (rate_key, started_at, hits)
  select 'token/' || credential_id, $3, 1
  from held
  where $1 = 'token' and role is not null
  on conflict on constraint rate_window_pk do update
  set started_at = case when w.started_at + $6::interval > $3 then w.started_at else excluded.started_at end,
    hits = case when w.started_at + $6::interval > $3 then w.hits + 1 else 1 end
  returning started_at, hits
)
select h.credential_id, h.access, h.used_at, h.account_id, h.username, h.display_name, h.must_change_password,
  h.password_changed_at, h.totp_confirmed_at is not null as has_totp, h.account_grant_id, h.role,
  (select hits from counted) as hits, (select started_at from counted) as window_started_at,
  coalesce(h.division_code, h.area_code) as place_code, h.organization_id,
  coalesce(v.name, r.name, o.name, '') as place_name,
  (select first_code from main) as main_code,
  exists(
    select from account_grant as f
    where f.account_id = h.account_id and f.account_grant_id is distinct from h.account_grant_id
      and f.revoked_at is null and f.valid_from <= $4 and (f.valid_to is null or f.valid_to >= $4)
  ) as several,
  array(
    select distinct d.division_code
    from place as p
    join division as d on d.division_code between p.first_code and p.last_code
    where not exists (select from main as m where p.first_code between m.first_code and m.last_code)
      and not exists (select from main as m where d.division_code between m.first_code and m.last_code)
    order by d.division_code
  ) as villages,
  array(
    select k.contract_id from partner_contract as k
    where k.organization_id = h.organization_id order by k.contract_id
  ) as contracts
from held as h
left join division as v on v.division_code = h.division_code
left join area as r on r.area_code = h.area_code
left join organization as o on o.organization_id = h.organization_id;

-- name: login_account
-- Whose user name is this? Held against changes until the transaction ends.
select account_id, username, display_name, status, password_hash, password_changed_at, must_change_password, totp_secret,
  totp_key_version, totp_confirmed_at, totp_last_step, version, created_at, created_by, updated_at, updated_by
from account
where username = $1
for no key update;

-- name: live_grants
-- Under which grants may an account act on the day $2?
select g.account_grant_id, g.account_id, g.role, g.division_code, g.area_code, g.organization_id, g.valid_from, g.valid_to,
  g.revoked_at, g.revoked_by, g.created_at, g.created_by, coalesce(d.name, a.name, o.name, '') as place_name
from account_grant as g
left join division as d on d.division_code = g.division_code
left join area as a on a.area_code = g.area_code
left join organization as o on o.organization_id = g.organization_id
where g.account_id = $1 and g.revoked_at is null and g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2)
order by g.valid_from, g.account_grant_id;
