-- What a summary of a place and period is made of: lines, registered households, residents, official figures.
-- A place is given as counties, bounds over everything, and ranges of village codes.

-- name: lines_of_place
-- Which valid lines does a place have in a period: of contracts active on at least one of its days?
select g.village_code, g.household_id, coalesce(h.home_household_id, g.household_id) as household_key, g.contract_id,
  g.payer_id, g.product_code, g.crop_code, g.kind, g.recognised_on, g.state, g.receipts, g.cash_gain, g.labour_adjusted_gain,
  g.income_wage, g.income_business, g.income_property, g.income_transfer, g.area_mu, g.planned_kg, g.delivered_kg,
  g.stale_since is not null as stale
from gain_line g
join household h using (county_code, household_id)
join contract k using (county_code, contract_id)
where g.superseded_at is null and g.county_code = any($1::text[])
  and g.village_code between $2 and $3
  and exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
    where g.village_code between first_code and last_code)
  and g.year between $6 and $7 and g.period_from <= $9 and g.period_to >= $8
  and k.starts_on <= $9 and least(k.ends_on, k.completed_on, k.terminated_on) >= $8
order by g.village_code, g.household_id, g.gain_line_id

-- name: households_registered
-- How many households does each village of a place have registered on any day of a period (those of other villages apart)?
select village_code, count(*) as households
from household
where county_code = any($1::text[]) and village_code between $2 and $3
  and exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
    where village_code between first_code and last_code)
  and valid_from <= $7 and (valid_to is null or valid_to >= $6) and home_household_id is null
group by village_code
order by village_code

-- name: residents_on
-- How many residents did each household of a place have on a day, by its latest count?
select distinct on (household_id) household_id, resident
from headcount
where county_code = any($1::text[]) and household_id = any($2::uuid[]) and superseded_at is null and counted_on <= $3
  and resident is not null
order by household_id, counted_on desc

-- name: tags_of_households
-- Which tags did these households hold on any day of a period?
select distinct t.household_id, t.tag_code, tag.label
from household_tag t
join tag using (tag_code)
where t.county_code = any($1::text[]) and t.household_id = any($2::uuid[]) and t.superseded_at is null
  and t.valid_from <= $4 and (t.valid_to is null or t.valid_to >= $3)
order by t.tag_code, t.household_id

-- name: contracts_due
-- Which contracts of a place end in a period, and how much of what was planned was delivered?
select k.contract_id, k.village_code, k.status = 'completed' as completed,
  sum(g.planned_kg) as planned_kg, coalesce(sum(g.delivered_kg), 0) as delivered_kg
from contract k
left join gain_line g on g.county_code = k.county_code and g.contract_id = k.contract_id and g.superseded_at is null
where k.county_code = any($1::text[]) and k.village_code between $2 and $3
  and exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
    where k.village_code between first_code and last_code)
  and k.status in ('signed', 'completed', 'terminated') and k.ends_on between $6 and $7
group by k.contract_id, k.village_code, k.status
order by k.contract_id

-- name: official_households
-- What is the official number of households of these divisions in a year?
select division_code, households from division_statistic
where division_code = any($1::text[]) and year = $2 and households is not null
order by division_code

-- name: planted_areas
-- How much land of which crop was planted in these divisions in a year?
select division_code, crop_code, area_mu from planted_area
where division_code = any($1::text[]) and year = $2
order by division_code, crop_code

-- name: organizations_in_role
-- Which organisations stand in a role of these contracts?
select contract_id, organization_id from party
where county_code = any($1::text[]) and contract_id = any($2::uuid[]) and role = $3 and organization_id is not null
order by contract_id, organization_id

-- name: organization_labels
-- What are these organisations called?
select organization_id::text as key, name as label from organization where organization_id = any($1::uuid[]) order by organization_id

-- name: product_labels
-- What are these products called?
select product_code as key, name as label from product where product_code = any($1::text[]) order by product_code
