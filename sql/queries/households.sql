-- Households, their persons, headcounts, tags, parcels, land uses, incomes and own history.

-- name: places
-- What are these division codes, and may the caller write there?
select division_code, name, level, valid_from, valid_to,
  coalesce(division_code between write_from() and write_to() or division_code = any(write_villages()), false) as writable
from division
where division_code = any($1::text[]);

-- name: add_households
-- New households; a number that its village already has is left out of the answer.
insert into household (county_code, household_id, village_code, group_name, number, contracted_mu, contracted_until,
  extension_signed, valid_from, valid_to, end_kind, home_county_code, home_household_id,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, household_id, village_code, group_name, number, contracted_mu, contracted_until,
  extension_signed, valid_from, valid_to, end_kind, home_county_code, home_household_id,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::household, $1::text::jsonb)
on conflict do nothing
returning household_id;

-- name: change_households
-- The households as they will be stored, where nobody changed them since; answers those written.
update household as h
set number = n.number, group_name = n.group_name, contracted_mu = n.contracted_mu,
  contracted_until = n.contracted_until, extension_signed = n.extension_signed,
  valid_to = n.valid_to, end_kind = n.end_kind, version = h.version + 1, source = n.source,
  source_date = n.source_date, import_batch_id = n.import_batch_id, updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::household, $1::text::jsonb) as n
where h.county_code = n.county_code and h.household_id = n.household_id and h.version = n.version
returning h.household_id;

-- name: bump_households
-- Members, counts or tags of these households changed: their version rises.
update household
set version = version + 1, updated_at = $3, updated_by = $4
where county_code = $1 and household_id = any($2::uuid[])
returning household_id;

-- name: hold_households
-- Nobody else changes these households or their parts until the transaction ends; no row outside the write scope.
select household_id
from household
where county_code = $1 and household_id = any($2::uuid[])
order by household_id
for no key update;

-- name: household_by_id
-- The household itself.
select county_code, household_id, village_code, group_name, number, contracted_mu, contracted_until, extension_signed,
  valid_from, valid_to, end_kind, home_county_code, home_household_id,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from household
where household_id = $1;

-- name: households_by_ids
-- These households of these counties.
select county_code, household_id, village_code, group_name, number, contracted_mu, contracted_until, extension_signed,
  valid_from, valid_to, end_kind, home_county_code, home_household_id,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from household
where county_code = any($1::text[]) and household_id = any($2::uuid[]);

-- name: household_detail
-- The household with its head, members, latest count and tags as on the day $2.
select h.county_code, h.household_id, h.village_code, h.group_name, h.number, h.contracted_mu, h.contracted_until,
  h.extension_signed, h.valid_from, h.valid_to, h.end_kind, h.home_county_code, h.home_household_id,
  h.version, h.source, h.source_date, h.import_batch_id, h.created_at, h.created_by, h.updated_at, h.updated_by,
  (select p.name from person as p
    where p.county_code = h.county_code and p.household_id = h.household_id and p.is_head and p.valid_to is null
  ) as head_name,
  (select coalesce(jsonb_agg(jsonb_build_object('person_id', p.person_id, 'name', p.name, 'is_head', p.is_head,
      'relation', p.relation, 'valid_from', p.valid_from, 'valid_to', p.valid_to, 'version', p.version)
      order by p.valid_to is not null, not p.is_head, p.valid_from, p.person_id), '[]')
    from person as p
    where p.county_code = h.county_code and p.household_id = h.household_id
  ) as members,
  (select jsonb_build_object('counted_on', c.counted_on, 'registered', c.registered, 'resident', c.resident,
      'labour', c.labour)
    from headcount as c
    where c.county_code = h.county_code and c.household_id = h.household_id and c.superseded_at is null
      and c.counted_on <= $2
    order by c.counted_on desc
    limit 1
  ) as headcount,
  (select coalesce(jsonb_agg(jsonb_build_object('household_tag_id', t.household_tag_id, 'tag_code', t.tag_code,
      'label', k.label, 'valid_from', t.valid_from, 'valid_to', t.valid_to) order by t.tag_code), '[]')
    from household_tag as t join tag as k using (tag_code)
    where t.county_code = h.county_code and t.household_id = h.household_id and t.superseded_at is null
      and t.valid_from <= $2 and (t.valid_to is null or t.valid_to >= $2)
  ) as tags
