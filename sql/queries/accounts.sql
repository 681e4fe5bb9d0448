-- Accounts, their grants and the tokens of programs. Who asks, sessions and limits are access.sql.

-- name: add_accounts
-- Registers accounts whose names nobody has.
insert into account (account_id, username, display_name, status, password_hash, password_changed_at,
  must_change_password, created_at, created_by, updated_at, updated_by)
select account_id, username, display_name, status, password_hash, password_changed_at,
  must_change_password, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::account, $1::text::jsonb)
on conflict on constraint account_username_key do nothing
returning account_id;

-- name: account_by_id
-- Which account is this?
select account_id, username, display_name, status, password_hash, password_changed_at, must_change_password,
  totp_secret, totp_key_version, totp_confirmed_at, totp_last_step, version,
  created_at, created_by, updated_at, updated_by
from account
where account_id = $1;

-- name: account_by_username
-- Whose name is this?
select account_id, username, display_name, status, password_hash, password_changed_at, must_change_password,
  totp_secret, totp_key_version, totp_confirmed_at, totp_last_step, version,
  created_at, created_by, updated_at, updated_by
from account
where username = $1;

-- name: accounts_listed
-- Accounts by name after $3, with the roles they have on day $2; $1: part of a user name or display name.
select a.account_id, a.username, a.display_name, a.status, a.must_change_password,
  a.totp_confirmed_at is not null as has_totp, a.created_at, a.updated_at, a.version,
  array(
    select distinct g.role
    from account_grant as g
    where g.account_id = a.account_id and g.revoked_at is null
      and g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2)
    order by g.role
  ) as roles
from account as a
where ($1::text is null or position(lower($1) in lower(a.username || ' ' || a.display_name)) > 0)
  and ($3::text is null or a.username > $3)
order by a.username
limit $4;

-- name: accounts_counted
-- How many accounts does a search find?
select count(*)
from account as a
where ($1::text is null or position(lower($1) in lower(a.username || ' ' || a.display_name)) > 0);

-- name: set_password
-- Another password for an account that is still the version it was checked at.
update account
set password_hash = $3, password_changed_at = $4, must_change_password = $5, version = version + 1,
  updated_at = $4, updated_by = $6
where account_id = $1 and version = $2
returning account_id;

-- name: rehash_password
-- The same password under today's parameters.
update account set password_hash = $3 where account_id = $1 and password_hash = $2
returning account_id;

-- name: change_account
-- Another display name or status for an account that is still this version.
update account
set display_name = $3, status = $4, version = version + 1, updated_at = $5, updated_by = $6
where account_id = $1 and version = $2
returning account_id;

-- name: lock_administrators
-- Which active accounts administrate on a day? Locked, so that two of them cannot remove each other at once.
select a.account_id, a.username
from account as a
where a.status = 'active' and exists (
  select 1
  from account_grant as g
  where g.account_id = a.account_id and g.role = 'admin' and g.revoked_at is null
    and g.valid_from <= $1 and (g.valid_to is null or g.valid_to >= $1)
)
order by a.account_id
for no key update of a;

-- name: set_totp
-- A new secret, sealed, that still has to be confirmed; none takes the place of one that is confirmed.
update account
set totp_secret = $2, totp_key_version = $3, totp_last_step = null
where account_id = $1 and totp_confirmed_at is null
returning account_id;

-- name: confirm_totp
-- From now on codes are asked for.
update account
set totp_confirmed_at = $2, version = version + 1, updated_at = $2, updated_by = $3
where account_id = $1 and totp_secret is not null and totp_confirmed_at is null
returning account_id;

-- name: take_totp_step
-- Takes a code's step, once: nobody comes in with it or an earlier one again.
update account
set totp_last_step = $2
where account_id = $1 and totp_secret is not null and (totp_last_step is null or totp_last_step < $2)
returning account_id;

-- name: drop_totp
-- No code is asked for any more.
update account
set totp_secret = null, totp_key_version = null, totp_confirmed_at = null, totp_last_step = null,
  version = version + 1, updated_at = $2, updated_by = $3
where account_id = $1 and totp_secret is not null
returning account_id;

-- name: add_grants
-- Gives accounts a role with its place.
insert into account_grant (account_grant_id, account_id, role, division_code, area_code, organization_id,
  valid_from, valid_to, created_at, created_by)
select account_grant_id, account_id, role, division_code, area_code, organization_id,
  valid_from, valid_to, created_at, created_by
from jsonb_populate_recordset(null::account_grant, $1::text::jsonb)
returning account_grant_id;

