-- What a summary of a place and period is made of: lines, registered households, residents, official figures.
-- A place is given as counties, bounds over everything, and ranges of village codes.

-- name: lines_of_place
-- Which lines of a place are recognised in a period?
select g.village_code, g.household_id, coalesce(h.home_household_id, g.household_id) as household_key, g.contract_id,
  g.payer_id, g.product_code, g.kind, g.recognised_on, g.state, g.receipts, g.cash_gain, g.labour_adjusted_gain,
  g.income_wage, g.income_business, g.income_property, g.income_transfer, g.area_mu, g.planned_kg, g.delivered_kg,
  g.stale_since is not null as stale
from gain_line as g
join household as h using (county_code, household_id)
where g.superseded_at is null and g.county_code = any($1::text[])
  and g.village_code between $2 and $3
  and exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
    where g.village_code between first_code and last_code)
  and g.recognised_on between $6 and $7 and g.year = extract(year from $6::date)
order by g.village_code, g.household_id, g.gain_line_id;

-- name: linked_of_place
-- How many households do valid annex lines link in a period, by how many lines and what area: all (key null), and by key:
-- $8 village, organization (in role $9; null: the payer), product, kind or tag. A line is valid while its component pays the
-- household, its contract is active and it is not withdrawn, on at least one day. A household counts once wherever it joined.
with line as materialized (
  select p.village_code, p.household_id, coalesce(h.home_household_id, p.household_id) as household_key, c.kind, c.product_code,
    version.area_mu, organization.ids as organization_ids
  from participant as p
  join component as c using (county_code, component_id)
  join contract as k on k.county_code = p.county_code and k.contract_id = p.contract_id
  join household as h on h.county_code = p.county_code and h.household_id = p.household_id
  join lateral (
    select v.area_mu
    from participant_version as v
    where v.county_code = p.county_code and v.participant_id = p.participant_id and v.superseded_at is null and not v.withdrawn
      and (v.version_no = 1 or v.effective_on <= least($7, k.ends_on, k.completed_on, k.terminated_on))
      and not exists (select from participant_version as later
        where later.county_code = v.county_code and later.participant_id = v.participant_id and later.superseded_at is null
          and later.version_no > v.version_no and later.effective_on <= greatest($6, k.starts_on))
    order by v.version_no desc
    limit 1
  ) as version on true
  left join lateral (
    select array_agg(distinct party.organization_id::text) as ids
    from party
    where $8 = 'organization' and party.county_code = p.county_code and party.contract_id = p.contract_id
      and party.role = coalesce($9, c.payer_role) and party.organization_id is not null
  ) as organization on true
  where p.county_code = any($1::text[]) and p.village_code between $2 and $3
    and exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
      where p.village_code between first_code and last_code)
    and c.payee_role = 'household' and k.status in ('signed', 'completed', 'terminated')
    and k.starts_on <= $7 and least(k.ends_on, k.completed_on, k.terminated_on) >= $6
), held as materialized (
  select household_id, array_agg(tag_code) as tags
  from household_tag
  where $8 = 'tag' and county_code = any($1::text[]) and superseded_at is null
    and valid_from <= $7 and (valid_to is null or valid_to >= $6)
    and exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
      where village_code between first_code and last_code)
  group by household_id
), keyed as (
  select line.household_key, line.area_mu, own.key
  from line
  left join held on held.household_id = line.household_id
  left join held as at_home on at_home.household_id = line.household_key
  cross join lateral unnest(case $8
    when 'village' then array[line.village_code]
    when 'product' then array[coalesce(line.product_code, 'none')]
    when 'kind' then array[line.kind]
    when 'organization' then coalesce(case when $9 is null then line.organization_ids[:1] else line.organization_ids end, '{none}')
    when 'tag' then coalesce(nullif(array(select distinct unnest(held.tags || at_home.tags)), '{}'), '{none}')
  end) as own (key)
)
select null as key, count(distinct household_key) as households, count(*) as lines, sum(area_mu) as area_mu
from line
union all
select key, count(distinct household_key), count(*), sum(area_mu)
from keyed
group by key
order by key nulls first;

-- name: households_registered
-- How many households does each village of a place have registered on any day of a period (those of other villages apart)?
select village_code, count(*) as households
from household
where county_code = any($1::text[]) and village_code between $2 and $3
  and exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
    where village_code between first_code and last_code)
  and valid_from <= $7 and (valid_to is null or valid_to >= $6) and home_household_id is null
group by village_code
order by village_code;

