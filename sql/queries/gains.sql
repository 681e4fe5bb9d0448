-- Facts a recomputation starts from, the stored lines and their parts, the baseline of a household's year.

-- name: gain_facts
-- Everything the lines of the households $2 and the year $3 rest on, and what is stored of them; market prices from $4 days
-- before a contract was signed. line: annex lines of contracts that were ever in force, of components that pay households.
-- seasonless: no season of its product reaches into
-- the term. above: their villages and the divisions above these. due: seasons of their products that end in the year.
with line as materialized (
  select p.county_code, p.participant_id, p.village_code, p.household_id, p.contract_id, p.component_id, k.title,
    c.kind, c.number as component_number, c.product_code, product.crop_code, k.signed_on, k.starts_on,
    least(k.ends_on, k.terminated_on) as ends_on,
    not exists (
      select from season as s
      where s.product_code = c.product_code and s.starts_on <= least(k.ends_on, k.terminated_on) and s.ends_on >= k.starts_on
        and s.division_code in (
          select left(p.village_code, digits) || repeat('0', 12 - digits) from unnest(array[2, 4, 6, 9, 12]) as digits)
    ) as seasonless,
    (select min(party.organization_id::text)::uuid from party
      where party.county_code = p.county_code and party.contract_id = p.contract_id and party.role = c.payer_role) as payer_id
  from participant as p
  join component as c using (county_code, component_id)
  join contract as k on k.county_code = p.county_code and k.contract_id = p.contract_id
  left join product on product.product_code = c.product_code
  where p.county_code = $1 and p.household_id = any($2::uuid[]) and c.payee_role = 'household'
    and k.status in ('signed', 'completed', 'terminated')
), above as materialized (
  select distinct left(line.village_code, level.digits) || repeat('0', 12 - level.digits) as division_code
  from line
  cross join unnest(array[2, 4, 6, 9, 12]) as level (digits)
), due as materialized (
  select season_id, division_code, product_code, year, name, starts_on, ends_on
  from season
  where product_code in (select product_code from line) and division_code in (select division_code from above) and year = $3
), land as materialized (
  select link.participant_id, u.land_use_id, u.area_mu, u.season_id, u.use_from, u.use_to, u.displaced_crops, u.rented_in,
    u.rent_either_way, u.rent_paid
  from participant_land_use as link
  join land_use as u using (county_code, land_use_id)
  where link.county_code = $1 and link.participant_id in (select participant_id from line)
), pin as materialized (
  select contract_id, participant_id, crop_code, reference_return_id, reason, created_by
  from reference_pin
  where county_code = $1 and contract_id in (select contract_id from line) and superseded_at is null
)
select
  -- The annex lines and the seasons of the year themselves.
  (select coalesce(json_agg(line order by line.household_id, line.participant_id), '[]') from line) as lines,
  (select coalesce(json_agg(due order by due.ends_on, due.season_id), '[]') from due) as seasons,
  -- What do these annex lines say, version by version?
  (select coalesce(json_agg(found), '[]') from (
      select participant_id, version_no, effective_on, area_mu, planned_kg, method, base_year, own_days, withdrawn
      from participant_version
      where county_code = $1 and participant_id in (select participant_id from line) and superseded_at is null
      order by participant_id, version_no
  ) as found) as versions,
  -- What were the terms of these components as first signed?
  (select coalesce(json_agg(found), '[]') from (
      select component_id, terms from component_terms
      where county_code = $1 and component_id in (select component_id from line) and version_no = 1
      order by component_id
  ) as found) as terms,
  -- What did these households deliver (alone, or as a share of a ticket), at the price of the component that pays them?
  (select coalesce(json_agg(found), '[]') from (
      select d.delivery_id, d.contract_id, price.component_id, d.season_id, d.household_id, d.day, d.grade_code, d.product_code,
        d.ticket_number, d.net_kg, price.unit_price, price.market_price, price.amount, price.missing, null::uuid as allocation_id
      from delivery as d
      join delivery_price as price using (county_code, delivery_id)
      where d.county_code = $1 and d.household_id = any($2::uuid[]) and d.season_id in (select season_id from due)
        and d.voided_at is null
      union all
      select d.delivery_id, d.contract_id, price.component_id, d.season_id, a.household_id, d.day, d.grade_code, d.product_code,
        d.ticket_number, a.net_kg, price.unit_price, price.market_price, a.amount, price.missing, a.allocation_id
      from allocation as a
      join delivery as d using (county_code, delivery_id)
      join delivery_price as price using (county_code, delivery_id)
      where a.county_code = $1 and a.household_id = any($2::uuid[]) and d.season_id in (select season_id from due)
        and d.voided_at is null
      order by day, delivery_id, allocation_id, component_id
  ) as found) as deliveries,
  -- Which fees, penalties and input advances stand against these households under their contracts?
  (select coalesce(json_agg(found), '[]') from (
      select entry_id, contract_id, component_id, participant_id, household_id, season_id, day, kind, amount, item, cost_class,
        local_market_value
      from entry
      where county_code = $1 and contract_id in (select contract_id from line) and household_id = any($2::uuid[])
        and voided_at is null
        and kind in ('fee', 'penalty_paid', 'penalty_received', 'indemnity', 'input_advance')
      order by day, entry_id
  ) as found) as entries,
  -- What did these annex lines spend?
  (select coalesce(json_agg(found), '[]') from (
      select cost_record_id, participant_id, season_id, day, cost_class, item, amount
      from cost_record
      where county_code = $1 and participant_id in (select participant_id from line)
        and season_id in (select season_id from due) and voided_at is null
      order by day, cost_record_id
  ) as found) as costs,
  -- For which seasons and classes are the cost records of these annex lines complete?
  (select coalesce(json_agg(found), '[]') from (
      select participant_id, season_id, cost_class
      from cost_completion
      where county_code = $1 and participant_id in (select participant_id from line)
        and season_id in (select season_id from due) and complete
      order by participant_id, season_id, cost_class
  ) as found) as completions,
  -- What did these annex lines sell elsewhere?
  (select coalesce(json_agg(found), '[]') from (
      select own_sale_id, participant_id, season_id, day, net_kg, amount
      from own_sale
      where county_code = $1 and participant_id in (select participant_id from line)
        and season_id in (select season_id from due) and voided_at is null
      order by day, own_sale_id
  ) as found) as own_sales,
  -- On which land do these annex lines stand, and what would it have carried?
  (select coalesce(json_agg(land order by land.participant_id, land.land_use_id), '[]') from land) as land_uses,
  -- What did these households earn from a crop before their first contract?
  (select coalesce(json_agg(found), '[]') from (
      select household_id, crop_code, year, area_mu, cash_income, own_days, evidence
      from own_history
      where county_code = $1 and household_id = any($2::uuid[])
      order by household_id, crop_code, year
  ) as found) as history,
  -- Which reference rows are fixed for these contracts or their annex lines?
  (select coalesce(json_agg(pin order by pin.contract_id, pin.participant_id, pin.crop_code), '[]') from pin) as pins,
  -- Which rows of these crops could a line in these divisions use, or has a pin fixed?
  (select coalesce(json_agg(found), '[]') from (
      select r.reference_return_id, r.crop_code, crop.name as crop_name, r.division_code, r.year, r.yield_kg, r.price_per_50kg,
        r.output_value, r.materials_services, r.family_labour, r.hired_labour, r.land_rent, r.own_land_rent, r.family_days,
        r.hired_days, r.days_derived, r.excluded_items, r.quality, r.source_text
      from reference_return as r
      join crop using (crop_code)
      where r.division_code in (select division_code from above) and r.crop_code in (
          select crop_code from line
          union
          select unnest(displaced_crops) from land
        ) or r.reference_return_id in (select reference_return_id from pin)
      order by r.crop_code, r.division_code, r.year
  ) as found) as reference,
  -- What was a day of labour worth, up to a year?
  (select coalesce(json_agg(found), '[]') from (
      select year, price from labour_day_price where year <= $3 order by year
  ) as found) as labour_prices,
  -- How did rural consumer prices move in these divisions, up to a year?
  (select coalesce(json_agg(found), '[]') from (
      select division_code, year, value from price_index
      where kind = 'rural_cpi' and division_code in (select division_code from above) and year <= $3
      order by division_code, year
  ) as found) as indices,
  -- Which market prices of these products were seen in these divisions between two days, or on a day on which one of these
  -- households delivered in these seasons?
  (select coalesce(json_agg(found), '[]') from (
      select market_price_id, product_code, division_code, grade_code, day, price from market_price
      where product_code in (select product_code from line) and division_code in (select division_code from above)
        and (day between (select min(signed_on) - $4::integer from line) and (select max(signed_on) from line) or day in (
          select d.day from delivery as d
          where d.county_code = $1 and d.household_id = any($2::uuid[]) and d.season_id in (select season_id from due)
            and d.voided_at is null
          union all
          select d.day from allocation as a
          join delivery as d using (county_code, delivery_id)
          where a.county_code = $1 and a.household_id = any($2::uuid[]) and d.season_id in (select season_id from due)
            and d.voided_at is null))
      order by product_code, day, market_price_id
  ) as found) as quotes,
  -- What did a rural resident of these divisions have to spend, up to the year before?
  (select coalesce(json_agg(found), '[]') from (
      select division_code, year, income_per_person, source_text from division_statistic
      where division_code in (select division_code from above) and year < $3 and income_per_person is not null
      order by division_code, year
  ) as found) as rural_incomes,
  -- Which yearly incomes of these households are recorded?
  (select coalesce(json_agg(found), '[]') from (
      select household_id, year, amount, source_text
      from household_income
      where county_code = $1 and household_id = any($2::uuid[])
      order by household_id, year
  ) as found) as incomes,
  -- How many residents did these households count, by day of the count?
  (select coalesce(json_agg(found), '[]') from (
      select household_id, counted_on, resident
      from headcount
      where county_code = $1 and household_id = any($2::uuid[]) and superseded_at is null
      order by household_id, counted_on
  ) as found) as residents,
  -- What are the gains of a year held against now?
  (select coalesce(json_agg(found), '[]') from (
      select county_code, gain_baseline_id, village_code, household_id, year, amount, basis, source_text
      from gain_baseline
      where county_code = $1 and household_id = any($2::uuid[]) and year = $3 and superseded_at is null
      order by household_id
  ) as found) as baselines,
  -- Which lines of a year stand now, those of its seasons that were of another year before included?
  (select coalesce(json_agg(found), '[]') from (
      select county_code, gain_line_id, village_code, household_id, contract_id, component_id, participant_id, line_key, season_id,
        kind, method, product_code, crop_code, payer_id, year, period_from, period_to, recognised_on, state, missing, promised,
        receipts, payable, cash_gain, labour_adjusted_gain, labour_missing, income_wage,
        income_business, income_property, income_transfer, area_mu, planned_kg, delivered_kg, yield_effect,
        cost_effect, price_effect, reference_rows, planning, formula_version, stale_since
      from gain_line
      where county_code = $1 and household_id = any($2::uuid[]) and (year = $3 or season_id in (select season_id from due))
        and superseded_at is null and adjusts is null
      order by gain_line_id
  ) as found) as current,
  -- What is kept of these lines by year, quarter and month?
  (select coalesce(json_agg(found), '[]') from (
      select county_code, village_code, household_id, period, recognised_from, recognised_to, complete, incomplete, receipts,
        cash_gain, labour_adjusted_gain, labour_lines, income_wage, income_business, income_property, income_transfer, mu_gain,
        mu_area, mu_lines, delivered_kg, planned_kg, planned_lines, residents
      from household_period
      where county_code = $1 and household_id = any($2::uuid[]) and left(period, 4) = $3::integer::text
      order by household_id, period
  ) as found) as periods,
  -- Of which parts do the lines of `current_lines_of_households` consist?
  (select coalesce(json_agg(found), '[]') from (
      select gain_line_id, position, part, income_class, basis, amount, rule, source_text, inputs
      from gain_part
      where county_code = $1 and gain_line_id in (
        select gain_line_id from gain_line
        where county_code = $1 and household_id = any($2::uuid[]) and (year = $3 or season_id in (select season_id from due))
          and superseded_at is null and adjusts is null)
      order by gain_line_id, position
  ) as found) as parts;