from household as h
where h.household_id = $1;

-- name: household_list
-- Which households of the counties $1 (null: all) and ranges $2..$3 are there, after the place ($8, $9, $10), as on the day $4?
-- $5 tag; $6 exists on; $7 changed since.
select h.county_code, h.household_id, h.village_code, h.number, h.group_name,
  (select p.name from person as p
    where p.county_code = h.county_code and p.household_id = h.household_id and p.is_head and p.valid_to is null
  ) as head_name,
  h.contracted_mu, h.contracted_until, h.extension_signed, c.registered, c.resident, c.labour,
  array(select t.tag_code from household_tag as t
    where t.county_code = h.county_code and t.household_id = h.household_id and t.superseded_at is null
      and t.valid_from <= $4 and (t.valid_to is null or t.valid_to >= $4)
    order by t.tag_code
  ) as tags,
  h.valid_from, h.valid_to, h.version, h.updated_at
from household as h
left join lateral (
  select k.registered, k.resident, k.labour
  from headcount as k
  where k.county_code = h.county_code and k.household_id = h.household_id and k.superseded_at is null
    and k.counted_on <= $4
  order by k.counted_on desc
  limit 1
) as c on true
where ($1::text[] is null or h.county_code = any($1))
  and h.village_code between ($2::text[])[1] and ($3::text[])[cardinality($3::text[])]
  and exists (
    select from unnest($2::text[], $3::text[]) as place (first_code, last_code)
    where h.village_code between place.first_code and place.last_code)
  and ($5::text is null or (h.county_code, h.household_id) in (
    select t.county_code, t.household_id
    from household_tag as t
    where t.superseded_at is null and t.tag_code = $5 and t.valid_from <= $4 and (t.valid_to is null or t.valid_to >= $4)))
  and ($6::date is null or h.valid_from <= $6 and (h.valid_to is null or h.valid_to >= $6))
  and ($7::timestamptz is null or h.updated_at >= $7)
  and ($8::text is null or (h.village_code, h.number, h.household_id) > ($8, $9::text, $10::uuid))
order by h.village_code, h.number, h.household_id
limit $11;

-- name: household_count
-- How many households are there? Parameters as in household_list.
select count(*)
from unnest($2::text[], $3::text[]) as place (first_code, last_code)
join household as h on h.village_code between place.first_code and place.last_code
where ($1::text[] is null or h.county_code = any($1))
  and ($5::text is null or (h.county_code, h.household_id) in (
    select t.county_code, t.household_id
    from household_tag as t
    where t.superseded_at is null and t.tag_code = $5 and t.valid_from <= $4 and (t.valid_to is null or t.valid_to >= $4)))
  and ($6::date is null or h.valid_from <= $6 and (h.valid_to is null or h.valid_to >= $6))
  and ($7::timestamptz is null or h.updated_at >= $7);

