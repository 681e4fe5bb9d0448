-- What the pages of contracts list, offer to choose from and add up. What a contract itself says is contracts.sql.

-- name: contracts_found
-- Which contracts of the counties $1 and ranges $2..$3 fit state $4, party $5 and text $6, newest first, page by page?
with found as (
  select k.county_code, k.contract_id, k.village_code, k.title, k.number, k.buyer_id, k.status, k.starts_on, k.ends_on,
    k.completed_on, k.terminated_on, k.filing_state, village.name as village_name, buyer.name as buyer_name,
    (count(*) over ())::integer as total
  from contract as k
  join division as village on village.division_code = k.village_code
  left join organization as buyer on buyer.organization_id = k.buyer_id
  where ($2::text[] is null or exists (
      select from unnest($2::text[], $3::text[]) as place (low, high) where k.village_code between place.low and place.high))
    and ($1::text[] is null or k.county_code = any($1))
    and ($4::text is null or k.status = $4)
    and ($5::uuid is null or exists (select from party where party.county_code = k.county_code
      and party.contract_id = k.contract_id and party.organization_id = $5))
    and ($6::text is null or position(lower($6) in lower(k.title)) > 0 or position(lower($6) in lower(k.number)) > 0
      or position($6 in buyer.name) > 0 or position($6 in village.name) > 0 or exists (
        select from component as c join product on product.product_code = c.product_code
        where c.county_code = k.county_code and c.contract_id = k.contract_id and position($6 in product.name) > 0))
  order by k.contract_id desc
  limit $7 offset $8
)
select f.county_code, f.contract_id, f.village_code, f.title, f.number, f.buyer_id, f.status, f.starts_on, f.ends_on,
  f.completed_on, f.terminated_on, f.filing_state, f.village_name, f.buyer_name, f.total, goods.product_names,
  annex.households, annex.area_mu, annex.planned_kg
from found as f
cross join lateral (
  select coalesce(array_agg(distinct product.name::text), '{}') as product_names
  from component as c
  join product on product.product_code = c.product_code
  where c.county_code = f.county_code and c.contract_id = f.contract_id
) as goods
cross join lateral (
  select count(distinct p.household_id)::integer as households, sum(v.area_mu) as area_mu, sum(v.planned_kg) as planned_kg
  from participant as p
  join (
    select distinct on (participant_id) participant_id, area_mu, planned_kg, withdrawn
    from participant_version
    where county_code = f.county_code and contract_id = f.contract_id and superseded_at is null
    order by participant_id, version_no desc
  ) as v using (participant_id)
  where p.county_code = f.county_code and p.contract_id = f.contract_id and not v.withdrawn
) as annex
order by f.contract_id desc;

-- name: villages_with_households
-- Which villages that exist on a day have households, and to which township do they belong?
select v.division_code, v.name, coalesce(t.division_code, '') as township_code, coalesce(t.name, '') as township_name
from division as v
left join division as t on t.division_code = v.parent_code
where v.level = 'village' and v.valid_from <= $1 and (v.valid_to is null or v.valid_to >= $1)
  and (v.division_code between read_from() and read_to() or v.division_code = any(read_villages()))
  and exists (select from household as h where h.county_code = left(v.division_code, 6) and h.village_code = v.division_code)
order by v.division_code;

-- name: villages_to_show
-- In which villages are there households or contracts, and to which township do they belong? Households are looked for in the
-- villages of the caller's scope: elsewhere the policy would be asked about each.
select v.division_code, v.name, coalesce(t.division_code, '') as township_code, coalesce(t.name, '') as township_name
from division as v
left join division as t on t.division_code = v.parent_code
where v.level = 'village' and (
  coalesce(v.division_code between read_from() and read_to() or v.division_code = any(read_villages()), false)
  and exists (select from household as h where h.county_code = left(v.division_code, 6) and h.village_code = v.division_code)
  or exists (select from contract as k where k.county_code = left(v.division_code, 6) and k.village_code = v.division_code))
order by v.division_code;

-- name: contract_buyers
-- Whose contracts are there?
select o.organization_id as id, o.name
from organization as o
where exists (select from contract as k where k.buyer_id = o.organization_id)
order by o.search_key, o.organization_id
limit 300;

-- name: organizations_to_offer
-- Which organisations exist on a day: those of a village and its township first, then of the county, then the others?
select organization_id as id, name, kind
from organization
where (valid_from is null or valid_from <= $2) and (valid_to is null or valid_to >= $2)
order by division_code <> $1, left(division_code, 9) <> left($1, 9), left(division_code, 6) <> left($1, 6), search_key,
  organization_id
limit 300;

-- name: products_to_offer
-- Which products are there?
select p.product_code, p.name, p.crop_code
from product as p
order by p.name, p.product_code;

-- name: crops_to_offer
-- Which crops are there?
select crop_code, name
from crop
order by name, crop_code;

-- name: grades_to_offer
-- Which grades has each product, best first?
select product_code, grade_code, name
from grade
order by product_code, position, grade_code;

-- name: delivered_by_product
-- What was delivered under a contract of each product in each season, on how many tickets that stand, from when to when?
select d.product_code, p.name as product_name, season.name as season_name, count(*)::integer as tickets,
  sum(d.net_kg) as net_kg, min(d.day) as first_day, max(d.day) as last_day
from delivery as d
join product as p using (product_code)
join season using (season_id)
where d.county_code = $1 and d.contract_id = $2 and d.voided_at is null
group by d.product_code, p.name, season.season_id, season.name
order by p.name, first_day;

-- name: paid_by_component
-- What do the tickets of a contract come to under each component, and how many still lack a price?
select r.component_id, sum(r.amount) as amount, (count(*) filter (where r.amount is null))::integer as unpriced
from delivery as d
join delivery_price as r using (county_code, delivery_id)
where d.county_code = $1 and d.contract_id = $2 and d.voided_at is null
group by r.component_id;

-- name: delivered_by_household
-- How much of each product did these households deliver under a contract, shares in common tickets included?
select one.household_id, one.product_code, sum(one.net_kg) as net_kg
from (
  select d.household_id, d.product_code, d.net_kg
  from delivery as d
  where d.county_code = $1 and d.contract_id = $2 and d.voided_at is null and d.household_id = any($3::uuid[])
  union all
  select a.household_id, d.product_code, a.net_kg
  from allocation as a
  join delivery as d using (county_code, delivery_id)
  where d.county_code = $1 and d.contract_id = $2 and d.voided_at is null and a.household_id = any($3::uuid[])
) as one
group by one.household_id, one.product_code;
