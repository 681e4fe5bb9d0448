-- Synthetic registers, facts and stored lines for load tests, a set of villages at a time. Names and figures mean nothing.
-- Everything follows from village code and number; $1: village codes, $2: households per village, $3: when.

-- name: add_households
-- So many households in each of these villages.
insert into household (county_code, household_id, village_code, group_name, number, contracted_mu, valid_from, source, created_at,
  created_by, updated_at, updated_by)
select left(village, 6), md5('household ' || village || ' ' || n)::uuid, village, (n % 6 + 1)::text || '组',
  lpad(n::text, 5, '0'), 2 + n % 700 * 0.01, date '2020-01-01', 'system', $3::timestamptz, acting(), $3, acting()
from unnest($1::text[]) as village
cross join generate_series(1, $2::integer) as n
returning household_id;

-- name: add_heads
-- Their heads.
insert into person (county_code, person_id, village_code, household_id, name, search_key, is_head, valid_from, source,
  created_at, created_by, updated_at, updated_by)
select left(village, 6), md5('head ' || village || ' ' || n)::uuid, village, md5('household ' || village || ' ' || n)::uuid,
  '示例户 ' || n, 'slh' || n, true, date '2020-01-01', 'system', $3::timestamptz, acting(), $3, acting()
from unnest($1::text[]) as village
cross join generate_series(1, $2::integer) as n
returning person_id;

-- name: add_headcounts
-- One to six residents each.
insert into headcount (county_code, headcount_id, village_code, household_id, counted_on, registered, resident, labour,
  recorded_at, created_by, source)
select left(village, 6), md5('headcount ' || village || ' ' || n)::uuid, village,
  md5('household ' || village || ' ' || n)::uuid, date '2022-01-01', 6, n % 6 + 1, n % 3, $3::timestamptz, acting(), 'system'
from unnest($1::text[]) as village
cross join generate_series(1, $2::integer) as n
returning headcount_id;

-- name: add_tags
-- A tag for one household in ten.
insert into household_tag (county_code, household_tag_id, village_code, household_id, tag_code, valid_from, recorded_at, created_by,
  source)
select left(village, 6), md5('tag ' || village || ' ' || n)::uuid, village, md5('household ' || village || ' ' || n)::uuid,
  case when n % 100 = 0 then 'monitored' else 'lifted_out' end, date '2021-01-01', $3::timestamptz, acting(), 'system'
from unnest($1::text[]) as village
cross join generate_series(10, $2::integer, 10) as n
returning household_tag_id;

-- name: add_buyer
-- The one enterprise that buys everywhere.
insert into organization (organization_id, division_code, kind, name, credit_code, search_key, source, created_at, created_by,
  updated_at, updated_by)
select md5('buyer')::uuid, $1::text, 'enterprise', '示范收购企业', $2::text, '', 'system', $3::timestamptz, acting(), $3, acting()
on conflict do nothing
returning organization_id;

-- name: add_carrier
-- The one cooperative that weighs for several households.
insert into organization (organization_id, division_code, kind, name, credit_code, search_key, source, created_at, created_by,
  updated_at, updated_by)
select md5('carrier')::uuid, $1::text, 'cooperative', '示范运输合作社', $2::text, '', 'system', $3::timestamptz, acting(), $3,
  acting()
on conflict do nothing
returning organization_id;

-- name: add_seasons
-- The season of each of these years.
insert into season (season_id, division_code, product_code, year, name, starts_on, ends_on, source, created_at, created_by,
  updated_at, updated_by)
select md5('season ' || year)::uuid, $1::text, 'chili_fresh', year, year || ' 年产季', make_date(year, 4, 1),
  make_date(year, 11, 10), 'system', $3::timestamptz, acting(), $3, acting()
from unnest($2::integer[]) as year
on conflict do nothing
returning season_id;