-- name: households_found
-- Which of these households match? Parameters up to $7 as in household_list. $8 text in a name, or start of the number; $9 the
-- same as pinyin; $10 hashes of an ID's last four characters. The text is sought in all names at once, not household by
-- household; offset 0 has the households found looked up by their key, however many the planner expects.
with found as materialized (
  select h.county_code, h.household_id
  from unnest($2::text[], $3::text[]) as place (first_code, last_code)
  join household as h on h.village_code between place.first_code and place.last_code
  where starts_with(h.number, $8) and ($1::text[] is null or h.county_code = any($1))
  union
  select p.county_code, p.household_id
  from unnest($2::text[], $3::text[]) as place (first_code, last_code)
  join person as p on p.village_code between place.first_code and place.last_code
  where p.valid_to is null and ($1::text[] is null or p.county_code = any($1))
    and (strpos(p.name, $8) > 0 or $9::text is not null and strpos(' ' || p.search_key, ' ' || $9) > 0)
  union
  select i.county_code, i.household_id
  from unnest($2::text[], $3::text[]) as place (first_code, last_code)
  join person_identifier as i on i.village_code between place.first_code and place.last_code
  where i.kind = 'id_number' and i.tail = any($10::bytea[]) and ($1::text[] is null or i.county_code = any($1))
)
select h.county_code, h.household_id, h.village_code, h.number, h.group_name,
  (select p.name from person as p
    where p.county_code = h.county_code and p.household_id = h.household_id and p.is_head and p.valid_to is null
  ) as head_name,
  h.contracted_mu, h.contracted_until, h.extension_signed, c.registered, c.resident, c.labour,
  array(select t.tag_code from household_tag as t
    where t.county_code = h.county_code and t.household_id = h.household_id and t.superseded_at is null
      and t.valid_from <= $4 and (t.valid_to is null or t.valid_to >= $4)
    order by t.tag_code
  ) as tags,
  h.valid_from, h.valid_to, h.version, h.updated_at
from (
  select h.county_code, h.household_id, h.village_code, h.number, h.group_name, h.contracted_mu, h.contracted_until,
    h.extension_signed, h.valid_from, h.valid_to, h.version, h.updated_at
  from found
  cross join lateral (
    select h.county_code, h.household_id, h.village_code, h.number, h.group_name, h.contracted_mu, h.contracted_until,
      h.extension_signed, h.valid_from, h.valid_to, h.version, h.updated_at
    from household as h
    where h.county_code = found.county_code and h.household_id = found.household_id
    offset 0
  ) as h
  where ($5::text is null or (h.county_code, h.household_id) in (
      select t.county_code, t.household_id
      from household_tag as t
      where t.superseded_at is null and t.tag_code = $5 and t.valid_from <= $4 and (t.valid_to is null or t.valid_to >= $4)))
    and ($6::date is null or h.valid_from <= $6 and (h.valid_to is null or h.valid_to >= $6))
    and ($7::timestamptz is null or h.updated_at >= $7)
    and ($11::text is null or (h.village_code, h.number, h.household_id) > ($11, $12::text, $13::uuid))
  order by h.village_code, h.number, h.household_id
  limit $14
) as h
left join lateral (
  select k.registered, k.resident, k.labour
  from headcount as k
  where k.county_code = h.county_code and k.household_id = h.household_id and k.superseded_at is null
    and k.counted_on <= $4
  order by k.counted_on desc
  limit 1
) as c on true
order by h.village_code, h.number, h.household_id;

-- name: households_found_count
-- How many households match? Parameters as in households_found.
with found as materialized (
  select h.county_code, h.household_id
  from unnest($2::text[], $3::text[]) as place (first_code, last_code)
  join household as h on h.village_code between place.first_code and place.last_code
  where starts_with(h.number, $8) and ($1::text[] is null or h.county_code = any($1))
  union
  select p.county_code, p.household_id
  from unnest($2::text[], $3::text[]) as place (first_code, last_code)
  join person as p on p.village_code between place.first_code and place.last_code
  where p.valid_to is null and ($1::text[] is null or p.county_code = any($1))
    and (strpos(p.name, $8) > 0 or $9::text is not null and strpos(' ' || p.search_key, ' ' || $9) > 0)
  union
  select i.county_code, i.household_id
  from unnest($2::text[], $3::text[]) as place (first_code, last_code)
  join person_identifier as i on i.village_code between place.first_code and place.last_code
  where i.kind = 'id_number' and i.tail = any($10::bytea[]) and ($1::text[] is null or i.county_code = any($1))
)
select count(*)
from found
cross join lateral (
  select h.county_code, h.household_id, h.valid_from, h.valid_to, h.updated_at
  from household as h
  where h.county_code = found.county_code and h.household_id = found.household_id
  offset 0
) as h
where ($5::text is null or (h.county_code, h.household_id) in (
    select t.county_code, t.household_id
    from household_tag as t
    where t.superseded_at is null and t.tag_code = $5 and t.valid_from <= $4 and (t.valid_to is null or t.valid_to >= $4)))
  and ($6::date is null or h.valid_from <= $6 and (h.valid_to is null or h.valid_to >= $6))
  and ($7::timestamptz is null or h.updated_at >= $7);

