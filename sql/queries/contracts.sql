-- Frameworks, contracts, parties in roles, components with their terms, versions, annex lines, pinned rows.

-- name: framework_by_id
-- Which agreement over several villages is this?
select framework_id, f.division_code, division_last, f.name, number, buyer_id, o.name as buyer_name, signed_on, starts_on,
  ends_on, terms, f.version, f.source, f.source_date, f.created_at, f.created_by, f.updated_at, f.updated_by
from framework as f
join organization as o on o.organization_id = f.buyer_id
where framework_id = $1;

-- name: frameworks
-- Which frameworks touch the divisions in the ranges $1..$2, of this buyer, changed since, after the cursor?
select framework_id, f.division_code, division_last, f.name, number, buyer_id, o.name as buyer_name, signed_on, starts_on,
  ends_on, terms, f.version, f.source, f.source_date, f.created_at, f.created_by, f.updated_at, f.updated_by
from framework as f
join organization as o on o.organization_id = f.buyer_id
where ($1::text[] is null or exists (
    select from unnest($1::text[], $2::text[]) as place (low, high)
    where f.division_code <= place.high and f.division_last >= place.low))
  and ($3::uuid is null or f.buyer_id = $3)
  and ($4::timestamptz is null or f.updated_at >= $4)
  and ($5::uuid is null or f.framework_id < $5)
order by framework_id desc
limit $6;

-- name: add_frameworks
-- Stores frameworks.
insert into framework (framework_id, division_code, division_last, name, number, buyer_id, signed_on, starts_on, ends_on,
  terms, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select framework_id, division_code, division_last, name, number, buyer_id, signed_on, starts_on, ends_on,
  terms, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::framework, $1::text::jsonb)
returning framework_id;

-- name: change_framework
-- Writes a framework's columns unless somebody else did since version $2.
update framework f
set division_code = n.division_code, division_last = n.division_last, name = n.name, number = n.number,
  buyer_id = n.buyer_id, signed_on = n.signed_on, starts_on = n.starts_on, ends_on = n.ends_on, terms = n.terms,
  version = f.version + 1, updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::framework, $1::text::jsonb) as n
where f.framework_id = n.framework_id and f.version = $2
returning f.version;

-- name: contract_by_id
-- Which contract is this?
select county_code, contract_id, village_code, framework_id, title, number, number_year, buyer_id, status, signed_on,
  starts_on, ends_on, completed_on, terminated_on, cancelled_on, status_reason, filing_state, filing_number, filed_on,
  filing_authority, filing_reason, filing_by, note, version, source, source_date, import_batch_id, created_at, created_by,
  updated_at, updated_by
from contract
where contract_id = $1;

-- name: contracts
-- Which contracts of villages in the ranges $1..$2 (and counties $3) fit the filters, newest first, after the cursor?
select k.county_code, k.contract_id, k.village_code, village.name as village_name, k.framework_id, k.title, k.number,
  k.number_year, k.buyer_id, buyer.name as buyer_name, k.status, k.signed_on, k.starts_on, k.ends_on, k.completed_on,
  k.terminated_on, k.cancelled_on, k.filing_state, k.version, k.created_at, k.updated_at,
  goods.product_codes, goods.product_names, goods.kinds, annex.participants, annex.households, annex.area_mu,
  annex.planned_kg