-- name: add_contracts
-- A signed contract of a year in each village, bought by one enterprise.
insert into contract (county_code, contract_id, village_code, title, buyer_id, status, signed_on, starts_on, ends_on, source,
  created_at, created_by, updated_at, updated_by)
select left(village, 6), md5('contract ' || village || ' ' || year)::uuid, village, year || ' 年示例订单合同',
  md5('buyer')::uuid, 'signed', make_date(year, 3, 1), make_date(year, 3, 1), make_date(year, 12, 31), 'system',
  $3::timestamptz, acting(), $3, acting()
from unnest($1::text[]) as village
cross join unnest($2::integer[]) as year
returning contract_id;

-- name: add_versions
-- The contracts as signed.
insert into contract_version (county_code, contract_id, version_no, village_code, effective_on, signed_on, recorded_at,
  created_by)
select left(village, 6), md5('contract ' || village || ' ' || year)::uuid, 1, village, make_date(year, 3, 1),
  make_date(year, 3, 1), $3::timestamptz, acting()
from unnest($1::text[]) as village
cross join unnest($2::integer[]) as year
returning contract_id;

-- name: add_parties
-- The enterprise as the buyer of each.
insert into party (county_code, party_id, village_code, contract_id, role, organization_id, signed_name, created_at, created_by)
select left(village, 6), md5('party ' || village || ' ' || year)::uuid, village,
  md5('contract ' || village || ' ' || year)::uuid, 'buyer', md5('buyer')::uuid, '示范收购企业', $3::timestamptz, acting()
from unnest($1::text[]) as village
cross join unnest($2::integer[]) as year
returning party_id;

-- name: add_components
-- The buyer pays the household for fresh chili.
insert into component (county_code, component_id, village_code, contract_id, number, kind, payer_role, payee_role, product_code,
  created_at, created_by)
select left(village, 6), md5('component ' || village || ' ' || year)::uuid, village,
  md5('contract ' || village || ' ' || year)::uuid, 1, 'order', 'buyer', 'household', 'chili_fresh', $3::timestamptz, acting()
from unnest($1::text[]) as village
cross join unnest($2::integer[]) as year
returning component_id;

-- name: add_terms
-- At a fixed price.
insert into component_terms (county_code, component_id, version_no, village_code, contract_id, terms, effective_on, recorded_at,
  created_by)
select left(village, 6), md5('component ' || village || ' ' || year)::uuid, 1, village,
  md5('contract ' || village || ' ' || year)::uuid,
  '{"kind": "order", "product_code": "chili_fresh", "price": {"clause": "fixed", "price": "4.0000"}, "price_unit": "kg"}',
  make_date(year, 3, 1), $3::timestamptz, acting()
from unnest($1::text[]) as village
cross join unnest($2::integer[]) as year
returning component_id;

-- name: add_participants
-- Two households in three stand in the annex of year $4.
insert into participant (county_code, participant_id, village_code, contract_id, component_id, household_id, signed_name, line_no,
  created_at, created_by, source)
select left(village, 6), md5('participant ' || village || ' ' || n || ' ' || year)::uuid, village,
  md5('contract ' || village || ' ' || year)::uuid, md5('component ' || village || ' ' || year)::uuid,
  md5('household ' || village || ' ' || n)::uuid, '示例户 ' || n, n, $3::timestamptz, acting(), 'system'
from unnest($1::text[]) as village
cross join generate_series(1, $2::integer) as n
cross join (select $4::integer as year) as asked
where n % 3 > 0
returning participant_id;

-- name: add_annex
-- What the annex of year $4 says of each.
insert into participant_version (county_code, participant_version_id, village_code, contract_id, participant_id, version_no,
  effective_on, area_mu, planned_kg, method, recorded_at, created_by)
select left(village, 6), md5('annex ' || village || ' ' || n || ' ' || year)::uuid, village,
  md5('contract ' || village || ' ' || year)::uuid, md5('participant ' || village || ' ' || n || ' ' || year)::uuid, 1,
  make_date(year, 3, 1), 0.5 + n % 200 * 0.01, 1500, 'replaced_crop', $3::timestamptz, acting()