-- name: residents_on
-- How many residents did each household of a place have on a day, by its latest count?
select distinct on (household_id) household_id, resident
from headcount
where county_code = any($1::text[]) and household_id = any($2::uuid[]) and superseded_at is null and counted_on <= $3
  and resident is not null
  and exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
    where village_code between first_code and last_code)
order by household_id, counted_on desc;

-- name: tags_of_households
-- Which tags did these households hold on any day of a period?
select distinct t.household_id, t.tag_code, tag.label
from household_tag as t
join tag using (tag_code)
where t.county_code = any($1::text[]) and t.household_id = any($2::uuid[]) and t.superseded_at is null
  and t.valid_from <= $4 and (t.valid_to is null or t.valid_to >= $3)
  and exists (select from unnest($5::text[], $6::text[]) as place (first_code, last_code)
    where t.village_code between first_code and last_code)
order by t.tag_code, t.household_id;

-- name: contracts_due
-- Which contracts of a place end in a period, how much of the quantity of the lines that name one was delivered, and to which
-- rows do they belong? $8 and $9 as for linked_of_place: by the components that pay households, and the households that stayed.
with due as materialized (
  select k.county_code, k.contract_id, k.village_code, k.status = 'completed' as completed,
    sum(g.planned_kg) as planned_kg, coalesce(sum(g.delivered_kg) filter (where g.planned_kg > 0), 0) as delivered_kg
  from contract as k
  left join gain_line as g on g.county_code = k.county_code and g.contract_id = k.contract_id and g.superseded_at is null
  where k.county_code = any($1::text[]) and k.village_code between $2 and $3
    and exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
      where k.village_code between first_code and last_code)
    and k.status in ('signed', 'completed', 'terminated') and k.ends_on between $6 and $7
  group by k.county_code, k.contract_id, k.village_code, k.status
), held as materialized (
  select household_id, array_agg(tag_code) as tags
  from household_tag
  where $8 = 'tag' and county_code = any($1::text[]) and superseded_at is null
    and valid_from <= $7 and (valid_to is null or valid_to >= $6)
    and exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
      where village_code between first_code and last_code)
  group by household_id
), keyed as materialized (
  select due.county_code, due.contract_id, array_agg(distinct own.key) as keys
  from due
  join component as c on c.county_code = due.county_code and c.contract_id = due.contract_id and c.payee_role = 'household'
  left join lateral (
    select array_agg(distinct party.organization_id::text) as ids
    from party
    where $8 = 'organization' and party.county_code = c.county_code and party.contract_id = c.contract_id
      and party.role = coalesce($9, c.payer_role) and party.organization_id is not null
  ) as organization on true
  left join participant as p on $8 = 'tag' and p.county_code = c.county_code and p.component_id = c.component_id
    and not exists (select from participant_version as v
      where v.county_code = p.county_code and v.participant_id = p.participant_id and v.superseded_at is null and v.withdrawn)
  left join household as h on h.county_code = p.county_code and h.household_id = p.household_id
  left join held on held.household_id = h.household_id
  left join held as at_home on at_home.household_id = h.home_household_id
  cross join lateral unnest(case $8
    when 'product' then array[coalesce(c.product_code, 'none')]
    when 'kind' then array[c.kind]
    when 'organization' then coalesce(case when $9 is null then organization.ids[:1] else organization.ids end, '{none}')
    when 'tag' then coalesce(held.tags || at_home.tags, '{none}')
  end) as own (key)
  group by due.county_code, due.contract_id
)
select due.contract_id, due.completed, due.planned_kg, due.delivered_kg,
  case $8 when 'village' then array[due.village_code] else coalesce(keyed.keys, '{none}') end as keys
from due
left join keyed on keyed.county_code = due.county_code and keyed.contract_id = due.contract_id
order by due.contract_id;

-- name: official_households
-- What is the official number of households of these divisions in a year?
select division_code, households from division_statistic
where division_code = any($1::text[]) and year = $2 and households is not null
order by division_code;

-- name: planted_areas
-- How much land of these crops was planted in a year, in the divisions of a place that have a record of it?
select division_code, crop_code, area_mu from planted_area
where year = $3 and crop_code = any($4::text[])
  and exists (select from unnest($1::text[], $2::text[]) as place (first_code, last_code)
    where division_code between first_code and last_code)
order by division_code, crop_code;

-- name: contracted_areas
-- Under how many lines of these kinds, and with what area, does each village of a place grow a product in the seasons of a year?
select village_code, product_code, crop_code, count(*) as lines, coalesce(sum(area_mu), 0) as area_mu
from gain_line
where superseded_at is null and county_code = any($1::text[]) and village_code between $2 and $3
  and exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
    where village_code between first_code and last_code)
  and year = $6 and kind = any($7::text[]) and product_code is not null and crop_code is not null
