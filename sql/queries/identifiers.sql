-- Personal numbers of persons: encrypted, with their masks and keyed hashes.

-- name: identifiers_of
-- Which numbers are kept of these households' members? Masks only.
select county_code, person_id, household_id, kind, mask, source_date, version, updated_at, updated_by
from person_identifier
where county_code = $1 and household_id = any($2::uuid[])
order by person_id, kind;

-- name: identifier
-- One number of a person, sealed.
select county_code, person_id, household_id, village_code, kind, mask, ciphertext, key_version, lookup, source_date,
  version, updated_at, updated_by
from person_identifier
where county_code = $1 and person_id = $2 and kind = $3;

-- name: same_in_household
-- Does another member of the household have this ID, under whatever key version?
select exists(
  select from person_identifier
  where county_code = $1 and household_id = $2 and person_id <> $3 and kind = 'id_number' and lookup = any($4::bytea[])
) as found;

-- name: put_identifiers
-- Numbers as they will be stored; one that is there is replaced.
insert into person_identifier (county_code, person_id, kind, village_code, household_id, ciphertext, key_version, lookup,
  tail, mask, version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, person_id, kind, village_code, household_id, ciphertext, key_version, lookup,
  tail, mask, version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::person_identifier, $1::text::jsonb)
on conflict (person_id, kind, county_code) do update set
  ciphertext = excluded.ciphertext, key_version = excluded.key_version, lookup = excluded.lookup, tail = excluded.tail,
  mask = excluded.mask, version = person_identifier.version + 1, source = excluded.source,
  source_date = excluded.source_date, import_batch_id = excluded.import_batch_id, updated_at = excluded.updated_at,
  updated_by = excluded.updated_by
returning county_code, person_id, household_id, kind, mask, source_date, version, updated_at, updated_by;

-- name: remove_identifiers
-- These kinds of numbers of a person are no longer kept; answers those that were.
delete from person_identifier
where county_code = $1 and person_id = $2 and kind = any($3::text[])
returning county_code, person_id, household_id, kind, mask, source_date, version, updated_at, updated_by;

-- name: persons_by_lookup
-- Who bears this number, among the persons in scope?
select i.county_code, i.person_id, i.household_id, i.village_code, i.kind, i.mask, p.name, p.is_head,
  p.valid_to as left_on, h.number
from person_identifier as i
join person as p using (county_code, person_id)
join household as h on h.county_code = i.county_code and h.household_id = i.household_id
where i.kind = $1 and i.lookup = any($2::bytea[])
order by i.village_code, h.number, p.name, i.person_id
limit $3;

-- name: sealed_numbers
-- The numbers of these kinds of these persons, sealed.
select county_code, person_id, household_id, village_code, kind, mask, ciphertext, key_version, lookup, source_date,
  version, updated_at, updated_by
from person_identifier
where county_code = $1 and person_id = any($2::uuid[]) and kind = any($3::text[]);