from unnest($1::text[]) as village
cross join generate_series(1, $2::integer) as n
cross join (select $4::integer as year) as asked
where n % 3 > 0
returning participant_version_id;

-- name: add_land
-- The land of each in year $4, which would have carried rice.
insert into land_use (county_code, land_use_id, village_code, household_id, area_mu, season_id, displaced_crops, source, created_at,
  created_by, updated_at, updated_by)
select left(village, 6), md5('land ' || village || ' ' || n || ' ' || year)::uuid, village,
  md5('household ' || village || ' ' || n)::uuid, 0.5 + n % 200 * 0.01, md5('season ' || year)::uuid, '{midseason_rice}', 'system',
  $3::timestamptz, acting(), $3, acting()
from unnest($1::text[]) as village
cross join generate_series(1, $2::integer) as n
cross join (select $4::integer as year) as asked
where n % 3 > 0
returning land_use_id;

-- name: add_land_links
-- The land of each in year $4 belongs to its annex line.
insert into participant_land_use (county_code, participant_id, land_use_id, village_code, created_at, created_by)
select left(village, 6), md5('participant ' || village || ' ' || n || ' ' || year)::uuid,
  md5('land ' || village || ' ' || n || ' ' || year)::uuid, village, $3::timestamptz, acting()
from unnest($1::text[]) as village
cross join generate_series(1, $2::integer) as n
cross join (select $4::integer as year) as asked
where n % 3 > 0
returning land_use_id;

-- name: add_tickets
-- The $5 tickets of each with a known gain in year $4.
insert into delivery (county_code, delivery_id, village_code, contract_id, season_id, product_code, day, buyer_id, ticket_number,
  ticket_year, household_id, typed_unit, gross, tare, net_kg, source, created_at, created_by, updated_at, updated_by)
select left(village, 6), md5('ticket ' || village || ' ' || n || ' ' || year || ' ' || k)::uuid, village,
  md5('contract ' || village || ' ' || year)::uuid, md5('season ' || year)::uuid, 'chili_fresh',
  make_date(year, 8, 1) + (n * 7 + k * 13) % 90, md5('buyer')::uuid, village || '-' || n || '-' || k, year,
  md5('household ' || village || ' ' || n)::uuid, 'kg', weighed + 20, 20, weighed, 'system', $3::timestamptz, acting(), $3, acting()
from unnest($1::text[]) as village
cross join generate_series(1, $2::integer) as n
cross join (select $4::integer as year) as asked
cross join generate_series(1, $5::integer) as k
cross join lateral (select 300 + n % 100 as weighed) as scales
where n % 3 > 0 and n % 50 > 0
returning delivery_id;

-- name: add_shared_tickets
-- One ticket of year $4 of every sixty households, weighed for two of them.
insert into delivery (county_code, delivery_id, village_code, contract_id, season_id, product_code, day, buyer_id, ticket_number,
  ticket_year, organization_id, typed_unit, gross, tare, net_kg, source, created_at, created_by, updated_at, updated_by)
select left(village, 6), md5('ticket ' || village || ' ' || n || ' ' || year)::uuid, village,
  md5('contract ' || village || ' ' || year)::uuid, md5('season ' || year)::uuid, 'chili_fresh', make_date(year, 9, 1) + n % 30,
  md5('buyer')::uuid, village || '-' || n, year, md5('carrier')::uuid, 'kg', 120, 20, 100, 'system', $3::timestamptz, acting(), $3,
  acting()
from unnest($1::text[]) as village
cross join generate_series(1, $2::integer - 1, 60) as n
cross join (select $4::integer as year) as asked
returning delivery_id;

-- name: add_shares
-- The shares of both.
insert into allocation (county_code, allocation_id, village_code, contract_id, delivery_id, household_id, declared_kg, net_kg,
  amount, created_at, created_by)
