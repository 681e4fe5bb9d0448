-- Rotation of the keys of what stands encrypted: rows that stand on these versions, and the same rows sealed anew.

-- name: counties_of_versions
-- Of which counties do numbers or contacts stand on these key versions?
select county_code from person_identifier where key_version = any($1::integer[])
union select county_code from organization_contact where key_version = any($1::integer[])
order by county_code;

-- name: old_identifiers
-- Some personal numbers of a county under these key versions, but those given up; nobody else takes them meanwhile.
select county_code, person_id, kind, ciphertext, key_version
from person_identifier
where county_code = $4 and key_version = any($1::integer[]) and concat_ws('/', person_id, kind) <> all($2::text[])
limit $3
for no key update skip locked;

-- name: reseal_identifiers
-- The same numbers under another key version, where they still stand on the one they were read under.
update person_identifier as i
set ciphertext = n.ciphertext, key_version = n.key_version, lookup = n.lookup, tail = n.tail
from jsonb_to_recordset($1::text::jsonb) as n (county_code text, person_id uuid, kind text, old_version integer,
  ciphertext bytea, key_version integer, lookup bytea, tail bytea)
where i.county_code = n.county_code and i.person_id = n.person_id and i.kind = n.kind
  and i.key_version = n.old_version
returning i.person_id;

-- name: old_contacts
-- Some contacts of organisations of a county under these key versions, but those given up.
select county_code, organization_contact_id, ciphertext, key_version
from organization_contact
where county_code = $4 and key_version = any($1::integer[]) and organization_contact_id::text <> all($2::text[])
limit $3
for no key update skip locked;

-- name: reseal_contacts
-- The same contacts under another key version.
update organization_contact as c
set ciphertext = n.ciphertext, key_version = n.key_version
from jsonb_to_recordset($1::text::jsonb) as n (county_code text, organization_contact_id uuid, old_version integer,
  ciphertext bytea, key_version integer)
where c.county_code = n.county_code and c.organization_contact_id = n.organization_contact_id
  and c.key_version = n.old_version
returning c.organization_contact_id;

-- name: old_secrets
-- Some second factors under these key versions, but those given up.
select account_id, totp_secret as ciphertext, totp_key_version as key_version
from account
where totp_key_version = any($1::integer[]) and account_id::text <> all($2::text[])
limit $3
for no key update skip locked;

-- name: reseal_secrets
-- The same second factors under another key version.
update account as a
set totp_secret = n.ciphertext, totp_key_version = n.key_version
from jsonb_to_recordset($1::text::jsonb) as n (account_id uuid, old_version integer, ciphertext bytea, key_version integer)
where a.account_id = n.account_id and a.totp_key_version = n.old_version
returning a.account_id;

-- name: rows_by_version
-- How many rows stand on each key version?
select key_version, sum(rows)::bigint as rows
from (
  select key_version, count(*) as rows from person_identifier group by key_version
  union all
  select key_version, count(*) from organization_contact group by key_version
  union all
  select totp_key_version, count(*) from account where totp_key_version is not null group by totp_key_version
) as kept
group by key_version
order by key_version;