-- name: household_items
-- What is shown of these households of one county, as on the day $3?
select h.county_code, h.household_id, h.village_code, h.number, h.group_name,
  (select p.name from person as p
    where p.county_code = h.county_code and p.household_id = h.household_id and p.is_head and p.valid_to is null
  ) as head_name,
  h.contracted_mu, h.contracted_until, h.extension_signed, c.registered, c.resident, c.labour,
  array(select t.tag_code from household_tag as t
    where t.county_code = h.county_code and t.household_id = h.household_id and t.superseded_at is null
      and t.valid_from <= $3 and (t.valid_to is null or t.valid_to >= $3)
    order by t.tag_code
  ) as tags,
  h.valid_from, h.valid_to, h.version, h.updated_at
from household as h
left join lateral (
  select k.registered, k.resident, k.labour
  from headcount as k
  where k.county_code = h.county_code and k.household_id = h.household_id and k.superseded_at is null
    and k.counted_on <= $3
  order by k.counted_on desc
  limit 1
) as c on true
where h.county_code = $1 and h.household_id = any($2::uuid[]);

-- name: candidates
-- Which households of these villages bear one of the numbers $3, or have a member with one of the names $4?
select h.county_code, h.household_id, h.village_code, h.number, h.contracted_mu, h.valid_to,
  (select p.name from person as p
    where p.county_code = h.county_code and p.household_id = h.household_id and p.is_head and p.valid_to is null
  ) as head_name,
  array(select p.name::text from person as p
    where p.county_code = h.county_code and p.household_id = h.household_id and p.valid_to is null
  ) as names
from household as h
where h.county_code = any($1::text[]) and h.village_code = any($2::text[])
  and (h.number = any($3::text[]) or exists (
    select from person as p
    where p.county_code = h.county_code and p.household_id = h.household_id and p.valid_to is null
      and p.name = any($4::text[])))
order by h.village_code, h.number;

-- name: add_persons
-- New persons of households.
insert into person (county_code, person_id, village_code, household_id, name, search_key, is_head, relation,
  valid_from, valid_to, version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, person_id, village_code, household_id, name, search_key, is_head, relation,
  valid_from, valid_to, version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::person, $1::text::jsonb)
returning person_id;

-- name: person_by_id
-- One person.
select county_code, person_id, village_code, household_id, name, search_key, is_head, relation, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from person
where person_id = $1;

-- name: persons_of
-- The persons of these households of these counties, current ones first.
select county_code, person_id, village_code, household_id, name, search_key, is_head, relation, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from person
where county_code = any($1::text[]) and household_id = any($2::uuid[])
order by household_id, valid_to is not null, not is_head, valid_from, person_id;

-- name: change_person
-- The person as it will be stored, where nobody changed it since.
update person as p
set name = n.name, search_key = n.search_key, is_head = n.is_head, relation = n.relation, valid_to = n.valid_to,
  version = p.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::person, $1::text::jsonb) as n
where p.county_code = n.county_code and p.person_id = n.person_id and p.version = n.version
returning p.person_id;

-- name: clear_head
-- Nobody is the head of this household any more.
update person
set is_head = false, version = version + 1, updated_at = $3, updated_by = $4
where county_code = $1 and household_id = $2 and is_head and valid_to is null
returning person_id;