-- name: parts_of_lines
-- Of which parts do these lines consist?
select gain_line_id, position, part, income_class, basis, amount, rule, source_text, inputs
from gain_part
where county_code = $1 and gain_line_id = any($2::uuid[])
order by gain_line_id, position;

-- name: replace_lines
-- Closes at $2 the lines $3 that are no longer what the facts say, takes the mark off the lines $4 that a recomputation
-- found unchanged, and stores the lines $5 with their parts $6. A line is closed before the one that takes its place. Stores
-- what the lines come to by period, $7, and removes the periods $8 that have no line any more.
with closed as (
  update gain_line set superseded_at = $2
  where county_code = $1 and gain_line_id = any($3::uuid[]) and superseded_at is null
  returning gain_line_id
), cleared as (
  update gain_line set stale_since = null, stale_cause = null
  where county_code = $1 and gain_line_id = any($4::uuid[]) and stale_since is not null
  returning gain_line_id
), added as (
  insert into gain_line (county_code, gain_line_id, village_code, household_id, contract_id, component_id, participant_id,
    line_key, season_id, kind, method, product_code, crop_code, payer_id, year, period_from, period_to, recognised_on, state,
    missing, promised, receipts, payable, cash_gain, labour_adjusted_gain, labour_missing, income_wage,
    income_business, income_property, income_transfer, area_mu, planned_kg, delivered_kg,
    yield_effect, cost_effect, price_effect, reference_rows, planning, formula_version, recorded_at, created_by)
  select county_code, gain_line_id, village_code, household_id, contract_id, component_id, participant_id,
    line_key, season_id, kind, method, product_code, crop_code, payer_id, year, period_from, period_to, recognised_on, state,
    missing, promised, receipts, payable, cash_gain, labour_adjusted_gain, labour_missing, income_wage,
    income_business, income_property, income_transfer, area_mu, planned_kg, delivered_kg,
    yield_effect, cost_effect, price_effect, reference_rows, planning, formula_version, recorded_at, created_by
  from jsonb_populate_recordset(null::gain_line, $5::text::jsonb)
  cross join (select count(*) as lines from closed) as before
  returning gain_line_id
), kept as (
  insert into household_period as p (county_code, village_code, household_id, period, recognised_from, recognised_to, complete,
    incomplete, receipts, cash_gain, labour_adjusted_gain, labour_lines, income_wage, income_business, income_property,
    income_transfer, mu_gain, mu_area, mu_lines, delivered_kg, planned_kg, planned_lines, residents)
  select county_code, village_code, household_id, period, recognised_from, recognised_to, complete,
    incomplete, receipts, cash_gain, labour_adjusted_gain, labour_lines, income_wage, income_business, income_property,
    income_transfer, mu_gain, mu_area, mu_lines, delivered_kg, planned_kg, planned_lines, residents
  from jsonb_populate_recordset(null::household_period, $7::text::jsonb)
  on conflict (county_code, household_id, period) do update set recognised_from = excluded.recognised_from,
    recognised_to = excluded.recognised_to, complete = excluded.complete, incomplete = excluded.incomplete,
    receipts = excluded.receipts, cash_gain = excluded.cash_gain, labour_adjusted_gain = excluded.labour_adjusted_gain,
    labour_lines = excluded.labour_lines, income_wage = excluded.income_wage, income_business = excluded.income_business,
    income_property = excluded.income_property, income_transfer = excluded.income_transfer, mu_gain = excluded.mu_gain,
    mu_area = excluded.mu_area, mu_lines = excluded.mu_lines, delivered_kg = excluded.delivered_kg,
    planned_kg = excluded.planned_kg, planned_lines = excluded.planned_lines, residents = excluded.residents
  returning p.household_id
), gone as (
  delete from household_period as p
  using jsonb_to_recordset($8::text::jsonb) as no_line (household_id uuid, period text)
  where p.county_code = $1 and p.household_id = no_line.household_id and p.period = no_line.period
  returning p.household_id
)
insert into gain_part (county_code, gain_part_id, village_code, gain_line_id, position, part, income_class, basis, amount,
  rule, source_text, inputs)
