-- Statements of organisations and ownership.

-- name: organizations
-- Which organisations are registered in these ranges ($1, $2; null: everywhere), of a kind, existing on a day, with
-- this text in their name or credit code ($5) or this in their pinyin ($6)?
select o.organization_id, o.division_code, o.kind, o.name, o.credit_code, o.search_key, o.valid_from, o.valid_to,
  o.version, o.source, o.source_date, o.import_batch_id, o.created_at, o.created_by, o.updated_at, o.updated_by
from organization as o
where ($1::text[] is null or exists (
    select from unnest($1::text[], $2::text[]) as place (first_code, last_code)
    where o.division_code between place.first_code and place.last_code
  ))
  and ($3::text is null or o.kind = $3)
  and ($4::date is null
    or (o.valid_from is null or o.valid_from <= $4) and (o.valid_to is null or o.valid_to >= $4))
  and ($5::text is null and $6::text is null
    or position($5 in o.name) > 0 or position(upper($5) in o.credit_code) > 0 or position($6 in o.search_key) > 0)
  and ($7::timestamptz is null or o.updated_at >= $7)
  and ($8::text is null or (o.search_key, o.organization_id) > ($8, $9::uuid))
order by o.search_key, o.organization_id
limit $10;

-- name: organizations_by_id
-- The organisations with these ids.
select o.organization_id, o.division_code, o.kind, o.name, o.credit_code, o.search_key, o.valid_from, o.valid_to,
  o.version, o.source, o.source_date, o.import_batch_id, o.created_at, o.created_by, o.updated_at, o.updated_by
from organization as o
where o.organization_id = any($1::uuid[]);

-- name: organizations_by_code
-- The organisations with these credit codes, and those without one that have these names in these divisions.
select o.organization_id, o.division_code, o.kind, o.name, o.credit_code, o.search_key, o.valid_from, o.valid_to,
  o.version, o.source, o.source_date, o.import_batch_id, o.created_at, o.created_by, o.updated_at, o.updated_by
from organization as o
where o.credit_code = any($1::text[])
  or o.credit_code is null and o.division_code = any($2::text[]) and o.name = any($3::text[])
order by o.organization_id;

-- name: add_organizations
-- Registers organisations; one whose credit code stands already is left out of the answer.
insert into organization (organization_id, division_code, kind, name, credit_code, search_key, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select organization_id, division_code, kind, name, credit_code, search_key, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::organization, $1::text::jsonb)
on conflict on constraint organization_credit_code_key do nothing
returning organization_id;

-- name: change_organizations
-- Changes organisations that still are the version they were read as.
update organization as o
set kind = n.kind, name = n.name, credit_code = n.credit_code, search_key = n.search_key,
  valid_from = n.valid_from, valid_to = n.valid_to,
  version = o.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::organization, $1::text::jsonb) as n
where o.organization_id = n.organization_id and o.version = n.version
returning o.organization_id;

-- name: ownerships
-- Who holds shares of whom: of or by one organisation ($1), on a day ($2)?
select s.ownership_id, s.division_code, s.owner_id, s.owned_id, s.percent, s.valid_from, s.valid_to,
  owner.name as owner_name, owned.name as owned_name,
  s.version, s.source, s.source_date, s.import_batch_id, s.created_at, s.created_by, s.updated_at, s.updated_by
from ownership as s
join organization as owner on owner.organization_id = s.owner_id
join organization as owned on owned.organization_id = s.owned_id
where ($1::uuid is null or s.owner_id = $1 or s.owned_id = $1)
  and ($2::date is null or s.valid_from <= $2 and (s.valid_to is null or s.valid_to >= $2))
  and ($3::timestamptz is null or s.updated_at >= $3)
  and ($4::uuid is null or s.ownership_id > $4)
order by s.ownership_id
limit $5;

-- name: ownership_by_id
-- One share of an organisation in another.
select s.ownership_id, s.division_code, s.owner_id, s.owned_id, s.percent, s.valid_from, s.valid_to,
  owner.name as owner_name, owned.name as owned_name,
  s.version, s.source, s.source_date, s.import_batch_id, s.created_at, s.created_by, s.updated_at, s.updated_by
from ownership as s
join organization as owner on owner.organization_id = s.owner_id
join organization as owned on owned.organization_id = s.owned_id
where s.ownership_id = $1;

-- name: lock_owned
-- Nobody else changes who holds this organisation until the transaction ends.
select division_code
from organization
where organization_id = $1
for no key update;

-- name: held_of
-- Which shares of an organisation are held, when?
select ownership_id, percent, valid_from, valid_to
from ownership
where owned_id = $1;

-- name: add_ownerships
-- Records shares; one with the same two organisations and first day is left out of the answer.
insert into ownership (ownership_id, division_code, owner_id, owned_id, percent, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select ownership_id, division_code, owner_id, owned_id, percent, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::ownership, $1::text::jsonb)
on conflict on constraint ownership_key do nothing
returning ownership_id;

-- name: change_ownerships
-- Changes shares that still are the version they were read as.
update ownership as s
set percent = n.percent, valid_from = n.valid_from, valid_to = n.valid_to,
  version = s.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::ownership, $1::text::jsonb) as n
where s.ownership_id = n.ownership_id and s.version = n.version
returning s.ownership_id;
