-- The audit trail: images of records (what they say, by record and its parts), events, the chain of seals.
-- An image statement takes the ids of its kind and the names of columns that are no content.

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
select h.household_id::text as record_id, h.county_code, h.village_code as division_code,
  to_jsonb(h) - $2::text[] - 'household_id'::text || jsonb_build_object(
    'members', (select jsonb_object_agg(p.person_id, jsonb_build_object('name', p.name,
        'is_head', p.is_head, 'relation', p.relation, 'valid_from', p.valid_from, 'valid_to', p.valid_to,
        'source_date', p.source_date))
      from person as p
      where p.county_code = h.county_code and p.household_id = h.household_id),
    'headcounts', (select jsonb_object_agg(c.counted_on,
        jsonb_build_object('registered', c.registered,
        'resident', c.resident, 'labour', c.labour, 'source_date', c.source_date))
      from headcount as c
      where c.county_code = h.county_code and c.household_id = h.household_id and c.superseded_at is null),
    'tags', (select jsonb_object_agg(t.tag_code || ' ' || t.valid_from,
        to_jsonb(t) - $2::text[] - '{household_tag_id,household_id}'::text[])
      from household_tag as t
      where t.county_code = h.county_code and t.household_id = h.household_id and t.superseded_at is null),
    'parcels', (select jsonb_object_agg(o.parcel_id,
        jsonb_build_object('code', p.code, 'area_mu', coalesce(o.area_mu, p.area_mu)))
      from parcel_holder as o join parcel as p using (county_code, parcel_id)
      where o.county_code = h.county_code and o.household_id = h.household_id),
    'land_uses', (select jsonb_object_agg(u.land_use_id, to_jsonb(u) - $2::text[] - '{land_use_id,household_id}'::text[])
      from land_use as u
      where u.county_code = h.county_code and u.household_id = h.household_id),
    'incomes', (select jsonb_object_agg(i.year, to_jsonb(i) - $2::text[] - '{year,household_id}'::text[])
      from household_income as i
      where i.county_code = h.county_code and i.household_id = h.household_id),
    'own_histories', (select jsonb_object_agg(o.crop_code || ' ' || o.year,
        to_jsonb(o) - $2::text[] - '{household_id,crop_code,year}'::text[])
      from own_history as o
      where o.county_code = h.county_code and o.household_id = h.household_id),
    'external_ids', (select jsonb_object_agg(e.system, e.value)
      from external_id as e
      where e.county_code = h.county_code and e.record_id = h.household_id and e.record_kind = 'household')
  ) as image
from household as h
where h.household_id = any($1::uuid[]);