select county_code, gain_part_id, village_code, gain_line_id, position, part, income_class, basis, amount,
  rule, source_text, inputs
from jsonb_populate_recordset(null::gain_part, $6::text::jsonb)
cross join (select count(*) as lines from added) as before
returning gain_part_id;

-- name: replace_baselines
-- Closes at $2 the baselines $3 that are no longer right and stores $4, what the gains of a year are held against.
with closed as (
  update gain_baseline set superseded_at = $2
  where county_code = $1 and gain_baseline_id = any($3::uuid[]) and superseded_at is null
  returning gain_baseline_id
)
insert into gain_baseline (county_code, gain_baseline_id, village_code, household_id, year, amount, basis, source_text,
  recorded_at)
select county_code, gain_baseline_id, village_code, household_id, year, amount, basis, source_text,
  recorded_at
from jsonb_populate_recordset(null::gain_baseline, $4::text::jsonb)
cross join (select count(*) as lines from closed) as before
returning gain_baseline_id;

-- name: mark_stale
-- Marks the current lines that a changed price, row or term may alter; answers with their villages. A season of any year
-- may rest on the prices of the days its contract was signed.
with marked as (
  update gain_line g set stale_since = coalesce(g.stale_since, $1), stale_cause = $2
  where g.superseded_at is null and g.village_code between $3 and $4
    and ($5::uuid is null or g.contract_id = $5)
    and ($6::text is null or g.product_code = $6)
    and ($7::text is null or g.crop_code = $7
      or exists (select 1 from jsonb_array_elements(g.reference_rows) as used where used ->> 'crop_code' = $7)
      or g.missing <> '{}' or g.labour_missing <> '{}')
    and ($8::integer is null or g.year >= $8)
    and ($9::date is null or g.period_to >= $9)
    and ($10::date is null or g.period_from <= $10 or exists (select from contract as k
      where k.county_code = g.county_code and k.contract_id = g.contract_id and k.signed_on <= $10))
  returning g.county_code, g.village_code
)
select distinct county_code, village_code from marked order by county_code, village_code;

