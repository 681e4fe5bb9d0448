-- Memberships of households in cooperatives and collectives, and their shares.

-- name: membership_list
-- Which memberships of the counties $1 and ranges $2..$3, of an organisation $4, a household $5, on a day $6, changed
-- since $7, after the id $8?
select m.county_code, m.membership_id, m.village_code, m.household_id, m.organization_id, m.valid_from, m.valid_to,
  m.version, m.source, m.source_date, m.import_batch_id, m.created_at, m.created_by, m.updated_at, m.updated_by,
  h.number as household_number, p.name as household_name, o.name as organization_name, o.kind as organization_kind,
  (select coalesce(jsonb_agg(jsonb_build_object('membership_share_id', s.membership_share_id, 'kind', s.kind,
      'form', s.form, 'amount', s.amount::text, 'valid_from', s.valid_from, 'valid_to', s.valid_to,
      'version', s.version) order by s.valid_from, s.kind, s.membership_share_id), '[]')
    from membership_share as s
    where s.county_code = m.county_code and s.membership_id = m.membership_id
  ) as shares
from membership as m
join household as h using (county_code, household_id)
join organization as o using (organization_id)
left join person as p on p.county_code = m.county_code and p.household_id = m.household_id
  and p.is_head and p.valid_to is null
where ($1::text[] is null or m.county_code = any($1)
    and m.village_code between ($2::text[])[1] and ($3::text[])[cardinality($3::text[])]
    and exists (select from unnest($2::text[], $3::text[]) as place (first_code, last_code)
      where m.village_code between place.first_code and place.last_code))
  and ($4::uuid is null or m.organization_id = $4)
  and ($5::uuid is null or m.household_id = $5)
  and ($6::date is null or m.valid_from <= $6 and (m.valid_to is null or m.valid_to >= $6))
  and ($7::timestamptz is null or m.updated_at >= $7)
  and ($8::uuid is null or m.membership_id > $8)
order by m.membership_id
limit $9;

-- name: membership_detail
-- One membership with its shares.
select m.county_code, m.membership_id, m.village_code, m.household_id, m.organization_id, m.valid_from, m.valid_to,
  m.version, m.source, m.source_date, m.import_batch_id, m.created_at, m.created_by, m.updated_at, m.updated_by,
  h.number as household_number, p.name as household_name, o.name as organization_name, o.kind as organization_kind,
  (select coalesce(jsonb_agg(jsonb_build_object('membership_share_id', s.membership_share_id, 'kind', s.kind,
      'form', s.form, 'amount', s.amount::text, 'valid_from', s.valid_from, 'valid_to', s.valid_to,
      'version', s.version) order by s.valid_from, s.kind, s.membership_share_id), '[]')
    from membership_share as s
    where s.county_code = m.county_code and s.membership_id = m.membership_id
  ) as shares
from membership as m
join household as h using (county_code, household_id)
join organization as o using (organization_id)
left join person as p on p.county_code = m.county_code and p.household_id = m.household_id
  and p.is_head and p.valid_to is null
where m.membership_id = $1;

-- name: membership_row
-- One membership as stored.
select county_code, membership_id, village_code, household_id, organization_id, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from membership
where membership_id = $1;

-- name: memberships_of
-- All memberships of these households.
select county_code, membership_id, village_code, household_id, organization_id, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from membership
where county_code = any($1::text[]) and household_id = any($2::uuid[])
order by household_id, organization_id, valid_from;

-- name: add_memberships
-- New memberships; one that begins the same day, or while another runs, is left out of the answer.
insert into membership (county_code, membership_id, village_code, household_id, organization_id, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, membership_id, village_code, household_id, organization_id, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::membership, $1::text::jsonb)
on conflict do nothing
returning membership_id;

-- name: change_memberships
-- The memberships as they will be stored, where nobody changed them since.
update membership as m
set valid_from = n.valid_from, valid_to = n.valid_to, version = m.version + 1, source = n.source,
  source_date = n.source_date, import_batch_id = n.import_batch_id, updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::membership, $1::text::jsonb) as n
where m.county_code = n.county_code and m.membership_id = n.membership_id and m.version = n.version
returning m.membership_id;

-- name: bump_membership
-- Shares of this membership changed: its version rises.
update membership
set version = version + 1, updated_at = $3, updated_by = $4
where county_code = $1 and membership_id = $2
returning membership_id;

-- name: shares_of
-- All shares of these memberships.
select county_code, membership_share_id, village_code, membership_id, kind, form, amount, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from membership_share
where county_code = any($1::text[]) and membership_id = any($2::uuid[])
order by membership_id, valid_from, membership_share_id;

-- name: add_shares
-- New shares.
insert into membership_share (county_code, membership_share_id, village_code, membership_id, kind, form, amount,
  valid_from, valid_to, version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, membership_share_id, village_code, membership_id, kind, form, amount,
  valid_from, valid_to, version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::membership_share, $1::text::jsonb)
returning membership_share_id;

-- name: change_shares
-- The shares as they will be stored, where nobody changed them since.
update membership_share as s
set amount = n.amount, valid_to = n.valid_to, version = s.version + 1, source = n.source,
  source_date = n.source_date, import_batch_id = n.import_batch_id, updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::membership_share, $1::text::jsonb) as n
where s.county_code = n.county_code and s.membership_share_id = n.membership_share_id and s.version = n.version
returning s.membership_share_id;