select left(village, 6), md5('share ' || village || ' ' || n || ' ' || year || ' ' || other)::uuid, village,
  md5('contract ' || village || ' ' || year)::uuid, md5('ticket ' || village || ' ' || n || ' ' || year)::uuid,
  md5('household ' || village || ' ' || n + other)::uuid, 50, 50, 200, $3::timestamptz, acting()
from unnest($1::text[]) as village
cross join generate_series(1, $2::integer - 1, 60) as n
cross join generate_series(0, 1) as other
cross join (select $4::integer as year) as asked
returning allocation_id;

-- name: add_prices
-- What each of these tickets pays: the fixed price.
insert into delivery_price (county_code, delivery_id, component_id, village_code, contract_id, unit_price, amount, updated_at,
  updated_by)
select county_code, delivery_id, md5('component ' || village_code || ' ' || ticket_year)::uuid, village_code, contract_id, 4,
  net_kg * 4, $2::timestamptz, acting()
from delivery
where village_code = any($1::text[]) and ticket_year = $3::integer
returning delivery_id;

-- name: add_lines
-- The line of each in year $4: gains from −600.00 to 4,999.99, one in fifty incomplete.
insert into gain_line (county_code, gain_line_id, village_code, household_id, contract_id, component_id, participant_id, line_key,
  season_id, kind, method, product_code, crop_code, payer_id, year, period_from, period_to, recognised_on, state, missing, promised,
  receipts, payable, cash_gain, labour_adjusted_gain, income_wage, income_business, income_property, income_transfer, area_mu,
  planned_kg, delivered_kg, formula_version, recorded_at, created_by)
select left(village, 6), md5('line ' || village || ' ' || n || ' ' || year)::uuid, village,
  md5('household ' || village || ' ' || n)::uuid, md5('contract ' || village || ' ' || year)::uuid,
  md5('component ' || village || ' ' || year)::uuid, md5('participant ' || village || ' ' || n || ' ' || year)::uuid,
  md5('season ' || year)::uuid::text, md5('season ' || year)::uuid, 'order', 'replaced_crop', 'chili_fresh', 'chili',
  md5('buyer')::uuid, year, make_date(year, 4, 1), make_date(year, 11, 10), make_date(year, 11, 10),
  case when known then 'complete' else 'incomplete' end, case when known then '{}'::text[] else '{delivery}'::text[] end,
  3000, gain + 3000, gain + 3000,
  case when known then gain end, case when known then gain - 1500 end, case when known then 0 end,
  case when known then gain end, case when known then 0 end, case when known then 0 end, 0.5 + n % 200 * 0.01, 1500,
  1200 + n % 400, 'seed', $3::timestamptz, acting()
from unnest($1::text[]) as village
cross join generate_series(1, $2::integer) as n
cross join (select $4::integer as year) as asked
cross join lateral (
  select (('x' || left(md5(village || ' ' || n || ' ' || year), 7))::bit(28)::integer % 560000) * 0.01 - 600 as gain,
    n % 50 > 0 as known
) as drawn
where n % 3 > 0
returning gain_line_id;

-- name: add_periods
-- What the lines of these villages come to by year, quarter and month.
insert into household_period (county_code, village_code, household_id, period, recognised_from, recognised_to, complete,
  incomplete, receipts, cash_gain, labour_adjusted_gain, labour_lines, income_wage, income_business, income_property,
  income_transfer, mu_gain, mu_area, mu_lines, delivered_kg, planned_kg, planned_lines, residents)
select county_code, village_code, household_id, period, recognised_from, recognised_to, complete,
  incomplete, receipts, cash_gain, labour_adjusted_gain, labour_lines, income_wage, income_business, income_property,
  income_transfer, mu_gain, mu_area, mu_lines, delivered_kg, planned_kg, planned_lines, residents
from household_period_of_lines
where village_code = any($1::text[])
returning household_id;

-- name: analyse
-- Counts what the tables hold, for the planner, and marks their pages as visible to all.
vacuum (analyze);