-- name: households_in_annexes
-- Which households of a place stand in an annex?
select distinct county_code, village_code, household_id from participant
where county_code = any($1::text[]) and exists (
  select from unnest($2::text[], $3::text[]) as place (first_code, last_code) where village_code between first_code and last_code)
order by county_code, household_id;

-- name: stale_households
-- Which households and years of a village wait for a recomputation? A season may have moved to another year.
select county_code, household_id, year from gain_line
where county_code = $1 and village_code = $2 and stale_since is not null and superseded_at is null
union
select g.county_code, g.household_id, season.year from gain_line as g
join season using (season_id)
where g.county_code = $1 and g.village_code = $2 and g.stale_since is not null and g.superseded_at is null
order by county_code, household_id, year;

-- name: years_with_lines
-- In which years do these households have lines?
select distinct county_code, household_id, year from gain_line
where county_code = $1 and household_id = any($2::uuid[]) and superseded_at is null
order by county_code, household_id, year;

-- name: households_without_lines
-- Which households of a village have no line yet for a season that ends within their contract?
select distinct p.county_code, p.household_id, season.year
from participant as p
join component as c on c.county_code = p.county_code and c.component_id = p.component_id
join contract as k on k.county_code = p.county_code and k.contract_id = p.contract_id
join season on season.product_code = c.product_code and season.division_code = any($3::text[])
  and season.ends_on between k.starts_on and least(k.ends_on, k.terminated_on)