-- name: add_headcounts
-- New counts of persons.
insert into headcount (county_code, headcount_id, village_code, household_id, counted_on, registered, resident, labour,
  recorded_at, created_by, source, source_date, import_batch_id)
select county_code, headcount_id, village_code, household_id, counted_on, registered, resident, labour,
  recorded_at, created_by, source, source_date, import_batch_id
from jsonb_populate_recordset(null::headcount, $1::text::jsonb)
returning headcount_id;

-- name: headcounts_of
-- All counts of a household, superseded ones too, latest first.
select county_code, headcount_id, village_code, household_id, counted_on, registered, resident, labour,
  recorded_at, superseded_at, created_by, source, source_date, import_batch_id
from headcount
where county_code = $1 and household_id = $2
order by counted_on desc, recorded_at desc, headcount_id desc;

-- name: standing_headcounts
-- The counts of these households that nothing superseded.
select county_code, headcount_id, village_code, household_id, counted_on, registered, resident, labour,
  recorded_at, superseded_at, created_by, source, source_date, import_batch_id
from headcount
where county_code = any($1::text[]) and household_id = any($2::uuid[]) and superseded_at is null;

-- name: supersede_headcounts
-- These counts no longer stand.
update headcount
set superseded_at = $3
where county_code = any($1::text[]) and headcount_id = any($2::uuid[]) and superseded_at is null
returning headcount_id;

-- name: known_tags
-- The code list of tags.
select tag_code, label, valid_from, valid_to
from tag
order by tag_code;

-- name: add_tags
-- New tags of households.
insert into household_tag (county_code, household_tag_id, village_code, household_id, tag_code, valid_from, valid_to,
  recorded_at, created_by, source, source_date, import_batch_id)
select county_code, household_tag_id, village_code, household_id, tag_code, valid_from, valid_to,
  recorded_at, created_by, source, source_date, import_batch_id
from jsonb_populate_recordset(null::household_tag, $1::text::jsonb)
returning household_tag_id;

-- name: tags_of
-- All tags of a household, superseded ones too.
select county_code, household_tag_id, village_code, household_id, tag_code, valid_from, valid_to,
  recorded_at, superseded_at, created_by, source, source_date, import_batch_id
from household_tag
where county_code = $1 and household_id = $2
order by tag_code, valid_from desc, recorded_at desc, household_tag_id desc;

-- name: standing_tags
-- The tags of these households that nothing superseded.
select county_code, household_tag_id, village_code, household_id, tag_code, valid_from, valid_to,
  recorded_at, superseded_at, created_by, source, source_date, import_batch_id
from household_tag
where county_code = any($1::text[]) and household_id = any($2::uuid[]) and superseded_at is null;

-- name: supersede_tag
-- This tag row no longer stands.
update household_tag
set superseded_at = $3
where county_code = $1 and household_tag_id = $2 and superseded_at is null
returning household_tag_id;

-- name: add_parcels
-- New parcels; a code that the village already has is left out of the answer.
insert into parcel (county_code, parcel_id, village_code, code, name, area_mu, land_grade, bounds,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, parcel_id, village_code, code, name, area_mu, land_grade, bounds,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::parcel, $1::text::jsonb)
on conflict do nothing
returning parcel_id;

-- name: hold_parcel
-- Nobody else changes the parcel or its holders until the transaction ends.
select parcel_id
from parcel
where county_code = $1 and parcel_id = $2
for no key update;

-- name: change_parcel
-- The parcel as it will be stored, where nobody changed it since.
update parcel as p
set code = n.code, name = n.name, area_mu = n.area_mu, land_grade = n.land_grade, bounds = n.bounds,
  version = p.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::parcel, $1::text::jsonb) as n
where p.county_code = n.county_code and p.parcel_id = n.parcel_id and p.version = n.version
returning p.parcel_id;

-- name: parcels_by_codes
-- The parcels of a village that bear these codes.
select county_code, parcel_id, village_code, code, name, area_mu, land_grade, bounds,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from parcel
where county_code = $1 and village_code = $2 and code = any($3::text[]);