from (
  select k.county_code, k.contract_id, k.village_code, k.framework_id, k.title, k.number, k.number_year, k.buyer_id, k.status,
    k.signed_on, k.starts_on, k.ends_on, k.completed_on, k.terminated_on, k.cancelled_on, k.filing_state, k.version, k.created_at,
    k.updated_at
  from contract as k
  where ($1::text[] is null or exists (
      select from unnest($1::text[], $2::text[]) as place (low, high) where k.village_code between place.low and place.high))
    and ($3::text[] is null or k.county_code = any($3))
    and ($4::text is null or k.status = $4)
    and ($5::uuid is null or exists (select from party where party.county_code = k.county_code
      and party.contract_id = k.contract_id and party.organization_id = $5 and ($6::text is null or party.role = $6)))
    and ($7::text is null or exists (select from component as c where c.county_code = k.county_code
      and c.contract_id = k.contract_id and c.product_code = $7))
    and ($8::date is null or k.status in ('signed', 'completed', 'terminated') and k.starts_on <= $8
      and $8 <= least(k.ends_on, k.completed_on, k.terminated_on))
    and ($9::uuid is null or k.framework_id = $9)
    and ($10::uuid is null or exists (select from participant as p where p.county_code = k.county_code
      and p.contract_id = k.contract_id and p.household_id = $10))
    and ($11::timestamptz is null or k.updated_at >= $11)
    and ($12::uuid is null or k.contract_id < $12)
  order by k.contract_id desc
  limit $13
) as k
join division as village on village.division_code = k.village_code
left join organization as buyer on buyer.organization_id = k.buyer_id
cross join lateral (
  select coalesce(array_agg(distinct c.product_code) filter (where c.product_code is not null), '{}') as product_codes,
    coalesce(array_agg(distinct product.name::text) filter (where product.name is not null), '{}') as product_names,
    coalesce(array_agg(distinct c.kind), '{}') as kinds
  from component as c
  left join product on product.product_code = c.product_code
  where c.county_code = k.county_code and c.contract_id = k.contract_id
) as goods
cross join lateral (
  select count(*) as participants, count(distinct p.household_id) as households, sum(v.area_mu) as area_mu,
    sum(v.planned_kg) as planned_kg
  from participant as p
  join (
    select distinct on (participant_id) participant_id, area_mu, planned_kg, withdrawn
    from participant_version
    where county_code = k.county_code and contract_id = k.contract_id and superseded_at is null
    order by participant_id, version_no desc
  ) as v using (participant_id)
  where p.county_code = k.county_code and p.contract_id = k.contract_id and not v.withdrawn
) as annex
order by k.contract_id desc;

-- name: add_contracts
-- Stores new contracts; they begin as drafts.
insert into contract (county_code, contract_id, village_code, framework_id, title, number, number_year, buyer_id, starts_on,
  ends_on, filing_state, note, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, contract_id, village_code, framework_id, title, number, number_year, buyer_id, starts_on,
  ends_on, filing_state, note, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::contract, $1::text::jsonb)
returning contract_id;

-- name: change_contract
-- Writes a contract's columns unless its version or state moved on.
update contract k
set framework_id = n.framework_id, title = n.title, number = n.number, number_year = n.number_year, buyer_id = n.buyer_id,
  starts_on = n.starts_on, ends_on = n.ends_on, filing_state = n.filing_state, note = n.note, version = k.version + 1,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::contract, $1::text::jsonb) as n
where k.county_code = n.county_code and k.contract_id = n.contract_id and k.status = n.status and k.version = $2
returning k.version;

-- name: hold_contract
-- Nobody else changes the contract or its parts until the transaction ends. What does it say now?
select county_code, contract_id, village_code, framework_id, title, number, number_year, buyer_id, status, signed_on,
  starts_on, ends_on, completed_on, terminated_on, cancelled_on, status_reason, filing_state, filing_number, filed_on,
  filing_authority, filing_reason, filing_by, note, version, source, source_date, import_batch_id, created_at, created_by,
  updated_at, updated_by
from contract
where county_code = $1 and contract_id = $2
for no key update;

-- name: claim_contract
-- Takes a contract that is in one of the states $3 (and still in version $4, if given) for a change of its parts.
update contract
set version = version + 1, updated_at = $5, updated_by = $6
where county_code = $1 and contract_id = $2 and status = any($3::text[]) and ($4::integer is null or version = $4)
returning version;

-- name: sign_contract
-- A draft becomes a signed contract; of two at once, one finds no draft.
update contract
set status = 'signed', signed_on = $4, number_year = $5, version = version + 1, updated_at = $6, updated_by = $7
where county_code = $1 and contract_id = $2 and status = 'draft' and version = $3
returning version;

-- name: complete_contract
-- A signed contract was fulfilled.
update contract
set status = 'completed', completed_on = $4, status_reason = $5, version = version + 1, updated_at = $6, updated_by = $7
where county_code = $1 and contract_id = $2 and status = 'signed' and version = $3
returning version;