where p.county_code = $1 and p.village_code = $2 and c.payee_role = 'household'
  and k.status in ('signed', 'completed', 'terminated')
  and not exists (select from gain_line as g where g.county_code = p.county_code and g.participant_id = p.participant_id
    and g.line_key = season.season_id::text and g.superseded_at is null and g.adjusts is null)
order by p.county_code, p.household_id, season.year;

-- name: villages_with_annexes
-- In which villages does the annex of a contract in force deal in a product?
select distinct k.county_code, k.village_code
from contract as k
join component as c using (county_code, contract_id)
where k.village_code between $1 and $2 and c.product_code = $3 and c.payee_role = 'household'
  and k.status in ('signed', 'completed', 'terminated')
order by k.county_code, k.village_code;

-- name: gain_lines_of_household
-- Which lines stand now of the household $4, in the counties $1 (null: in all) and ranges $2..$3, recognised on $5..$6, of a
-- contract, in a state, after an id?
select g.county_code, g.gain_line_id, g.village_code, g.household_id, g.contract_id, g.component_id, g.participant_id, g.line_key,
  g.season_id, g.kind, g.method, g.product_code, g.crop_code, g.payer_id, g.year, g.period_from, g.period_to, g.recognised_on,
  g.state, g.missing, g.promised, g.receipts, g.payable, g.cash_gain, g.labour_adjusted_gain, g.labour_missing, g.income_wage,
  g.income_business, g.income_property, g.income_transfer, g.area_mu, g.planned_kg, g.delivered_kg, g.yield_effect,
  g.cost_effect, g.price_effect, g.reference_rows, g.planning, g.formula_version, g.stale_since, g.recorded_at, g.superseded_at
from gain_line as g
where g.superseded_at is null and g.household_id = $4
  and ($1::text[] is null or g.county_code = any($1))
  and exists (
    select
    from unnest($2::text[], $3::text[]) as place (first_code, last_code)
    where g.village_code between place.first_code and place.last_code
  )
  and ($5::date is null or g.recognised_on between $5 and $6)
  and ($7::uuid is null or g.contract_id = $7)
  and ($8::text is null or g.state = $8)
  and ($9::uuid is null or g.gain_line_id > $9)
order by g.gain_line_id
limit $10;

-- name: gain_lines_of_contract
-- Which lines stand now of the contract $4? As gain_lines_of_household.
select g.county_code, g.gain_line_id, g.village_code, g.household_id, g.contract_id, g.component_id, g.participant_id, g.line_key,
  g.season_id, g.kind, g.method, g.product_code, g.crop_code, g.payer_id, g.year, g.period_from, g.period_to, g.recognised_on,
  g.state, g.missing, g.promised, g.receipts, g.payable, g.cash_gain, g.labour_adjusted_gain, g.labour_missing, g.income_wage,
  g.income_business, g.income_property, g.income_transfer, g.area_mu, g.planned_kg, g.delivered_kg, g.yield_effect,
  g.cost_effect, g.price_effect, g.reference_rows, g.planning, g.formula_version, g.stale_since, g.recorded_at, g.superseded_at