-- name: parcel_detail
-- A parcel with the households that hold it.
select p.county_code, p.parcel_id, p.village_code, p.code, p.name, p.area_mu, p.land_grade, p.bounds,
  p.version, p.source, p.source_date, p.import_batch_id, p.created_at, p.created_by, p.updated_at, p.updated_by,
  (select coalesce(jsonb_agg(jsonb_build_object('household_id', o.household_id, 'number', h.number,
      'head_name', m.name, 'area_mu', o.area_mu::text) order by h.number), '[]')
    from parcel_holder as o
    join household as h using (county_code, household_id)
    left join person as m on m.county_code = h.county_code and m.household_id = h.household_id
      and m.is_head and m.valid_to is null
    where o.county_code = p.county_code and o.parcel_id = p.parcel_id
  ) as holders
from parcel as p
where p.parcel_id = $1;

-- name: parcels_of
-- The parcels a household holds, each with all its holders.
select p.county_code, p.parcel_id, p.village_code, p.code, p.name, p.area_mu, p.land_grade, p.bounds,
  p.version, p.source, p.source_date, p.import_batch_id, p.created_at, p.created_by, p.updated_at, p.updated_by,
  (select coalesce(jsonb_agg(jsonb_build_object('household_id', o.household_id, 'number', h.number,
      'head_name', m.name, 'area_mu', o.area_mu::text) order by h.number), '[]')
    from parcel_holder as o
    join household as h using (county_code, household_id)
    left join person as m on m.county_code = h.county_code and m.household_id = h.household_id
      and m.is_head and m.valid_to is null
    where o.county_code = p.county_code and o.parcel_id = p.parcel_id
  ) as holders
from parcel as p
join parcel_holder as held using (county_code, parcel_id)
where held.county_code = $1 and held.household_id = $2
order by p.code;

-- name: add_holders
-- Households hold parcels, or a part of them; one that does so already is left out of the answer.
insert into parcel_holder (county_code, parcel_id, household_id, village_code, area_mu, created_at, created_by)
select county_code, parcel_id, household_id, village_code, area_mu, created_at, created_by
from jsonb_populate_recordset(null::parcel_holder, $1::text::jsonb)
on conflict do nothing
returning household_id;

-- name: remove_holder
-- The household no longer holds the parcel.
delete from parcel_holder
where county_code = $1 and parcel_id = $2 and household_id = $3
returning household_id;

-- name: known_crops
-- Which of these codes are crops?
select crop_code
from crop
where crop_code = any($1::text[]);

-- name: add_land_uses
-- New land uses.
insert into land_use (county_code, land_use_id, village_code, household_id, parcel_id, area_mu, season_id, use_from,
  use_to, displaced_crops, rented_in, rent_either_way, rent_paid,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, land_use_id, village_code, household_id, parcel_id, area_mu, season_id, use_from,
  use_to, displaced_crops, rented_in, rent_either_way, rent_paid,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::land_use, $1::text::jsonb)
returning land_use_id;

-- name: change_land_uses
-- The land uses as they will be stored, where nobody changed them since; in_force: those under an annex line of a contract
-- that was ever in force.
update land_use as u
set parcel_id = n.parcel_id, area_mu = n.area_mu, season_id = n.season_id, use_from = n.use_from, use_to = n.use_to,
  displaced_crops = n.displaced_crops, rented_in = n.rented_in, rent_either_way = n.rent_either_way,
  rent_paid = n.rent_paid, version = u.version + 1, source = n.source, source_date = n.source_date,
  import_batch_id = n.import_batch_id, updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::land_use, $1::text::jsonb) as n
where u.county_code = n.county_code and u.land_use_id = n.land_use_id and u.version = n.version
returning u.land_use_id, exists (
  select from participant_land_use as l
  join participant as a using (county_code, participant_id)
  join contract as c using (county_code, contract_id)
  where l.county_code = u.county_code and l.land_use_id = u.land_use_id and c.status in ('signed', 'completed', 'terminated')
) as in_force;

