-- The audit trail: images of records (what they say, by record and its parts), events, the chain of seals.
-- An image statement takes the ids of its kind as texts and the names of columns that are no content.

-- name: add_events
-- Keeps what happened; each event waits to be sealed. No returning: it would ask for the right to read them.
with added as (
  insert into audit_event (county_code, audit_event_id, division_code, at, actor, role, operation, source, record_kind,
    record_id, reason, changes, trace_id, address, leaf_hash)
  select county_code, audit_event_id, division_code, at, actor, role, operation, source, record_kind,
    record_id, reason, changes, trace_id, address, leaf_hash
  from jsonb_populate_recordset(null::audit_event, $1::text::jsonb)
  on conflict do nothing
)
insert into audit_waiting (county_code, audit_event_id)
select county_code, audit_event_id from unnest($2::text[], $3::uuid[]) as waiting (county_code, audit_event_id)
returning audit_event_id;

-- name: image_household
-- What do these households say, with members, counts, tags, land, incomes and own history?
with h as materialized (
  select * from household where household_id = any($1::text[]::uuid[])
), person_ as (
  select p.county_code, p.household_id,
    jsonb_object_agg(p.person_id, to_jsonb(p) - $2::text[] - '{person_id,household_id}'::text[]) as part
  from h join person as p using (county_code, household_id)
  group by p.county_code, p.household_id
), headcount_ as (
  select c.county_code, c.household_id,
    jsonb_object_agg(c.counted_on, to_jsonb(c) - $2::text[] - '{headcount_id,household_id,counted_on}'::text[]) as part
  from h join headcount as c using (county_code, household_id)
  where c.superseded_at is null
  group by c.county_code, c.household_id
), tag_ as (
  select t.county_code, t.household_id,
    jsonb_object_agg(t.tag_code || ' ' || t.valid_from,
      to_jsonb(t) - $2::text[] - '{household_tag_id,household_id}'::text[]) as part
  from h join household_tag as t using (county_code, household_id)
  where t.superseded_at is null
  group by t.county_code, t.household_id
), parcel_ as (
  select o.county_code, o.household_id,
    jsonb_object_agg(o.parcel_id, jsonb_build_object('code', p.code, 'area_mu', coalesce(o.area_mu, p.area_mu))) as part
  from h join parcel_holder as o using (county_code, household_id) join parcel as p using (county_code, parcel_id)
  group by o.county_code, o.household_id
), land_ as (
  select u.county_code, u.household_id,
    jsonb_object_agg(u.land_use_id, to_jsonb(u) - $2::text[] - '{land_use_id,household_id}'::text[]) as part
  from h join land_use as u using (county_code, household_id)
  group by u.county_code, u.household_id
), income_ as (
  select i.county_code, i.household_id,
    jsonb_object_agg(i.year, to_jsonb(i) - $2::text[] - '{year,household_id}'::text[]) as part
  from h join household_income as i using (county_code, household_id)
  group by i.county_code, i.household_id
), history_ as (
  select o.county_code, o.household_id,
    jsonb_object_agg(o.crop_code || ' ' || o.year,
      to_jsonb(o) - $2::text[] - '{household_id,crop_code,year}'::text[]) as part
  from h join own_history as o using (county_code, household_id)
  group by o.county_code, o.household_id
), external_ as (
  select e.county_code, e.record_id as household_id, jsonb_object_agg(e.system, e.value) as part
  from h join external_id as e on e.county_code = h.county_code and e.record_id = h.household_id
  where e.record_kind = 'household'
  group by e.county_code, e.record_id
)
select h.household_id::text as record_id, h.county_code, h.village_code as division_code,
  to_jsonb(h) - $2::text[] - 'household_id'::text || jsonb_build_object('members', person_.part, 'headcounts', headcount_.part,
    'tags', tag_.part, 'parcels', parcel_.part, 'land_uses', land_.part, 'incomes', income_.part,
    'own_histories', history_.part, 'external_ids', external_.part) as image