from gain_line as g
where g.superseded_at is null and g.contract_id = $4
  and ($1::text[] is null or g.county_code = any($1))
  and exists (
    select
    from unnest($2::text[], $3::text[]) as place (first_code, last_code)
    where g.village_code between place.first_code and place.last_code
  )
  and ($5::date is null or g.recognised_on between $5 and $6)
  and ($7::text is null or g.state = $7)
  and ($8::uuid is null or g.gain_line_id > $8)
order by g.gain_line_id
limit $9;

-- name: gain_lines_of_villages
-- Which lines stand now of the villages in the counties $1 and ranges $2..$3? As gain_lines_of_household: the first of each
-- village, and of these the first.
select g.county_code, g.gain_line_id, g.village_code, g.household_id, g.contract_id, g.component_id, g.participant_id, g.line_key,
  g.season_id, g.kind, g.method, g.product_code, g.crop_code, g.payer_id, g.year, g.period_from, g.period_to, g.recognised_on,
  g.state, g.missing, g.promised, g.receipts, g.payable, g.cash_gain, g.labour_adjusted_gain, g.labour_missing, g.income_wage,
  g.income_business, g.income_property, g.income_transfer, g.area_mu, g.planned_kg, g.delivered_kg, g.yield_effect,
  g.cost_effect, g.price_effect, g.reference_rows, g.planning, g.formula_version, g.stale_since, g.recorded_at, g.superseded_at
from (
  select g.county_code, g.gain_line_id
  from unnest($2::text[], $3::text[]) as place (first_code, last_code)
  join division as v on v.division_code between place.first_code and place.last_code and v.level = 'village'
  cross join lateral (
    select g.county_code, g.gain_line_id
    from gain_line as g
    where g.superseded_at is null and g.county_code = any($1::text[]) and g.village_code = v.division_code
      and ($4::date is null or g.recognised_on between $4 and $5)
      and ($6::text is null or g.state = $6)
      and ($7::uuid is null or g.gain_line_id > $7)
    order by g.gain_line_id
    limit $8
  ) as g
  order by g.gain_line_id
  limit $8
) as k
join gain_line as g using (county_code, gain_line_id)
order by g.gain_line_id;

-- name: gain_lines_of_counties
-- Which lines stand now in the counties $1 (null: in all) and ranges $2..$3? As gain_lines_of_household, for places with so
-- many villages that asking each is dear.
select g.county_code, g.gain_line_id, g.village_code, g.household_id, g.contract_id, g.component_id, g.participant_id, g.line_key,
  g.season_id, g.kind, g.method, g.product_code, g.crop_code, g.payer_id, g.year, g.period_from, g.period_to, g.recognised_on,
  g.state, g.missing, g.promised, g.receipts, g.payable, g.cash_gain, g.labour_adjusted_gain, g.labour_missing, g.income_wage,
  g.income_business, g.income_property, g.income_transfer, g.area_mu, g.planned_kg, g.delivered_kg, g.yield_effect,
  g.cost_effect, g.price_effect, g.reference_rows, g.planning, g.formula_version, g.stale_since, g.recorded_at, g.superseded_at
from gain_line as g
where g.superseded_at is null
  and ($1::text[] is null or g.county_code = any($1))
  and exists (
    select
    from unnest($2::text[], $3::text[]) as place (first_code, last_code)
    where g.village_code between place.first_code and place.last_code
  )
  and ($4::date is null or g.recognised_on between $4 and $5)
  and ($6::text is null or g.state = $6)
  and ($7::uuid is null or g.gain_line_id > $7)
order by g.gain_line_id
limit $8;

-- name: gain_line_by_id
-- What does one line say, superseded or not?
select county_code, gain_line_id, village_code, household_id, contract_id, component_id, participant_id, line_key, season_id,
  kind, method, product_code, crop_code, payer_id, year, period_from, period_to, recognised_on, state, missing, promised,
  receipts, payable, cash_gain, labour_adjusted_gain, labour_missing, income_wage,
  income_business, income_property, income_transfer, area_mu, planned_kg, delivered_kg, yield_effect,
  cost_effect, price_effect, reference_rows, planning, formula_version, stale_since, recorded_at, superseded_at
from gain_line
where gain_line_id = $1;

-- name: year_lines_of_households
-- What do the flags of these households and years look at?
select household_id, year, recognised_on, cash_gain
from gain_line
where county_code = any($1::text[]) and household_id = any($2::uuid[]) and year = any($3::integer[])
  and superseded_at is null
order by household_id, year, gain_line_id;

-- name: baselines_of_households
-- What are the gains of these households and years held against?
select household_id, year, amount, basis, source_text
from gain_baseline
where county_code = any($1::text[]) and household_id = any($2::uuid[]) and year = any($3::integer[])
  and superseded_at is null