-- name: land_use_row
-- One land use as stored.
select county_code, land_use_id, village_code, household_id, parcel_id, area_mu, season_id, use_from, use_to,
  displaced_crops, rented_in, rent_either_way, rent_paid,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from land_use
where land_use_id = $1;

-- name: land_uses_of
-- The land uses of a household, latest first.
select u.county_code, u.land_use_id, u.village_code, u.household_id, u.parcel_id, u.area_mu, u.season_id, u.use_from,
  u.use_to, u.displaced_crops, u.rented_in, u.rent_either_way, u.rent_paid,
  u.version, u.source, u.source_date, u.import_batch_id, u.created_at, u.created_by, u.updated_at, u.updated_by,
  p.code as parcel_code, s.name as season_name, coalesce(u.use_from, s.starts_on) as first_day,
  coalesce(u.use_to, s.ends_on) as last_day, u.displaced_crops = '{}' as idle
from land_use as u
left join parcel as p using (county_code, parcel_id)
left join season as s using (season_id)
where u.county_code = $1 and u.household_id = $2
order by coalesce(u.use_to, s.ends_on) desc, u.land_use_id;

-- name: land_uses_by_ids
-- These land uses of one county.
select u.county_code, u.land_use_id, u.village_code, u.household_id, u.parcel_id, u.area_mu, u.season_id, u.use_from,
  u.use_to, u.displaced_crops, u.rented_in, u.rent_either_way, u.rent_paid,
  u.version, u.source, u.source_date, u.import_batch_id, u.created_at, u.created_by, u.updated_at, u.updated_by,
  p.code as parcel_code, s.name as season_name, coalesce(u.use_from, s.starts_on) as first_day,
  coalesce(u.use_to, s.ends_on) as last_day, u.displaced_crops = '{}' as idle
from land_use as u
left join parcel as p using (county_code, parcel_id)
left join season as s using (season_id)
where u.county_code = $1 and u.land_use_id = any($2::uuid[])
order by u.land_use_id;

-- name: land_facts
-- What is land of the households $3 in the village $2 of the county $1 checked against? Further parcels by id ($4) and code
-- ($5), seasons $6, land uses $7. piece: parcels named or used by land uses that are. used: land uses named, of these
-- households, or on these parcels.
with piece as materialized (
  select parcel_id from parcel where county_code = $1 and parcel_id = any($4::uuid[])
  union
  select parcel_id from parcel where county_code = $1 and village_code = $2 and code = any($5::text[])
  union
  select parcel_id from land_use where county_code = $1 and land_use_id = any($7::uuid[])
), used as materialized (
  select u.county_code, u.land_use_id, u.village_code, u.household_id, u.parcel_id, u.area_mu, u.season_id, u.use_from,
    u.use_to, u.displaced_crops, u.rented_in, u.rent_either_way, u.rent_paid, u.version, u.source, u.source_date,
    u.import_batch_id, u.created_at, u.created_by, u.updated_at, u.updated_by,
    (
      select coalesce(json_agg(found), '[]')
      from (
        select l.participant_id, c.status
        from participant_land_use as l
        left join participant as a on a.county_code = l.county_code and a.participant_id = l.participant_id
        left join contract as c on c.county_code = a.county_code and c.contract_id = a.contract_id
        where l.county_code = u.county_code and l.land_use_id = u.land_use_id
      ) as found
    ) as links
  from land_use as u
  where u.county_code = $1 and (
    u.land_use_id = any($7::uuid[])
    or u.village_code = $2 and (u.household_id = any($3::uuid[]) or u.parcel_id in (select parcel_id from piece))
  )
)
select
  (select coalesce(json_agg(used order by used.land_use_id), '[]') from used) as uses,
  -- How much own land have these households: contracted, else what they hold of parcels?
  (
    select coalesce(json_agg(found), '[]')
    from (
      select h.household_id, h.village_code, h.number,
        (
          select p.name
          from person as p
          where p.county_code = h.county_code and p.household_id = h.household_id and p.is_head and p.valid_to is null
        ) as head_name,
        coalesce(h.contracted_mu, (
          select sum(coalesce(o.area_mu, p.area_mu))
          from parcel_holder as o
          join parcel as p using (county_code, parcel_id)
          where o.county_code = h.county_code and o.household_id = h.household_id
        )) as land_mu
      from household as h
      where h.county_code = $1 and h.household_id = any($3::uuid[])
    ) as found
  ) as households,
  -- These parcels.
  (
    select coalesce(json_agg(found), '[]')
    from (
      select county_code, parcel_id, village_code, code, name, area_mu, land_grade, bounds, version, source, source_date,
        import_batch_id, created_at, created_by, updated_at, updated_by
      from parcel
      where county_code = $1 and parcel_id in (select parcel_id from piece)
    ) as found
  ) as parcels,
  -- The days and places of the seasons.
  (
    select coalesce(json_agg(found), '[]')
    from (
      select season_id, name, year, division_code, starts_on, ends_on
      from season
      where season_id = any($6::uuid[]) or season_id in (select season_id from used)
    ) as found
  ) as seasons,
  -- Which crops are there?
  (
    select coalesce(json_agg(found), '[]')
    from (
      select crop_code, name
      from crop
      order by name, crop_code
    ) as found
  ) as crops;