-- name: terminate_contract
-- A signed contract ends before its time.
update contract
set status = 'terminated', terminated_on = $4, status_reason = $5, version = version + 1, updated_at = $6, updated_by = $7
where county_code = $1 and contract_id = $2 and status = 'signed' and version = $3
returning version;

-- name: cancel_contract
-- A draft or signed contract never was to count.
update contract
set status = 'cancelled', cancelled_on = $4, status_reason = $5, version = version + 1, updated_at = $6, updated_by = $7
where county_code = $1 and contract_id = $2 and status in ('draft', 'signed') and version = $3
returning version;

-- name: file_contract
-- Moves the filing of a contract from one of the states $4 to the next; the contract's own state is another matter. Whoever
-- submitted it (registered the contract, if nobody did) neither files nor returns it.
update contract
set filing_state = $5, filing_number = $6, filed_on = $7, filing_authority = $8, filing_reason = $9,
  filing_by = case when $5 = 'submitted' then $11 else filing_by end, version = version + 1, updated_at = $10, updated_by = $11
where county_code = $1 and contract_id = $2 and version = $3 and filing_state = any($4::text[])
  and ($5 not in ('filed', 'returned') or coalesce(filing_by, created_by) <> $11)
returning version;

-- name: share_contracts
-- From now on the organisations that are parties of these contracts see them; what was never signed stays unseen.
insert into partner_contract (organization_id, contract_id)
select distinct p.organization_id, p.contract_id
from party as p
join contract as k using (county_code, contract_id)
where p.county_code = any($1::text[]) and p.contract_id = any($2::uuid[]) and p.organization_id is not null
  and k.signed_on is not null
on conflict do nothing
returning contract_id;

-- name: deliveries_against_end
-- How many valid weigh tickets does a contract have after this day (null: at all)?
select count(*)
from delivery
where county_code = $1 and contract_id = $2 and voided_at is null and ($3::date is null or day > $3);

-- name: villages_by_code
-- Do these divisions exist, and from when to when?
select division_code, name, level, valid_from, valid_to
from division
where division_code = any($1::text[]);

-- name: parties_of_contract
-- Who signed, in which role, and is that party itself still there?
select p.party_id, p.role, p.organization_id, p.household_id, p.person_id, p.signed_name, p.position,
  coalesce(o.name, head.name, member.name, h.number) as name, o.kind as organization_kind, h.number as household_number,
  case when o.organization_id is not null then o.valid_from when h.household_id is not null then h.valid_from
    else member.valid_from end as valid_from,
  case when o.organization_id is not null then o.valid_to when h.household_id is not null then h.valid_to
    else member.valid_to end as valid_to
from party as p
left join organization as o on o.organization_id = p.organization_id
left join household as h on h.county_code = p.county_code and h.household_id = p.household_id
left join person as head on head.county_code = p.county_code and head.household_id = p.household_id and head.is_head
  and head.valid_to is null
left join person as member on member.county_code = p.county_code and member.person_id = p.person_id
where p.county_code = $1 and p.contract_id = $2
order by p.position, p.party_id;

-- name: names_of_parties
-- What are these organisations, households and persons called today?
select organization_id as id, name from organization where organization_id = any($1::uuid[])
union all
select h.household_id, coalesce(head.name, h.number)
from household as h
left join person as head on head.county_code = h.county_code and head.household_id = h.household_id and head.is_head
  and head.valid_to is null
where h.county_code = $2 and h.household_id = any($3::uuid[])
union all
select person_id, name from person where county_code = $2 and person_id = any($4::uuid[]);

-- name: add_parties
-- Stores the parties of contracts.
insert into party (county_code, party_id, village_code, contract_id, role, organization_id, household_id, person_id,
  signed_name, position, created_at, created_by)
select county_code, party_id, village_code, contract_id, role, organization_id, household_id, person_id,
  signed_name, position, created_at, created_by
from jsonb_populate_recordset(null::party, $1::text::jsonb)
returning party_id;

-- name: remove_parties
-- Takes the parties off a draft before they are written again.
delete from party where county_code = $1 and contract_id = $2;