order by household_id, year;

-- name: tickets
-- What do the weigh tickets say that a line's parts name?
select d.delivery_id, d.ticket_number, d.day, d.typed_unit, d.gross, d.tare, d.deduction_percent, d.deduction_weight, d.net_kg,
  d.grade_code, d.operator, d.voided_at
from delivery as d
where d.county_code = $1 and d.delivery_id = any($2::uuid[])
order by d.day, d.delivery_id;

-- name: reference_sources
-- Where do the reference rows come from that a line's parts name?
select r.reference_return_id, crop.name as crop_name, r.division_code, division.name as division_name, r.year, r.quality,
  r.source_text
from reference_return as r
join crop using (crop_code)
join division using (division_code)
where r.reference_return_id = any($1::uuid[])
order by r.reference_return_id;

-- name: crop_names
-- What are crops called?
select crop_code, name from crop order by crop_code;

-- name: gain_rows
-- Which lines are recognised for a place and the period $4..$5, household by household? Village by village, so that a page
-- reads no further than it shows. $6: the period as it is stored, from which the total is known.
select g.gain_line_id, g.village_code, g.village_name, g.household_id, g.number, head.name as head_name, g.contract_id, k.title,
  product.name as product_name, g.year, g.recognised_on, g.state, g.missing, g.receipts, g.cash_gain, g.labour_adjusted_gain,
  g.area_mu, g.planning, g.stale, (
    select coalesce(sum(p.complete + p.incomplete), 0)::integer
    from unnest($2::text[], $3::text[]) as place (first_code, last_code)
    join household_period as p on p.village_code between place.first_code and place.last_code
    where p.county_code = any($1::text[]) and p.period = $6
  ) as total
from (
  select g.county_code, g.gain_line_id, g.village_code, village.name as village_name, g.household_id, g.number, g.contract_id,
    g.product_code, g.year, g.recognised_on, g.state, g.missing, g.receipts, g.cash_gain, g.labour_adjusted_gain, g.area_mu,
    g.planning, g.stale
  from (
    select division.division_code, division.name
    from unnest($2::text[], $3::text[]) as place (first_code, last_code)
    join division on division.division_code between place.first_code and place.last_code
    where division.level = 'village'
    order by division.division_code
  ) as village
  cross join lateral (
    select g.county_code, g.gain_line_id, g.village_code, g.household_id, h.number, g.contract_id, g.product_code, g.year,
      g.recognised_on, g.state, g.missing, g.receipts, g.cash_gain, g.labour_adjusted_gain, g.area_mu, g.planning,
      g.stale_since is not null as stale
    from gain_line as g
    join household as h using (county_code, household_id)
    where g.superseded_at is null and g.county_code = any($1::text[]) and g.village_code = village.division_code
      and g.recognised_on between $4 and $5
  ) as g
  order by village.division_code, g.number, g.gain_line_id
  limit $7 offset $8
) as g
left join person as head on head.county_code = g.county_code and head.household_id = g.household_id and head.is_head
  and head.valid_to is null
join contract as k on k.county_code = g.county_code and k.contract_id = g.contract_id
left join product on product.product_code = g.product_code
order by g.village_code, g.number, g.gain_line_id;

-- name: gain_rows_narrowed
-- Which of these lines are incomplete, or provisional, or of households that lost? $8 says which of the three. candidate: the
-- households of the place whose period, as it is stored, does not rule it out.
with candidate as materialized (
  select p.county_code, p.household_id
  from unnest($2::text[], $3::text[]) as place (first_code, last_code)
  join household_period as p on p.village_code between place.first_code and place.last_code
  where p.county_code = any($1::text[]) and p.period = $7 and (
      $8::text = 'losing' and p.recognised_from < $6 and (p.incomplete = 0 and p.cash_gain < 0 or p.recognised_to >= $6)
      or $8 = 'incomplete' and p.incomplete > 0 and p.recognised_from < $6
      or $8 = 'provisional' and p.recognised_to >= $6)
), asked as materialized (
  select g.county_code, g.gain_line_id, g.village_code, g.household_id, g.contract_id, g.product_code, g.year,
    g.recognised_on, g.state, g.missing, g.receipts, g.cash_gain, g.labour_adjusted_gain, g.area_mu, g.planning,
    g.stale_since is not null as stale
  from candidate
  join gain_line as g using (county_code, household_id)
  where g.superseded_at is null and g.recognised_on between $4 and $5
), losing as (
  select household_id from asked where recognised_on < $6
  group by household_id having bool_and(state = 'complete') and sum(cash_gain) < 0
), picked as (
  select a.county_code, a.gain_line_id, a.village_code, a.household_id, h.number, a.contract_id, a.product_code, a.year,
    a.recognised_on, a.state, a.missing, a.receipts, a.cash_gain, a.labour_adjusted_gain, a.area_mu, a.planning, a.stale,
    count(*) over () as total
  from asked as a
  join household as h using (county_code, household_id)
  where $8 = 'losing' and a.household_id in (select household_id from losing)
    or $8 = 'incomplete' and a.state = 'incomplete' and a.recognised_on < $6
    or $8 = 'provisional' and a.recognised_on >= $6
  order by a.village_code, h.number, a.gain_line_id
  limit $9 offset $10
)
select a.gain_line_id, a.village_code, village.name as village_name, a.household_id, a.number, head.name as head_name,
  a.contract_id, k.title, product.name as product_name, a.year, a.recognised_on, a.state, a.missing, a.receipts, a.cash_gain,
  a.labour_adjusted_gain, a.area_mu, a.planning, a.stale, a.total