-- name: add_income
-- A year's income; a year that is there already is left out of the answer.
insert into household_income (county_code, household_id, year, village_code, amount, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, household_id, year, village_code, amount, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::household_income, $1::text::jsonb)
on conflict do nothing
returning household_id;

-- name: change_income
-- The income as it will be stored, where nobody changed it since.
update household_income as i
set amount = n.amount, source_text = n.source_text, version = i.version + 1, source = n.source,
  source_date = n.source_date, import_batch_id = n.import_batch_id, updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::household_income, $1::text::jsonb) as n
where i.county_code = n.county_code and i.household_id = n.household_id and i.year = n.year and i.version = n.version
returning i.household_id;

-- name: incomes_of
-- The recorded incomes of a household, latest year first.
select county_code, household_id, year, village_code, amount, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from household_income
where county_code = $1 and household_id = $2
order by year desc;

-- name: income_of_year
-- The recorded income of a household in a year.
select county_code, household_id, year, village_code, amount, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from household_income
where county_code = $1 and household_id = $2 and year = $3;

-- name: add_own_history
-- A crop and year before the contract; one that is there already is left out of the answer.
insert into own_history (county_code, household_id, crop_code, year, village_code, area_mu, cash_income, own_days,
  evidence, version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, household_id, crop_code, year, village_code, area_mu, cash_income, own_days,
  evidence, version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::own_history, $1::text::jsonb)
on conflict do nothing
returning household_id;

-- name: change_own_history
-- The own history as it will be stored, where nobody changed it since.
update own_history as o
set area_mu = n.area_mu, cash_income = n.cash_income, own_days = n.own_days, evidence = n.evidence,
  version = o.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::own_history, $1::text::jsonb) as n
where o.county_code = n.county_code and o.household_id = n.household_id and o.crop_code = n.crop_code
  and o.year = n.year and o.version = n.version
returning o.household_id;

-- name: own_history_of
-- What a household grew before its first contract, latest year first.
select county_code, household_id, crop_code, year, village_code, area_mu, cash_income, own_days, evidence,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from own_history
where county_code = $1 and household_id = $2
order by year desc, crop_code;

-- name: own_history_of_year
-- What a household grew of a crop in a year.
select county_code, household_id, crop_code, year, village_code, area_mu, cash_income, own_days, evidence,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from own_history
where county_code = $1 and household_id = $2 and crop_code = $3 and year = $4;