-- name: grants_of_accounts
-- The grants of these accounts with the names of their places, running ones first.
select g.account_grant_id, g.account_id, g.role, g.division_code, g.area_code, g.organization_id,
  g.valid_from, g.valid_to, g.revoked_at, g.revoked_by, g.created_at, g.created_by,
  coalesce(d.name, a.name, o.name, '') as place_name
from account_grant as g
left join division as d on d.division_code = g.division_code
left join area as a on a.area_code = g.area_code
left join organization as o on o.organization_id = g.organization_id
where g.account_id = any($1::uuid[])
order by g.revoked_at is not null, g.valid_from, g.account_grant_id;

-- name: grant_by_id
-- Which grant is this?
select g.account_grant_id, g.account_id, g.role, g.division_code, g.area_code, g.organization_id,
  g.valid_from, g.valid_to, g.revoked_at, g.revoked_by, g.created_at, g.created_by,
  coalesce(d.name, a.name, o.name, '') as place_name
from account_grant as g
left join division as d on d.division_code = g.division_code
left join area as a on a.area_code = g.area_code
left join organization as o on o.organization_id = g.organization_id
where g.account_grant_id = $1;

-- name: revoke_grant
-- Ends a grant now.
update account_grant
set revoked_at = $2, revoked_by = $3
where account_grant_id = $1 and revoked_at is null
returning account_grant_id;

-- name: grant_place
-- Which division, area or organisation would a grant name, and does it exist on day $4?
select name::text as name, level as kind, valid_from <= $4 and (valid_to is null or valid_to >= $4) as valid
from division
where division_code = $1
union all
select name::text, 'area', valid_from <= $4 and (valid_to is null or valid_to >= $4)
from area
where area_code = $2
union all
select name::text, kind, coalesce(valid_from <= $4, true) and (valid_to is null or valid_to >= $4)
from organization
where organization_id = $3;

-- name: places_named
-- Which divisions, areas and organisations that exist on the day $2 have a name that begins with $1?
select d.division_code as code, d.name::text as name, coalesce(above.name::text, '') as above, d.level as kind
from division as d
left join division as above on above.division_code = d.parent_code
where position($1::text in d.name) = 1 and d.valid_from <= $2::date and (d.valid_to is null or d.valid_to >= $2)
union all
select area_code, name::text, '', 'area'
from area
where position($1 in name) = 1 and valid_from <= $2 and (valid_to is null or valid_to >= $2)
union all
select credit_code, name::text, '', kind
from organization
where credit_code is not null and position($1 in name) = 1 and coalesce(valid_from <= $2, true)
  and (valid_to is null or valid_to >= $2)
order by code
limit 1000;

-- name: organization_of_credit_code
-- Whose credit code is this?
select organization_id from organization where credit_code = $1;

-- name: add_tokens
-- Registers tokens by their hashes.
insert into api_token (api_token_id, account_id, account_grant_id, name, prefix, token_hash, access, expires_at,
  created_at, created_by)
select api_token_id, account_id, account_grant_id, name, prefix, token_hash, access, expires_at,
  created_at, created_by
from jsonb_populate_recordset(null::api_token, $1::text::jsonb)
returning api_token_id;

-- name: tokens_of_account
-- The tokens of an account, usable ones first; of the others those of the last year.
select api_token_id, account_id, account_grant_id, name, prefix, access, expires_at, last_used_at,
  revoked_at, revoked_by, created_at, created_by
from api_token
where account_id = $1 and (revoked_at is null or revoked_at > $2) and expires_at > $2
order by revoked_at is not null, created_at desc, api_token_id;

-- name: token_by_prefix
-- Which usable tokens begin like this?
select api_token_id, account_id, account_grant_id, name, prefix, access, expires_at, last_used_at,
  revoked_at, revoked_by, created_at, created_by
from api_token
where prefix = $1 and revoked_at is null;

-- name: revoke_token
-- Ends a token, of the account $2 if one is given.
update api_token
set revoked_at = $3, revoked_by = $4
where api_token_id = $1 and revoked_at is null and ($2::uuid is null or account_id = $2)
returning api_token_id, account_id, account_grant_id, name, prefix, access, expires_at, last_used_at,
  revoked_at, revoked_by, created_at, created_by;

-- name: revoke_tokens
-- Ends the tokens of an account, of the grant $2 if one is given.
update api_token
set revoked_at = $3, revoked_by = $4
where account_id = $1 and revoked_at is null and ($2::uuid is null or account_grant_id = $2)
returning api_token_id;