from picked as a
left join person as head on head.county_code = a.county_code and head.household_id = a.household_id and head.is_head
  and head.valid_to is null
join contract as k on k.county_code = a.county_code and k.contract_id = a.contract_id
left join product on product.product_code = a.product_code
join division as village on village.division_code = a.village_code
order by a.village_code, a.number, a.gain_line_id;

-- name: household_accounts
-- What does a household's account show: its current lines of all years, their parts, names and tickets, what each year's gain is
-- held against, what its village and the crops are called?
with line as materialized (
  select county_code, gain_line_id, village_code, household_id, contract_id, component_id, participant_id, line_key, season_id,
    kind, method, product_code, crop_code, payer_id, year, period_from, period_to, recognised_on, state, missing, promised,
    receipts, payable, cash_gain, labour_adjusted_gain, labour_missing, income_wage,
    income_business, income_property, income_transfer, area_mu, planned_kg, delivered_kg, yield_effect,
    cost_effect, price_effect, reference_rows, planning, formula_version, stale_since, recorded_at, superseded_at
  from gain_line
  where county_code = $1 and household_id = $2 and superseded_at is null
), piece as materialized (
  select gain_line_id, position, part, income_class, basis, amount, rule, source_text, inputs
  from gain_part
  where county_code = $1 and gain_line_id in (select gain_line_id from line)
)
select
  (select division.name from household as h
    join division on division.division_code = h.village_code
    where h.county_code = $1 and h.household_id = $2) as village_name,
  (select coalesce(json_agg(line order by line.year, line.recognised_on, line.gain_line_id), '[]') from line) as lines,
  (select coalesce(json_agg(piece order by piece.gain_line_id, piece.position), '[]') from piece) as parts,
  (select coalesce(json_agg(found), '[]') from (
      select line.gain_line_id, k.title, k.number, product.name as product_name, season.name as season_name,
        payer.name as payer_name
      from line
      join contract as k on k.county_code = $1 and k.contract_id = line.contract_id
      left join product on product.product_code = line.product_code
      left join season on season.season_id = line.season_id
      left join organization as payer on payer.organization_id = line.payer_id
  ) as found) as names,
  (select coalesce(json_agg(found order by found.day, found.delivery_id), '[]') from (
      select d.delivery_id, d.ticket_number, d.day, d.typed_unit, d.gross, d.tare, d.deduction_percent, d.deduction_weight,
        d.net_kg, d.grade_code, d.operator, d.voided_at
      from delivery as d
      where d.county_code = $1 and d.delivery_id in (
        select (used ->> 'record_id')::uuid from piece
        cross join jsonb_array_elements(piece.inputs) as used
        where used ->> 'record' = 'delivery')
  ) as found) as tickets,
  (select coalesce(json_agg(found), '[]') from (
      select household_id, year, amount, basis, source_text
      from gain_baseline
      where county_code = $1 and household_id = $2 and superseded_at is null
  ) as found) as baselines,
  (select coalesce(json_agg(found), '[]') from (select crop_code, name from crop) as found) as crops;

-- name: latest_year
-- What is the last year with lines in a place?
select latest.year
from unnest($2::text[], $3::text[]) as place (first_code, last_code)
join division as v on v.division_code between place.first_code and place.last_code and v.level = 'village'
cross join lateral (
  select g.year
  from gain_line as g
  where g.superseded_at is null and g.county_code = any($1::text[]) and g.village_code = v.division_code
  order by g.year desc
  limit 1
) as latest
order by latest.year desc
limit 1;

-- name: first_township
-- Which township has lines (the first by code)?
select left(village_code, 9) || '000' as division_code from gain_line where superseded_at is null
order by village_code
limit 1;