-- name: components_of_contracts
-- Every component of these contracts with its terms, version by version.
select c.county_code, c.village_code, c.contract_id, c.component_id, c.number, c.kind, c.payer_role, c.payee_role,
  c.product_code, product.name as product_name, product.crop_code, t.version_no, t.effective_on, t.terms, k.status,
  k.buyer_id, k.signed_on, k.starts_on, k.ends_on, k.completed_on, k.terminated_on
from contract as k
join component as c using (county_code, contract_id)
join component_terms as t on t.county_code = c.county_code and t.component_id = c.component_id
left join product on product.product_code = c.product_code
where k.contract_id = any($1::uuid[]) and ($2::text is null or k.county_code = $2)
order by c.contract_id, c.number, t.version_no;

-- name: save_components
-- Writes the components of a draft by their number; what stands under a number keeps its id.
insert into component (county_code, component_id, village_code, contract_id, number, kind, payer_role, payee_role,
  product_code, created_at, created_by)
select county_code, component_id, village_code, contract_id, number, kind, payer_role, payee_role,
  product_code, created_at, created_by
from jsonb_populate_recordset(null::component, $1::text::jsonb)
on conflict on constraint component_number_key do update
set kind = excluded.kind, payer_role = excluded.payer_role, payee_role = excluded.payee_role,
  product_code = excluded.product_code
returning component_id, number;

-- name: remove_component_terms
-- Takes the terms of those components off a draft whose numbers are not among $3.
delete from component_terms t
using component c
where c.county_code = $1 and c.contract_id = $2 and c.number <> all($3::integer[])
  and t.county_code = c.county_code and t.component_id = c.component_id;

-- name: remove_components
-- Takes those components off a draft whose numbers are not among $3.
delete from component where county_code = $1 and contract_id = $2 and number <> all($3::integer[]);

-- name: save_terms
-- Writes terms of a version; those of a draft are written over.
insert into component_terms (county_code, component_id, version_no, village_code, contract_id, terms, effective_on,
  recorded_at, created_by)
select county_code, component_id, version_no, village_code, contract_id, terms, effective_on, recorded_at, created_by
from jsonb_populate_recordset(null::component_terms, $1::text::jsonb)
on conflict on constraint component_terms_pk do update
set terms = excluded.terms, recorded_at = excluded.recorded_at, created_by = excluded.created_by
where component_terms.effective_on is null
returning component_id;

-- name: grades_of_products
-- Which grades do these products have?
select product_code, grade_code, name
from grade
where product_code = any($1::text[])
order by product_code, position, grade_code;

-- name: registered_goods
-- Which of these products are registered, and which grades has each?
select p.product_code, g.grade_code
from product as p
left join grade as g using (product_code)
where p.product_code = any($1::text[]);

-- name: versions_of_contract
-- Which versions of a contract were signed, and from when does each hold?
select version_no, effective_on, signed_on, reason, recorded_at, created_by
from contract_version
where county_code = $1 and contract_id = $2
order by version_no;

-- name: add_versions
-- Stores versions of contracts.
insert into contract_version (county_code, contract_id, version_no, village_code, effective_on, signed_on, reason,
  recorded_at, created_by)
select county_code, contract_id, version_no, village_code, effective_on, signed_on, reason, recorded_at, created_by
from jsonb_populate_recordset(null::contract_version, $1::text::jsonb)
returning version_no;

-- name: put_terms_in_force
-- From signing on, the terms of version 1 hold from this day.
update component_terms set effective_on = $3 where county_code = $1 and contract_id = $2 and effective_on is null;

-- name: put_annex_in_force
-- From signing on, the annex lines of version 1 hold from this day.
update participant_version set effective_on = $3
where county_code = $1 and contract_id = $2 and effective_on is null and superseded_at is null;

-- name: annex_totals
-- How many lines and households, how much area and planned quantity does each component have on a day?
select p.component_id, count(*) as participants, count(distinct p.household_id) as households,
  sum(v.area_mu) as area_mu, sum(v.planned_kg) as planned_kg, count(*) filter (where v.area_mu is null) as without_area,
  count(*) filter (where v.planned_kg is null) as without_planned