-- name: image_contract
-- What do these contracts say, with versions, parties, components, terms, annex lines and pinned rows?
select k.contract_id::text as record_id, k.county_code, k.village_code as division_code,
  to_jsonb(k) - $2::text[] - 'contract_id'::text || jsonb_build_object(
    'versions', (select jsonb_object_agg(v.version_no, to_jsonb(v) - $2::text[] - '{contract_id,version_no}'::text[])
      from contract_version as v
      where v.county_code = k.county_code and v.contract_id = k.contract_id),
    'parties', (select jsonb_object_agg(p.party_id,
        to_jsonb(p) - $2::text[] - '{party_id,contract_id,signed_name}'::text[]
        || case when p.organization_id is null then jsonb_build_object('signed_name', p.signed_name)
          else jsonb_build_object('organization_name', p.signed_name) end)
      from party as p
      where p.county_code = k.county_code and p.contract_id = k.contract_id),
    'components', (select jsonb_object_agg(c.number,
        to_jsonb(c) - $2::text[] - '{component_id,contract_id,number}'::text[]
        || jsonb_build_object('terms', (select jsonb_object_agg(t.version_no,
            to_jsonb(t) - $2::text[] - '{component_id,contract_id,version_no,terms}'::text[] || t.terms)
          from component_terms as t
          where t.county_code = c.county_code and t.component_id = c.component_id)))
      from component as c
      where c.county_code = k.county_code and c.contract_id = k.contract_id),
    'participants', (select jsonb_object_agg(p.participant_id,
        jsonb_build_object('component_id', p.component_id,
          'household_id', p.household_id, 'signed_name', p.signed_name, 'line_no', p.line_no,
          'source_date', p.source_date,
          'versions', (select jsonb_object_agg(v.version_no, jsonb_build_object('effective_on', v.effective_on,
              'area_mu', v.area_mu, 'planned_kg', v.planned_kg, 'heads', v.heads, 'shares', v.shares,
              'method', v.method, 'base_year', v.base_year, 'own_days', v.own_days, 'withdrawn', v.withdrawn))
            from participant_version as v
            where v.county_code = p.county_code and v.participant_id = p.participant_id and v.superseded_at is null),
          'land_uses', (select jsonb_agg(l.land_use_id order by l.land_use_id)
            from participant_land_use as l
            where l.county_code = p.county_code and l.participant_id = p.participant_id)))
      from participant as p
      where p.county_code = k.county_code and p.contract_id = k.contract_id),
    'pins', (select jsonb_object_agg(concat_ws(' ', r.participant_id, r.crop_code),
        to_jsonb(r) - $2::text[] - '{reference_pin_id,contract_id,participant_id,crop_code}'::text[])
      from reference_pin as r
      where r.county_code = k.county_code and r.contract_id = k.contract_id and r.superseded_at is null)
  ) as image
from contract as k
where k.contract_id = any($1::uuid[]);

-- name: image_delivery
-- What do these weigh tickets say, with their prices and shares?
select d.delivery_id::text as record_id, d.county_code, d.village_code as division_code,
  to_jsonb(d) - $2::text[] - 'delivery_id'::text || jsonb_build_object(
    'prices', (select jsonb_object_agg(p.component_id,
        to_jsonb(p) - $2::text[] - '{delivery_id,contract_id,component_id}'::text[])
      from delivery_price as p
      where p.county_code = d.county_code and p.delivery_id = d.delivery_id),
    'allocations', (select jsonb_object_agg(a.household_id,
        to_jsonb(a) - $2::text[] - '{allocation_id,delivery_id,contract_id,household_id}'::text[])
      from allocation as a
      where a.county_code = d.county_code and a.delivery_id = d.delivery_id)
  ) as image
from delivery as d
where d.delivery_id = any($1::uuid[]);

-- name: image_entry
-- What do these amounts under contracts say?
select t.entry_id::text as record_id, t.county_code, t.village_code as division_code,
  to_jsonb(t) - $2::text[] - 'entry_id'::text as image
from entry as t
where t.entry_id = any($1::uuid[]);

-- name: image_cost_record
-- What do these costs say?
select t.cost_record_id::text as record_id, t.county_code, t.village_code as division_code,
  to_jsonb(t) - $2::text[] - 'cost_record_id'::text as image
from cost_record as t
where t.cost_record_id = any($1::uuid[]);

-- name: image_own_sale
-- What do these own sales say?
select t.own_sale_id::text as record_id, t.county_code, t.village_code as division_code,
  to_jsonb(t) - $2::text[] - 'own_sale_id'::text as image
from own_sale as t
where t.own_sale_id = any($1::uuid[]);

-- name: image_cost_completion
-- Which cost classes of annex lines are complete? Known as line/season/class.
select t.participant_id || '/' || t.season_id || '/' || t.cost_class as record_id, t.county_code,
  t.village_code as division_code, to_jsonb(t) - $2::text[] - '{participant_id,season_id,cost_class}'::text[] as image
from unnest($1::text[]) as k (id)
join participant as p on p.participant_id = split_part(k.id, '/', 1)::uuid
join cost_completion as t on t.county_code = p.county_code and t.participant_id = p.participant_id
  and t.season_id = split_part(k.id, '/', 2)::uuid
  and t.cost_class = split_part(k.id, '/', 3);