group by village_code, product_code, crop_code
order by village_code, product_code, crop_code;

-- name: organizations_in_role
-- Which organisations stand in a role of these contracts?
select contract_id, organization_id from party
where county_code = any($1::text[]) and contract_id = any($2::uuid[]) and role = $3 and organization_id is not null
order by contract_id, organization_id;

-- name: organization_labels
-- What are these organisations called?
select organization_id::text as key, name as label
from organization
where organization_id = any($1::uuid[])
order by organization_id;

-- name: product_labels
-- What are these products called?
select product_code as key, name as label from product where product_code = any($1::text[]) order by product_code;

-- name: tag_labels
-- What are these tags called?
select tag_code as key, label from tag where tag_code = any($1::text[]) order by tag_code;

-- name: years_of_place
-- Which years have lines in a place?
select distinct year from gain_line
where superseded_at is null and county_code = any($1::text[]) and village_code between $2 and $3
  and exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
    where village_code between first_code and last_code)
order by year desc;

-- name: townships_with_households
-- In which townships are households registered?
select division_code as key, name as label
from division
where level = 'township' and exists (select from household
  where village_code between division_code and left(division_code, 9) || '999')
order by key;

-- name: flows_of_village
-- Which organisations are linked to whom in a village, by contracts active on a day of the period, at which terms?
select k.contract_id, k.title, k.status, c.component_id, c.number, c.kind, product.name as product_name, terms.terms,
  payer.organization_id as payer_id, payer.name as payer_name, payer.kind as payer_kind,
  payee.organization_id as payee_id, payee.name as payee_name, payee.kind as payee_kind
from contract as k
join component as c using (county_code, contract_id)
left join product using (product_code)
join lateral (select t.terms from component_terms as t where t.county_code = c.county_code and t.component_id = c.component_id
  and (t.effective_on is null or t.effective_on <= $5 or t.version_no = 1) order by t.version_no desc limit 1) as terms on true
join lateral (select o.organization_id, o.name, o.kind from party as p join organization as o using (organization_id)
  where p.county_code = c.county_code and p.contract_id = c.contract_id and p.role = c.payer_role
  order by p.position, p.party_id limit 1) as payer on true
left join lateral (select o.organization_id, o.name, o.kind from party as p join organization as o using (organization_id)
  where p.county_code = c.county_code and p.contract_id = c.contract_id and p.role = c.payee_role
  order by p.position, p.party_id limit 1) as payee on true
where k.county_code = $1 and k.village_code = $2 and k.status in ('signed', 'completed', 'terminated')
  and k.starts_on <= $4 and least(k.ends_on, k.completed_on, k.terminated_on) >= $3
  and (payee.organization_id is not null or c.payee_role = 'household')
order by k.signed_on, k.contract_id, c.number;

-- name: group_flows_of_village
-- How many households of each group stand in each component's annex, and what did their deliveries of a year come to?
select p.component_id, coalesce(h.group_name, '') as group_name, count(distinct p.household_id) as households,
  sum(delivered.amount) as amount
from participant as p
join household as h using (county_code, household_id)
left join lateral (
  select sum(one.amount) as amount from (
    select price.amount from delivery as d
    join season on season.season_id = d.season_id and season.year = $3
    join delivery_price as price on price.county_code = d.county_code and price.delivery_id = d.delivery_id
      and price.component_id = p.component_id
    where d.county_code = p.county_code and d.household_id = p.household_id and d.voided_at is null
    union all
    select a.amount from allocation as a
    join delivery as d on d.county_code = a.county_code and d.delivery_id = a.delivery_id and d.voided_at is null
    join season on season.season_id = d.season_id and season.year = $3
    join delivery_price as price on price.county_code = d.county_code and price.delivery_id = d.delivery_id
      and price.component_id = p.component_id
    where a.county_code = p.county_code and a.household_id = p.household_id) as one
) as delivered on true
where p.county_code = $1 and p.village_code = $2
group by p.component_id, coalesce(h.group_name, '')
order by p.component_id, group_name;

-- name: component_amounts_of_village
-- What did the deliveries of a year come to, per component?
select price.component_id, sum(price.amount) as amount
from delivery_price as price
join delivery as d using (county_code, delivery_id)
join season on season.season_id = d.season_id and season.year = $3
where price.county_code = $1 and price.village_code = $2 and d.voided_at is null
group by price.component_id
order by price.component_id;