from participant as p
join (
  select distinct on (participant_id) participant_id, area_mu, planned_kg, withdrawn
  from participant_version
  where county_code = $1 and contract_id = $2 and superseded_at is null
    and (version_no = 1 or effective_on is null or effective_on <= $3)
  order by participant_id, version_no desc
) as v using (participant_id)
where p.county_code = $1 and p.contract_id = $2 and not v.withdrawn
group by p.component_id;

-- name: participants_of_contract
-- The annex lines of a contract as they stand on a day (lines $5 only, if given), with their land, after line $4. What is
-- said of a household stands only where the caller sees that household.
select p.participant_id, p.village_code, p.contract_id, p.component_id, c.number as component_number, p.household_id,
  h.number as household_number, h.group_name, head.name as head_name, p.signed_name, p.line_no,
  v.participant_version_id, v.version_no, v.effective_on, v.area_mu, v.planned_kg,
  case when h.household_id is not null then v.method end as method,
  case when h.household_id is not null then v.base_year end as base_year,
  case when h.household_id is not null then v.own_days end as own_days,
  v.withdrawn, v.recorded_at,
  coalesce((
    select jsonb_agg(jsonb_build_object('land_use_id', u.land_use_id, 'parcel_id', u.parcel_id, 'season_id', u.season_id,
      'season_name', s.name, 'season_year', s.year, 'use_from', u.use_from, 'use_to', u.use_to,
      'area_mu', u.area_mu::text, 'displaced_crops', u.displaced_crops, 'rented_in', u.rented_in,
      'rent_either_way', u.rent_either_way, 'rent_paid', u.rent_paid::text) order by u.land_use_id)
    from participant_land_use as link
    join land_use as u using (county_code, land_use_id)
    left join season as s on s.season_id = u.season_id
    where link.county_code = p.county_code and link.participant_id = p.participant_id
  ), '[]') as land_uses
from participant as p
join component as c using (county_code, component_id)
left join household as h on h.county_code = p.county_code and h.household_id = p.household_id
left join person as head on head.county_code = p.county_code and head.household_id = p.household_id and head.is_head
  and head.valid_to is null
cross join lateral (
  select participant_version_id, version_no, effective_on, area_mu, planned_kg, method, base_year, own_days, withdrawn,
    recorded_at
  from participant_version
  where county_code = p.county_code and participant_id = p.participant_id and superseded_at is null
    and (version_no = 1 or effective_on is null or effective_on <= $3)
  order by version_no desc
  limit 1
) as v
where p.county_code = $1 and p.contract_id = $2 and p.line_no > $4 and ($5::uuid[] is null or p.participant_id = any($5))
order by p.line_no
limit $6;

-- name: annex_keys
-- Which households already stand in a contract's annex, under which component and line?
select participant_id, component_id, household_id, line_no
from participant
where county_code = $1 and contract_id = $2
order by line_no;

-- name: seasons_of_products
-- Which seasons of these products, in these divisions, overlap a term?
select season_id, division_code, product_code, year, name, starts_on, ends_on
from season
where product_code = any($1::text[]) and division_code = any($2::text[])
  and ($3::date is null or ends_on >= $3) and ($4::date is null or starts_on <= $4)
order by starts_on, season_id;

-- name: add_participants
-- Stores annex lines.
insert into participant (county_code, participant_id, village_code, contract_id, component_id, household_id, signed_name,
  line_no, created_at, created_by, source, source_date, import_batch_id)
select county_code, participant_id, village_code, contract_id, component_id, household_id, signed_name,
  line_no, created_at, created_by, source, source_date, import_batch_id
from jsonb_populate_recordset(null::participant, $1::text::jsonb)
returning participant_id;

-- name: add_participant_versions
-- Stores what annex lines say.
insert into participant_version (county_code, participant_version_id, village_code, contract_id, participant_id, version_no,
  effective_on, area_mu, planned_kg, heads, shares, method, base_year, own_days, withdrawn, recorded_at, created_by)
select county_code, participant_version_id, village_code, contract_id, participant_id, version_no,
  effective_on, area_mu, planned_kg, heads, shares, method, base_year, own_days, withdrawn, recorded_at, created_by
from jsonb_populate_recordset(null::participant_version, $1::text::jsonb)
returning participant_version_id;