-- name: image_membership
-- What do these memberships say, with their shares?
select m.membership_id::text as record_id, m.county_code, m.village_code as division_code,
  to_jsonb(m) - $2::text[] - 'membership_id'::text || jsonb_build_object(
    'shares', (select jsonb_object_agg(s.membership_share_id,
        to_jsonb(s) - $2::text[] - '{membership_share_id,membership_id}'::text[])
      from membership_share as s
      where s.county_code = m.county_code and s.membership_id = m.membership_id)
  ) as image
from membership as m
where m.membership_id = any($1::uuid[]);

-- name: image_parcel
-- What do these parcels say, with their holders?
select p.parcel_id::text as record_id, p.county_code, p.village_code as division_code,
  to_jsonb(p) - $2::text[] - 'parcel_id'::text || jsonb_build_object(
    'holders', (select jsonb_object_agg(o.household_id, jsonb_build_object('area_mu', o.area_mu, 'holds', true))
      from parcel_holder as o
      where o.county_code = p.county_code and o.parcel_id = p.parcel_id)
  ) as image
from parcel as p
where p.parcel_id = any($1::uuid[]);

-- name: image_framework
-- What do these frameworks say?
select t.framework_id::text as record_id, left(t.division_code, 6) as county_code, t.division_code,
  to_jsonb(t) - $2::text[] - 'framework_id'::text as image
from framework as t
where t.framework_id = any($1::uuid[]);

-- name: image_organization
-- What do these organisations say?
select t.organization_id::text as record_id, left(t.division_code, 6) as county_code, t.division_code,
  to_jsonb(t) - $2::text[] - 'organization_id'::text as image
from organization as t
where t.organization_id = any($1::uuid[]);

-- name: image_ownership
-- Which holdings are these?
select t.ownership_id::text as record_id, left(t.division_code, 6) as county_code, t.division_code,
  to_jsonb(t) - $2::text[] - 'ownership_id'::text as image
from ownership as t
where t.ownership_id = any($1::uuid[]);

-- name: image_season
-- What do these seasons say?
select t.season_id::text as record_id, left(t.division_code, 6) as county_code, t.division_code,
  to_jsonb(t) - $2::text[] - 'season_id'::text as image
from season as t
where t.season_id = any($1::uuid[]);

-- name: image_market_price
-- What do these market prices say?
select t.market_price_id::text as record_id, left(t.division_code, 6) as county_code, t.division_code,
  to_jsonb(t) - $2::text[] - 'market_price_id'::text as image
from market_price as t
where t.market_price_id = any($1::uuid[]);

-- name: image_reference_return
-- What do these reference rows say?
select t.reference_return_id::text as record_id, left(t.division_code, 6) as county_code, t.division_code,
  to_jsonb(t) - $2::text[] - 'reference_return_id'::text as image
from reference_return as t
where t.reference_return_id = any($1::uuid[]);

-- name: image_import_batch
-- What did these imports bring?
select t.import_batch_id::text as record_id, left(t.division_code, 6) as county_code, t.division_code,
  to_jsonb(t) - $2::text[] - 'import_batch_id'::text as image
from import_batch as t
where t.import_batch_id = any($1::uuid[]);

-- name: image_division_statistic
-- What do these statistics say? Known as division/year.
select t.division_code || '/' || t.year::text as record_id,
  left(t.division_code, 6) as county_code, t.division_code,
  to_jsonb(t) - $2::text[] - '{division_code,year}'::text[] as image
from unnest($1::text[]) as k (id)
join division_statistic as t on t.division_code = split_part(k.id, '/', 1)
  and t.year = split_part(k.id, '/', 2)::integer;

-- name: image_price_index
-- What do these indices say? Known as division/kind/year.
select t.division_code || '/' || t.kind || '/' || t.year::text as record_id,
  left(t.division_code, 6) as county_code, t.division_code,
  to_jsonb(t) - $2::text[] - '{division_code,kind,year}'::text[] as image