from h
left join person_ using (county_code, household_id)
left join headcount_ using (county_code, household_id)
left join tag_ using (county_code, household_id)
left join parcel_ using (county_code, household_id)
left join land_ using (county_code, household_id)
left join income_ using (county_code, household_id)
left join history_ using (county_code, household_id)
left join external_ using (county_code, household_id);

-- name: image_contract
-- What do these contracts say, with versions, parties, components, terms, annex lines and pinned rows?
with k as materialized (
  select * from contract where contract_id = any($1::text[]::uuid[])
), version_ as (
  select v.county_code, v.contract_id,
    jsonb_object_agg(v.version_no, to_jsonb(v) - $2::text[] - '{contract_id,version_no}'::text[]) as part
  from k join contract_version as v using (county_code, contract_id)
  group by v.county_code, v.contract_id
), party_ as (
  select p.county_code, p.contract_id,
    jsonb_object_agg(p.party_id, to_jsonb(p) - $2::text[] - '{party_id,contract_id,signed_name}'::text[]
      || case when p.organization_id is null then jsonb_build_object('signed_name', p.signed_name)
        else jsonb_build_object('organization_name', p.signed_name) end) as part
  from k join party as p using (county_code, contract_id)
  group by p.county_code, p.contract_id
), terms_ as (
  select t.county_code, t.contract_id, t.component_id,
    jsonb_object_agg(t.version_no,
      to_jsonb(t) - $2::text[] - '{component_id,contract_id,version_no,terms}'::text[] || t.terms) as part
  from k join component_terms as t using (county_code, contract_id)
  group by t.county_code, t.contract_id, t.component_id
), component_ as (
  select c.county_code, c.contract_id,
    jsonb_object_agg(c.number, to_jsonb(c) - $2::text[] - '{component_id,contract_id,number}'::text[]
      || jsonb_build_object('terms', terms_.part)) as part
  from k join component as c using (county_code, contract_id)
  left join terms_ on terms_.county_code = c.county_code and terms_.component_id = c.component_id
  group by c.county_code, c.contract_id
), line_version as (
  select v.county_code, v.contract_id, v.participant_id,
    jsonb_object_agg(v.version_no, to_jsonb(v) - $2::text[]
      - '{participant_version_id,contract_id,participant_id,version_no}'::text[]) as part
  from k join participant_version as v using (county_code, contract_id)
  where v.superseded_at is null
  group by v.county_code, v.contract_id, v.participant_id
), line_land as (
  select l.county_code, l.participant_id, jsonb_agg(l.land_use_id order by l.land_use_id) as part
  from k join participant as p using (county_code, contract_id)
  join participant_land_use as l using (county_code, participant_id)
  group by l.county_code, l.participant_id
), participant_ as (
  select p.county_code, p.contract_id,
    jsonb_object_agg(p.participant_id, to_jsonb(p) - $2::text[] - '{participant_id,contract_id}'::text[]
      || jsonb_build_object('versions', line_version.part, 'land_uses', line_land.part)) as part
  from k join participant as p using (county_code, contract_id)
  left join line_version on line_version.county_code = p.county_code and line_version.participant_id = p.participant_id
  left join line_land on line_land.county_code = p.county_code and line_land.participant_id = p.participant_id
  group by p.county_code, p.contract_id
), pin_ as (
  select r.county_code, r.contract_id,
    jsonb_object_agg(concat_ws(' ', r.participant_id, r.crop_code),
      to_jsonb(r) - $2::text[] - '{reference_pin_id,contract_id,participant_id,crop_code}'::text[]) as part
  from k join reference_pin as r using (county_code, contract_id)
  where r.superseded_at is null
  group by r.county_code, r.contract_id
)
select k.contract_id::text as record_id, k.county_code, k.village_code as division_code,
  to_jsonb(k) - $2::text[] - 'contract_id'::text || jsonb_build_object('versions', version_.part, 'parties', party_.part,
    'components', component_.part, 'participants', participant_.part, 'pins', pin_.part) as image
from k
left join version_ using (county_code, contract_id)
left join party_ using (county_code, contract_id)
left join component_ using (county_code, contract_id)
left join participant_ using (county_code, contract_id)
left join pin_ using (county_code, contract_id);