-- name: supersede_participant_versions
-- Closes what annex lines said, for a correction that takes its place.
update participant_version set superseded_at = $3
where county_code = $1 and participant_version_id = any($2::uuid[]) and superseded_at is null
returning participant_version_id;

-- name: add_land_links
-- Says on which land uses annex lines stand.
insert into participant_land_use (county_code, participant_id, land_use_id, village_code, created_at, created_by)
select county_code, participant_id, land_use_id, village_code, created_at, created_by
from jsonb_populate_recordset(null::participant_land_use, $1::text::jsonb)
on conflict on constraint participant_land_use_pk do nothing
returning land_use_id;

-- name: remove_land_links
-- Takes the land off annex lines of a draft.
delete from participant_land_use where county_code = $1 and participant_id = any($2::uuid[]);

-- name: remove_participant_versions
-- Takes what lines of a draft's annex said.
delete from participant_version where county_code = $1 and contract_id = $2 and participant_id = any($3::uuid[]);

-- name: remove_participants
-- Takes lines off a draft's annex.
delete from participant where county_code = $1 and contract_id = $2 and participant_id = any($3::uuid[])
returning participant_id;

-- name: contract_facts
-- What are the contract $2 of the county $1 and changes of it checked against? Of its annex the lines $3 and those of the
-- households $4 or of households so named ($5: numbers or heads' names), or ($6) all, with contracts like this one.
-- own: the contract. part: its components with their terms. above: the divisions above its village. named: households named.
-- line: the lines in their latest version, with their land.
with own as materialized (
  select county_code, contract_id, village_code, status, buyer_id, signed_on, starts_on, ends_on, completed_on, terminated_on
  from contract
  where county_code = $1 and contract_id = $2
), part as materialized (
  select c.county_code, c.village_code, c.contract_id, c.component_id, c.number, c.kind, c.payer_role, c.payee_role,
    c.product_code, product.name as product_name, product.crop_code, t.version_no, t.effective_on, t.terms, own.status,
    own.buyer_id, own.signed_on, own.starts_on, own.ends_on, own.completed_on, own.terminated_on
  from own
  join component as c using (county_code, contract_id)
  join component_terms as t on t.county_code = c.county_code and t.component_id = c.component_id
  left join product on product.product_code = c.product_code
), above as materialized (
  select distinct left(own.village_code, level.digits) || repeat('0', 12 - level.digits) as division_code
  from own
  cross join unnest(array[2, 4, 6, 9, 12]) as level (digits)
), named as materialized (
  select h.household_id
  from own
  join household as h on h.county_code = own.county_code and h.village_code = own.village_code
  left join person as head on head.county_code = h.county_code and head.household_id = h.household_id and head.is_head
    and head.valid_to is null
  where h.household_id = any($4::uuid[]) or h.number = any($5::text[]) or head.name = any($5::text[])
), line as materialized (
  select p.participant_id, p.village_code, p.contract_id, p.component_id, c.number as component_number, p.household_id,
    h.number as household_number, h.group_name, head.name as head_name, p.signed_name, p.line_no,
    v.participant_version_id, v.version_no, v.effective_on, v.area_mu, v.planned_kg, v.method, v.base_year, v.own_days,
    v.withdrawn, v.recorded_at,
    coalesce((
      select json_agg(json_build_object('land_use_id', u.land_use_id, 'parcel_id', u.parcel_id, 'season_id', u.season_id,
        'season_name', s.name, 'season_year', s.year, 'use_from', u.use_from, 'use_to', u.use_to, 'area_mu', u.area_mu,
        'displaced_crops', u.displaced_crops, 'rented_in', u.rented_in, 'rent_either_way', u.rent_either_way,
        'rent_paid', u.rent_paid) order by u.land_use_id)
      from participant_land_use as link
      join land_use as u using (county_code, land_use_id)
      left join season as s on s.season_id = u.season_id
      where link.county_code = p.county_code and link.participant_id = p.participant_id
    ), '[]') as land_uses
  from participant as p
  join component as c using (county_code, component_id)
  left join household as h on h.county_code = p.county_code and h.household_id = p.household_id
  left join person as head on head.county_code = p.county_code and head.household_id = p.household_id and head.is_head
    and head.valid_to is null
  cross join lateral (
    select participant_version_id, version_no, effective_on, area_mu, planned_kg, method, base_year, own_days, withdrawn,
      recorded_at
    from participant_version
    where county_code = p.county_code and participant_id = p.participant_id and superseded_at is null
    order by version_no desc
    limit 1
  ) as v
  where p.county_code = $1 and p.contract_id = $2
    and ($6::boolean or p.participant_id = any($3::uuid[]) or p.household_id in (select household_id from named))
)
select
  (select coalesce(json_agg(part order by part.number, part.version_no), '[]') from part) as components,
  (select coalesce(json_agg(line order by line.line_no), '[]') from line) as lines,
  -- Which households already stand in the annex, under which component and line?
  (select coalesce(json_agg(found), '[]') from (
    select participant_id, component_id, household_id, line_no
    from participant
    where county_code = $1 and contract_id = $2
    order by line_no
  ) as found) as keys,
  -- Who signed, in which role, and is that party itself still there?
  (select coalesce(json_agg(found), '[]') from (
    select p.party_id, p.role, p.organization_id, p.household_id, p.person_id, p.signed_name, p.position,
      coalesce(o.name, head.name, member.name, h.number) as name, o.kind as organization_kind, h.number as household_number,
      case when o.organization_id is not null then o.valid_from when h.household_id is not null then h.valid_from
        else member.valid_from end as valid_from,
      case when o.organization_id is not null then o.valid_to when h.household_id is not null then h.valid_to
        else member.valid_to end as valid_to
    from party as p
    left join organization as o on o.organization_id = p.organization_id
    left join household as h on h.county_code = p.county_code and h.household_id = p.household_id
    left join person as head on head.county_code = p.county_code and head.household_id = p.household_id and head.is_head
      and head.valid_to is null
    left join person as member on member.county_code = p.county_code and member.person_id = p.person_id
    where p.county_code = $1 and p.contract_id = $2
    order by p.position, p.party_id
  ) as found) as parties,
  -- Which households are named or in these lines?
  (select coalesce(json_agg(found), '[]') from (
    select h.household_id, h.number, h.group_name, head.name as head_name, h.contracted_mu, h.valid_to
    from household as h
    left join person as head on head.county_code = h.county_code and head.household_id = h.household_id and head.is_head
      and head.valid_to is null
    where h.county_code = $1 and h.household_id in (select household_id from named union select household_id from line)
    order by h.number
  ) as found) as households,
  -- Of which crops and years do these households have a record of their own?
  (select coalesce(json_agg(found), '[]') from (
    select household_id, crop_code, year
    from own_history
    where county_code = $1 and household_id in (select household_id from named union select household_id from line)
  ) as found) as histories,
  -- Which village is it, and from when to when?
  (select coalesce(json_agg(found), '[]') from (
    select division_code, name, level, valid_from, valid_to
    from division
    where division_code in (select village_code from own)
  ) as found) as villages,
  -- Which seasons of the products, in these divisions, overlap the term?
  (select coalesce(json_agg(found), '[]') from (
    select s.season_id, s.division_code, s.product_code, s.year, s.name, s.starts_on, s.ends_on
    from season as s
    cross join own
    where s.product_code in (select product_code from part) and s.division_code in (select division_code from above)
      and (own.starts_on is null or s.ends_on >= own.starts_on) and (own.ends_on is null or s.starts_on <= own.ends_on)
    order by s.starts_on, s.season_id
  ) as found) as seasons,
  -- Which grades do the products have?
  (select coalesce(json_agg(found), '[]') from (
    select product_code, grade_code, name
    from grade
    where product_code in (select product_code from part)
    order by product_code, position, grade_code
  ) as found) as grades,
  -- Which reference returns do the crops have in these divisions, up to the last year?
  (select coalesce(json_agg(found), '[]') from (
    select r.reference_return_id, r.crop_code, crop.name as crop_name, r.division_code, r.year, r.yield_kg, r.output_value,
      r.materials_services, r.hired_labour, r.land_rent, r.quality, r.source_text, r.price_per_50kg
    from reference_return as r
    join crop on crop.crop_code = r.crop_code
    cross join own
    where r.crop_code in (select crop_code from part) and r.division_code in (select division_code from above)
      and r.year <= extract(year from coalesce(own.ends_on, own.starts_on))
  ) as found) as "references",
  -- What was found before about the contract, its annex lines and their land?
  (select coalesce(json_agg(found), '[]') from (
    select f.record_id, f.code, f.message
    from finding as f
    where f.county_code = $1 and (f.record_id = $2
      or f.record_id in (select participant_id from participant where county_code = $1 and contract_id = $2)
      or f.record_id in (
        select link.land_use_id from participant as p join participant_land_use as link using (county_code, participant_id)
        where p.county_code = $1 and p.contract_id = $2))
  ) as found) as findings,
  -- Which other contracts in force of the same village and buyer overlap the term, with which parties and products?
  (select coalesce(json_agg(found), '[]') from (
    select k.contract_id, k.title, k.number,
      (select coalesce(array_agg(party.role || ' ' || coalesce(party.organization_id, party.household_id, party.person_id)::text
          order by party.role, party.organization_id, party.household_id, party.person_id), '{}')
        from party where party.county_code = k.county_code and party.contract_id = k.contract_id) as parties,
      (select coalesce(array_agg(distinct c.product_code order by c.product_code) filter (where c.product_code is not null), '{}')
        from component as c where c.county_code = k.county_code and c.contract_id = k.contract_id) as product_codes
    from own
    join contract as k on k.county_code = own.county_code and k.village_code = own.village_code and k.buyer_id = own.buyer_id
    where $6::boolean and k.contract_id <> own.contract_id and k.status in ('signed', 'completed', 'terminated')
      and k.starts_on <= own.ends_on and k.ends_on >= own.starts_on
    order by k.contract_id
  ) as found) as alike;

-- name: findings_of_contract
-- What was found about a contract, its annex lines and their land, and why may it stand?
select f.finding_id, f.record_kind, f.record_id, f.code, f.severity, f.pointer, f.message, f.rule, f.override_reason,
  f.created_at, f.created_by
from finding as f
where f.county_code = $1 and (f.record_id = $2
  or f.record_id in (select participant_id from participant where county_code = $1 and contract_id = $2)
  or f.record_id in (
    select link.land_use_id from participant as p join participant_land_use as link using (county_code, participant_id)
    where p.county_code = $1 and p.contract_id = $2))
order by f.created_at, f.finding_id;

-- name: pins_of_contract
-- Which reference rows are fixed for a contract and its annex lines?
select pin.reference_pin_id, pin.participant_id, pin.crop_code, pin.reference_return_id, pin.reason, r.division_code, r.year,
  r.source_text, pin.recorded_at, pin.created_by
from reference_pin as pin
join reference_return as r on r.reference_return_id = pin.reference_return_id
where pin.county_code = $1 and pin.contract_id = $2 and pin.superseded_at is null
order by pin.participant_id nulls first, pin.crop_code;

-- name: reference_row_for_pin
-- Which crop, division and year does this reference row stand for?
select reference_return_id, crop_code, division_code, year
from reference_return
where reference_return_id = $1;

-- name: supersede_pins
-- Closes the pin of a crop on a contract or annex line.
update reference_pin set superseded_at = $5
where county_code = $1 and contract_id = $2 and participant_id is not distinct from $3::uuid and crop_code = $4
  and superseded_at is null
returning reference_pin_id;

-- name: release_pin
-- Closes one pin.
update reference_pin set superseded_at = $4
where county_code = $1 and contract_id = $2 and reference_pin_id = $3 and superseded_at is null
returning participant_id;

-- name: add_pins
-- Fixes reference rows.
insert into reference_pin (county_code, reference_pin_id, village_code, contract_id, participant_id, crop_code,
  reference_return_id, reason, recorded_at, created_by)
select county_code, reference_pin_id, village_code, contract_id, participant_id, crop_code,
  reference_return_id, reason, recorded_at, created_by
from jsonb_populate_recordset(null::reference_pin, $1::text::jsonb)
returning reference_pin_id;