from unnest($1::text[]) as k (id)
join price_index as t on t.division_code = split_part(k.id, '/', 1)
  and t.kind = split_part(k.id, '/', 2)
  and t.year = split_part(k.id, '/', 3)::integer;

-- name: image_planted_area
-- What do these planted areas say? Known as division/crop/year.
select t.division_code || '/' || t.crop_code || '/' || t.year::text as record_id,
  left(t.division_code, 6) as county_code, t.division_code,
  to_jsonb(t) - $2::text[] - '{division_code,crop_code,year}'::text[] as image
from unnest($1::text[]) as k (id)
join planted_area as t on t.division_code = split_part(k.id, '/', 1)
  and t.crop_code = split_part(k.id, '/', 2)
  and t.year = split_part(k.id, '/', 3)::integer;

-- name: image_crop
-- What do these crops say?
select t.crop_code as record_id, '000000' as county_code, '000000000000' as division_code,
  to_jsonb(t) - $2::text[] - 'crop_code'::text as image
from crop as t
where t.crop_code = any($1::text[]);

-- name: image_product
-- What do these products say?
select t.product_code as record_id, '000000' as county_code, '000000000000' as division_code,
  to_jsonb(t) - $2::text[] - 'product_code'::text as image
from product as t
where t.product_code = any($1::text[]);

-- name: image_grade
-- What do these grades say? Known as product/grade.
select t.product_code || '/' || t.grade_code as record_id, '000000' as county_code, '000000000000' as division_code,
  to_jsonb(t) - $2::text[] - '{product_code,grade_code}'::text[] as image
from unnest($1::text[]) as k (id)
join grade as t on t.product_code = split_part(k.id, '/', 1) and t.grade_code = split_part(k.id, '/', 2);

-- name: image_tag
-- What do these tags say?
select t.tag_code as record_id, '000000' as county_code, '000000000000' as division_code,
  to_jsonb(t) - $2::text[] - 'tag_code'::text as image
from tag as t
where t.tag_code = any($1::text[]);

-- name: image_labour_day_price
-- What does a day of labour cost in these years?
select t.year::text as record_id, '000000' as county_code, '000000000000' as division_code,
  to_jsonb(t) - $2::text[] - 'year'::text as image
from labour_day_price as t
where t.year = any($1::text[]::integer[]);

-- name: image_division
-- What do these divisions say, with their successors?
select t.division_code as record_id, '000000' as county_code, '000000000000' as division_code,
  to_jsonb(t) - $2::text[] - 'division_code'::text || jsonb_build_object('successors', (
    select jsonb_object_agg(s.successor_code, s.effective_on)
    from division_successor as s
    where s.division_code = t.division_code
  )) as image
from division as t
where t.division_code = any($1::text[]);

-- name: image_area
-- What do these areas say, with their divisions?
select t.area_code as record_id, '000000' as county_code, '000000000000' as division_code,
  to_jsonb(t) - $2::text[] - 'area_code'::text || jsonb_build_object('divisions', (
    select jsonb_object_agg(d.division_code || ' ' || d.valid_from,
      jsonb_build_object('holds', true, 'valid_to', d.valid_to))
    from area_division as d
    where d.area_code = t.area_code
  )) as image
from area as t
where t.area_code = any($1::text[]);

-- name: waiting_counties
-- Of which counties do events wait to be sealed?
select distinct county_code from audit_waiting order by county_code;

-- name: hold_chain
-- Is this transaction the only one that seals the county until it ends?
select pg_try_advisory_xact_lock(hashtextextended('audit_seal ' || $1::text, 11));

-- name: chain_end
-- Where does the county's chain end?
select position, chain_hash
from audit_seal
where county_code = $1
order by position desc
limit 1;

-- name: waiting_leaves
-- The oldest events of the county that wait, at most $2.
select w.audit_event_id, e.leaf_hash
from audit_waiting as w join audit_event as e using (county_code, audit_event_id)
where w.county_code = $1
order by w.audit_event_id
limit $2;

-- name: add_seals
-- The chain grows by these.
insert into audit_seal (county_code, position, audit_event_id, leaf_hash, chain_hash, sealed_at)
select $1, position, audit_event_id, leaf_hash, chain_hash, $6
from unnest($2::bigint[], $3::uuid[], $4::bytea[], $5::bytea[]) as seal (position, audit_event_id, leaf_hash, chain_hash)
returning position;

-- name: end_waiting
-- These events are sealed.
delete from audit_waiting where county_code = $1 and audit_event_id = any($2::uuid[]);

-- name: trail_counties
-- Of which counties are there events, seals or events that wait?
select county_code from audit_event
union select county_code from audit_seal
union select county_code from audit_waiting
order by county_code;

-- name: sealed_events
-- The county's chain after a position, each seal with its event if there still is one.
select s.position, s.audit_event_id, s.leaf_hash as sealed_leaf, s.chain_hash, e.audit_event_id is not null as present,
  e.division_code, e.at, e.actor, e.role, e.operation, e.source, e.record_kind, e.record_id, e.reason, e.changes,
  e.trace_id, e.address, e.leaf_hash
from audit_seal as s left join audit_event as e using (county_code, audit_event_id)
where s.county_code = $1 and s.position > $2
order by s.position
limit $3;

-- name: waiting_events
-- The county's events that wait after an id, each with its event if there still is one.
select 0::bigint as position, w.audit_event_id, e.leaf_hash as sealed_leaf, ''::bytea as chain_hash,
  e.audit_event_id is not null as present,
  e.division_code, e.at, e.actor, e.role, e.operation, e.source, e.record_kind, e.record_id, e.reason, e.changes,
  e.trace_id, e.address, e.leaf_hash
from audit_waiting as w left join audit_event as e using (county_code, audit_event_id)
where w.county_code = $1 and w.audit_event_id > $2
order by w.audit_event_id
limit $3;

-- name: loose_event
-- The first event of the county that is neither sealed nor waits.
select e.audit_event_id
from audit_event as e
where e.county_code = $1
  and not exists (
    select from audit_seal as s where s.county_code = e.county_code and s.audit_event_id = e.audit_event_id
  )
  and not exists (
    select from audit_waiting as w where w.county_code = e.county_code and w.audit_event_id = e.audit_event_id
  )
order by e.audit_event_id
limit 1;

-- name: events_found
-- Which events fit, newest first, after the one already seen? Rows outside the read scope are not there.
select e.audit_event_id, e.county_code, e.division_code, e.at, e.actor, e.role, e.operation, e.source, e.record_kind,
  e.record_id, e.reason, e.changes, e.trace_id, e.address, encode(e.leaf_hash, 'hex') as leaf_hash
from audit_event as e
where ($1::text is null or e.record_kind = $1)
  and ($2::text is null or e.record_id = $2)
  and ($3::text is null or e.actor = $3)
  and ($4::text is null or e.operation = $4)
  and ($5::text is null or e.division_code between $5 and $6)
  and ($7::timestamptz is null or e.at >= $7)
  and ($8::timestamptz is null or e.at < $8)
  and ($9::uuid is null or e.audit_event_id < $9)
order by e.audit_event_id desc
limit $10;

-- name: record_events
-- What was done to one record, newest first, after the event already seen?
select e.audit_event_id, e.county_code, e.division_code, e.at, e.actor, e.role, e.operation, e.source, e.record_kind,
  e.record_id, e.reason, e.changes, e.trace_id, e.address, encode(e.leaf_hash, 'hex') as leaf_hash
from audit_event as e
where e.record_kind = $1 and e.record_id = $2 and ($3::uuid is null or e.audit_event_id < $3)
order by e.audit_event_id desc
limit $4;
