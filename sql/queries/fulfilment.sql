-- What happened under contracts: deliveries with prices and allocations, entries, cost records, own sales.

-- name: reprice_village
-- Waits for the transactions that are entering tickets of this village and keeps new ones waiting.
select pg_advisory_xact_lock(hashtextextended($1::text, 8));

-- name: counties_of_contracts
-- In which counties are these contracts?
select distinct county_code
from contract
where contract_id = any($1::uuid[]);

-- name: hold_contracts
-- In which villages are these contracts of the counties $2? Keeps repricing of these villages waiting until this transaction
-- ends, so that none of its tickets is overlooked; the contracts keep their state as long.
with held as materialized (
  select village_code, pg_advisory_xact_lock_shared(hashtextextended(village_code, 8))::text as lock
  from (
    select distinct village_code
    from contract
    where county_code = any($2::text[]) and contract_id = any($1::uuid[])
    order by village_code
  ) as village
)
select contract.contract_id, contract.county_code, contract.village_code
from contract
join held on held.village_code = contract.village_code and held.lock is not null
where contract.county_code = any($2::text[]) and contract.contract_id = any($1::uuid[])
order by contract.contract_id
for share of contract;

-- name: ticket_facts
-- What tickets and other facts of the contracts $2 in the counties $1 are checked and priced against: of the households $3
-- and the days $4; further products $5. own: the components. agreed: their terms. above: the villages and the divisions above.
with own as materialized (
  select contract_id, component_id, number, kind, payer_role, payee_role, product_code
  from component
  where county_code = any($1::text[]) and contract_id = any($2::uuid[])
), agreed as materialized (
  select t.component_id, t.version_no, t.effective_on, t.terms
  from component_terms as t
  where t.county_code = any($1::text[]) and t.contract_id = any($2::uuid[])
), above as materialized (
  select distinct left(contract.village_code, level.digits) || repeat('0', 12 - level.digits) as division_code
  from contract
  cross join unnest(array[2, 4, 6, 9, 12]) as level (digits)
  where contract.county_code = any($1::text[]) and contract.contract_id = any($2::uuid[])
)
select
  -- Which components do these contracts have?
  (select coalesce(json_agg(own order by own.contract_id, own.number), '[]') from own) as components,
  -- Under which terms do these contracts buy, in every version?
  (select coalesce(json_agg(agreed order by agreed.component_id, agreed.version_no), '[]') from agreed) as terms,
  -- When were these contracts active, and who buys?
  (
    select coalesce(json_agg(found), '[]')
    from (
      select county_code, contract_id, village_code, title, number, status, buyer_id, signed_on, starts_on, ends_on, completed_on,
        terminated_on
      from contract
      where county_code = any($1::text[]) and contract_id = any($2::uuid[])
      order by contract_id
    ) as found
  ) as contracts,
  -- Which organisations are parties of these contracts?
  (
    select coalesce(json_agg(found), '[]')
    from (
      select distinct p.contract_id, p.organization_id, o.name
      from party as p
      join organization as o using (organization_id)
      where p.county_code = any($1::text[]) and p.contract_id = any($2::uuid[])
    ) as found
  ) as parties,
  -- What does the annex of these contracts say about these households, in every version that stands?
  (
    select coalesce(json_agg(found), '[]')
    from (
      select p.contract_id, p.component_id, p.participant_id, p.household_id, p.signed_name, v.version_no, v.effective_on,
        v.area_mu, v.withdrawn
      from participant as p
      join participant_version as v using (county_code, participant_id)
      where p.county_code = any($1::text[]) and p.contract_id = any($2::uuid[]) and p.household_id = any($3::uuid[])
        and v.superseded_at is null
      order by p.participant_id, v.version_no
    ) as found
  ) as annex,
  -- Which of these households are registered, in which village and under which number?
  (
    select coalesce(json_agg(found), '[]')
    from (
      select household_id, village_code, number
      from household
      where county_code = any($1::text[]) and household_id = any($3::uuid[])
    ) as found
  ) as households,
  -- Which crop do these products come from, and which grades have they?
  (
    select coalesce(json_agg(found), '[]')
    from (
      select p.product_code, p.crop_code, p.name, g.grade_code, g.name as grade_name
      from product as p
      left join grade as g using (product_code)
      where p.product_code in (select product_code from own) or p.product_code = any($5::text[])
    ) as found
  ) as products,
  -- Which seasons of these products do these divisions have?
  (
    select coalesce(json_agg(found), '[]')
    from (
      select season_id, division_code, product_code, year, name, starts_on, ends_on
      from season
      where product_code in (select product_code from own) and division_code in (select division_code from above)
    ) as found
  ) as seasons,
  -- Which market prices of these products were seen in these divisions from one day to another?
  (
    select coalesce(json_agg(found), '[]')
    from (
      select market_price_id, division_code, product_code, grade_code, day, price
      from market_price
      where product_code in (select product_code from own) and division_code in (select division_code from above) and day between (
          select min(day) - coalesce((select max((terms ->> 'market_age_days')::integer) from agreed), 0)
          from unnest($4::date[]) as asked (day)
        ) and (
          select max(day)
          from unnest($4::date[]) as asked (day)
        )
    ) as found
  ) as quotes,
  -- Which reference rows have the crops of these products in these divisions?
  (
    select coalesce(json_agg(found), '[]')
    from (
      select r.reference_return_id, r.crop_code, c.name as crop_name, r.division_code, r.year, r.yield_kg, r.price_per_50kg,
        r.output_value, r.materials_services, r.family_labour, r.hired_labour, r.land_rent, r.own_land_rent, r.family_days,
        r.hired_days, r.days_derived, r.excluded_items, r.quality, r.source_text
      from reference_return as r
      join crop as c using (crop_code)
      where r.crop_code in (select crop_code from product where product_code in (select product_code from own))
        and r.division_code in (select division_code from above)
    ) as found
  ) as reference_rows,
  -- How much have these households delivered under these contracts, by season?
  (
    select coalesce(json_agg(found), '[]')
    from (
      select contract_id, season_id, household_id, sum(net_kg) as net_kg
      from (
        select contract_id, season_id, household_id, net_kg
        from delivery
        where county_code = any($1::text[]) and contract_id = any($2::uuid[]) and household_id = any($3::uuid[])
          and voided_at is null
        union all
        select d.contract_id, d.season_id, a.household_id, a.net_kg
        from allocation as a
        join delivery as d using (county_code, delivery_id)
        where a.county_code = any($1::text[]) and a.contract_id = any($2::uuid[]) and a.household_id = any($3::uuid[])
          and d.voided_at is null
      ) as weighed
      group by contract_id, season_id, household_id
    ) as found
  ) as so_far,
  -- What were the latest tickets of these contracts paid, per component and grade?
  (
    select coalesce(json_agg(found), '[]')
    from (
      select c.contract_id, p.component_id, latest.grade_code, p.unit_price
      from contract as c
      cross join lateral (
        select county_code, delivery_id, grade_code
        from delivery
        where delivery.county_code = c.county_code and delivery.contract_id = c.contract_id and voided_at is null
        order by day desc
        limit 60
      ) as latest
      join delivery_price as p on p.county_code = latest.county_code and p.delivery_id = latest.delivery_id
      where c.county_code = any($1::text[]) and c.contract_id = any($2::uuid[]) and p.unit_price is not null
    ) as found
  ) as paid,
  -- Which tickets have these contracts on these days?
  (
    select coalesce(json_agg(found), '[]')
    from (
      select delivery_id, contract_id, buyer_id, ticket_year, ticket_number, day, product_code, grade_code, household_id,
        organization_id, typed_unit, gross, tare
      from delivery
      where county_code = any($1::text[]) and contract_id = any($2::uuid[]) and day = any($4::date[]) and voided_at is null
    ) as found
  ) as standing;

-- name: contracts_by_number
-- Which contracts that were ever in force carry these numbers of the office?
select contract_id, number, village_code, starts_on, ends_on
from contract
where number = any($1::text[]) and status in ('signed', 'completed', 'terminated')
order by contract_id;

-- name: households_by_number
-- Which households have these numbers in these villages?
select h.household_id, h.village_code, h.number
from unnest($1::text[], $2::text[]) as asked (village_code, number)
join household as h on h.county_code = left(asked.village_code, 6) and h.village_code = asked.village_code
  and h.number = asked.number;

-- name: terms_for_facts
-- Under which terms do these contracts buy, in every version?
select t.component_id, t.version_no, t.effective_on, t.terms
from component_terms as t
where t.county_code = any($1::text[]) and t.contract_id = any($2::uuid[])
order by t.component_id, t.version_no;

-- name: quotes_for_facts
-- Which market prices of these products were seen in these divisions from one day to another?
select market_price_id, division_code, product_code, grade_code, day, price
from market_price
where product_code = any($1::text[]) and division_code = any($2::text[]) and day between $3 and $4;

-- name: yields_of_contracts
-- How much did each annex line of these contracts deliver by season, and on how much land?
select p.contract_id, w.season_id, p.household_id, w.net_kg, v.area_mu
from participant as p
cross join lateral (
  select area_mu
  from participant_version
  where county_code = p.county_code and participant_id = p.participant_id and superseded_at is null
  order by version_no desc
  limit 1
) as v
join (
  select county_code, contract_id, season_id, household_id, sum(net_kg) as net_kg
  from (
    select county_code, contract_id, season_id, household_id, net_kg
    from delivery
    where county_code = any($1::text[]) and contract_id = any($2::uuid[]) and household_id is not null and voided_at is null
    union all
    select d.county_code, d.contract_id, d.season_id, a.household_id, a.net_kg
    from allocation as a
    join delivery as d using (county_code, delivery_id)
    where d.county_code = any($1::text[]) and d.contract_id = any($2::uuid[]) and d.voided_at is null
  ) as weighed
  group by county_code, contract_id, season_id, household_id
) as w using (county_code, contract_id, household_id)
where p.county_code = any($1::text[]) and p.contract_id = any($2::uuid[]) and v.area_mu > 0;

-- name: tickets_taken
-- Which of these ticket numbers stand already, and on which tickets?
select delivery_id, contract_id, buyer_id, ticket_year, ticket_number, day, product_code, grade_code, household_id,
  organization_id, typed_unit, gross, tare
from delivery
where county_code = any($1::text[]) and buyer_id = any($2::uuid[]) and ticket_year = any($3::integer[])
  and ticket_number = any($4::text[]) and voided_at is null;

-- name: enter_deliveries
-- Enters the tickets $1 with their price rows $2 and shares $3. A ticket number that another ticket has is left out, with
-- its prices and shares, and not returned.
with stored as (
  insert into delivery (county_code, delivery_id, village_code, contract_id, season_id, product_code, grade_code, day, buyer_id,
    ticket_number, ticket_year, household_id, organization_id, typed_unit, gross, tare, moisture_percent, impurity_percent,
    deduction_percent, deduction_reason, deduction_weight, net_kg, operator, note, version, source, source_date, import_batch_id,
    created_at, created_by, updated_at, updated_by)
  select county_code, delivery_id, village_code, contract_id, season_id, product_code, grade_code, day, buyer_id,
    ticket_number, ticket_year, household_id, organization_id, typed_unit, gross, tare, moisture_percent, impurity_percent,
    deduction_percent, deduction_reason, deduction_weight, net_kg, operator, note, 1, source, source_date, import_batch_id,
    created_at, created_by, created_at, created_by
  from jsonb_populate_recordset(null::delivery, $1::text::jsonb)
  on conflict (county_code, buyer_id, ticket_year, ticket_number) where voided_at is null do nothing
  returning delivery_id
), priced as (
  insert into delivery_price (county_code, delivery_id, component_id, village_code, contract_id, unit_price, market_price,
    market_price_id, amount, missing, updated_at, updated_by)
  select county_code, delivery_id, component_id, village_code, contract_id, unit_price, market_price,
    market_price_id, amount, missing, updated_at, updated_by
  from jsonb_populate_recordset(null::delivery_price, $2::text::jsonb)
  where delivery_id in (select delivery_id from stored)
  returning delivery_id
), shared as (
  insert into allocation (county_code, allocation_id, village_code, contract_id, delivery_id, household_id, declared_kg, net_kg,
    amount, created_at, created_by)
  select county_code, allocation_id, village_code, contract_id, delivery_id, household_id, declared_kg, net_kg,
    amount, created_at, created_by
  from jsonb_populate_recordset(null::allocation, $3::text::jsonb)
  where delivery_id in (select delivery_id from stored)
  returning allocation_id
)
select delivery_id
from stored;

-- name: delivery_by_id
-- What does one ticket say, with prices and allocations?
select d.delivery_id, d.county_code, d.village_code, d.contract_id, d.season_id, d.season_year, d.product_code, d.product_name,
  d.grade_code, d.grade_name, d.day, d.buyer_id, d.ticket_number, d.household_id, d.household_name, d.organization_id,
  d.organization_name, d.unit, d.gross, d.tare, d.moisture_percent, d.impurity_percent, d.deduction_percent, d.deduction_reason,
  d.deduction_weight, d.net_kg, d.operator, d.note, d.prices, d.allocations, d.voided_at, d.voided_by, d.void_reason, d.version,
  d.source, d.created_at, d.created_by, d.updated_at, d.updated_by
from delivery_shown as d
where d.delivery_id = $1;

-- name: deliveries_of_villages
-- Which tickets of the villages in the counties $1 and ranges $2..$3 fit the filters, newest day first, after the day and id
-- $14, $15? The newest of each village, and of these the newest: each is found in the order of its index.
select d.delivery_id, d.county_code, d.village_code, d.contract_id, d.season_id, d.season_year, d.product_code, d.product_name,
  d.grade_code, d.grade_name, d.day, d.buyer_id, d.ticket_number, d.household_id, d.household_name, d.organization_id,
  d.organization_name, d.unit, d.gross, d.tare, d.moisture_percent, d.impurity_percent, d.deduction_percent, d.deduction_reason,
  d.deduction_weight, d.net_kg, d.operator, d.note, d.prices, d.allocations, d.voided_at, d.voided_by, d.void_reason, d.version,
  d.source, d.created_at, d.created_by, d.updated_at, d.updated_by
from (
  select f.county_code, f.delivery_id, f.day
  from unnest($2::text[], $3::text[]) as place (first_code, last_code)
  join division as v on v.division_code between place.first_code and place.last_code and v.level = 'village'
  cross join lateral (
    select f.county_code, f.delivery_id, f.day
    from delivery as f
    where f.county_code = any($1::text[]) and f.village_code = v.division_code and f.village_code between $4 and $5
      and ($6::uuid is null or f.contract_id = $6)
      and ($7::text is null or f.product_code = $7)
      and ($8::uuid is null or f.season_id = $8)
      and ($9::date is null or f.day >= $9)
      and ($10::date is null or f.day <= $10)
      and ($11::boolean is null or (f.voided_at is not null) = $11)
      and ($12::timestamptz is null or f.updated_at >= $12)
      and ($13::boolean is null or exists (
        select
        from delivery_price as r
        where r.county_code = f.county_code and r.delivery_id = f.delivery_id and r.missing is not null
      ) = $13)
      and ($14::date is null or (f.day, f.delivery_id) < ($14, $15::uuid))
    order by f.day desc, f.delivery_id desc
    limit $16
  ) as f
  order by f.day desc, f.delivery_id desc
  limit $16
) as k
join delivery_shown as d using (county_code, delivery_id)
order by d.day desc, d.delivery_id desc;

-- name: deliveries_of_county
-- Which tickets of the county $1 fit the filters? As deliveries_of_villages, for callers who see so many villages that asking
-- each is dear.
select d.delivery_id, d.county_code, d.village_code, d.contract_id, d.season_id, d.season_year, d.product_code, d.product_name,
  d.grade_code, d.grade_name, d.day, d.buyer_id, d.ticket_number, d.household_id, d.household_name, d.organization_id,
  d.organization_name, d.unit, d.gross, d.tare, d.moisture_percent, d.impurity_percent, d.deduction_percent, d.deduction_reason,
  d.deduction_weight, d.net_kg, d.operator, d.note, d.prices, d.allocations, d.voided_at, d.voided_by, d.void_reason, d.version,
  d.source, d.created_at, d.created_by, d.updated_at, d.updated_by
from (
  select f.county_code, f.delivery_id, f.day
  from delivery as f
  where f.county_code = $1 and f.village_code between $2 and $3
    and ($4::uuid is null or f.contract_id = $4)
    and ($5::text is null or f.product_code = $5)
    and ($6::uuid is null or f.season_id = $6)
    and ($7::date is null or f.day >= $7)
    and ($8::date is null or f.day <= $8)
    and ($9::boolean is null or (f.voided_at is not null) = $9)
    and ($10::timestamptz is null or f.updated_at >= $10)
    and ($11::boolean is null or exists (
      select
      from delivery_price as r
      where r.county_code = f.county_code and r.delivery_id = f.delivery_id and r.missing is not null
    ) = $11)
    and ($12::date is null or (f.day, f.delivery_id) < ($12, $13::uuid))
  order by f.day desc, f.delivery_id desc
  limit $14
) as k
join delivery_shown as d using (county_code, delivery_id)
order by d.day desc, d.delivery_id desc;

-- name: deliveries_everywhere
-- Which tickets of any county fit the filters? As deliveries_of_villages.
select d.delivery_id, d.county_code, d.village_code, d.contract_id, d.season_id, d.season_year, d.product_code, d.product_name,
  d.grade_code, d.grade_name, d.day, d.buyer_id, d.ticket_number, d.household_id, d.household_name, d.organization_id,
  d.organization_name, d.unit, d.gross, d.tare, d.moisture_percent, d.impurity_percent, d.deduction_percent, d.deduction_reason,
  d.deduction_weight, d.net_kg, d.operator, d.note, d.prices, d.allocations, d.voided_at, d.voided_by, d.void_reason, d.version,
  d.source, d.created_at, d.created_by, d.updated_at, d.updated_by
from (
  select f.county_code, f.delivery_id, f.day
  from delivery as f
  where f.village_code between $1 and $2
    and ($3::uuid is null or f.contract_id = $3)
    and ($4::text is null or f.product_code = $4)
    and ($5::uuid is null or f.season_id = $5)
    and ($6::date is null or f.day >= $6)
    and ($7::date is null or f.day <= $7)
    and ($8::boolean is null or (f.voided_at is not null) = $8)
    and ($9::timestamptz is null or f.updated_at >= $9)
    and ($10::boolean is null or exists (
      select
      from delivery_price as r
      where r.county_code = f.county_code and r.delivery_id = f.delivery_id and r.missing is not null
    ) = $10)
    and ($11::date is null or (f.day, f.delivery_id) < ($11, $12::uuid))
  order by f.day desc, f.delivery_id desc
  limit $13
) as k
join delivery_shown as d using (county_code, delivery_id)
order by d.day desc, d.delivery_id desc;

-- name: deliveries_of_season
-- Which tickets of the season $1 in any county fit the filters? As deliveries_of_villages, past those of later seasons.
select d.delivery_id, d.county_code, d.village_code, d.contract_id, d.season_id, d.season_year, d.product_code, d.product_name,
  d.grade_code, d.grade_name, d.day, d.buyer_id, d.ticket_number, d.household_id, d.household_name, d.organization_id,
  d.organization_name, d.unit, d.gross, d.tare, d.moisture_percent, d.impurity_percent, d.deduction_percent, d.deduction_reason,
  d.deduction_weight, d.net_kg, d.operator, d.note, d.prices, d.allocations, d.voided_at, d.voided_by, d.void_reason, d.version,
  d.source, d.created_at, d.created_by, d.updated_at, d.updated_by
from (
  select f.county_code, f.delivery_id, f.day
  from delivery as f
  where f.season_id = $1 and f.village_code between $2 and $3
    and ($4::uuid is null or f.contract_id = $4)
    and ($5::text is null or f.product_code = $5)
    and ($6::uuid is null or f.season_id = $6)
    and ($7::date is null or f.day >= $7)
    and ($8::date is null or f.day <= $8)
    and ($9::boolean is null or (f.voided_at is not null) = $9)
    and ($10::timestamptz is null or f.updated_at >= $10)
    and ($11::boolean is null or exists (
      select
      from delivery_price as r
      where r.county_code = f.county_code and r.delivery_id = f.delivery_id and r.missing is not null
    ) = $11)
    and ($12::date is null or (f.day, f.delivery_id) < ($12, $13::uuid))
  order by f.day desc, f.delivery_id desc
  limit $14
) as k
join delivery_shown as d using (county_code, delivery_id)
order by d.day desc, d.delivery_id desc;

-- name: deliveries_of_contracts
-- Which tickets of the contracts $1 fit the filters? As deliveries_of_villages, of each contract.
select d.delivery_id, d.county_code, d.village_code, d.contract_id, d.season_id, d.season_year, d.product_code, d.product_name,
  d.grade_code, d.grade_name, d.day, d.buyer_id, d.ticket_number, d.household_id, d.household_name, d.organization_id,
  d.organization_name, d.unit, d.gross, d.tare, d.moisture_percent, d.impurity_percent, d.deduction_percent, d.deduction_reason,
  d.deduction_weight, d.net_kg, d.operator, d.note, d.prices, d.allocations, d.voided_at, d.voided_by, d.void_reason, d.version,
  d.source, d.created_at, d.created_by, d.updated_at, d.updated_by
from (
  select f.county_code, f.delivery_id, f.day
  from unnest($1::uuid[]) as k (contract_id)
  cross join lateral (
    select f.county_code, f.delivery_id, f.day
    from delivery as f
    where f.contract_id = k.contract_id and f.village_code between $2 and $3
      and ($4::uuid is null or f.contract_id = $4)
      and ($5::text is null or f.product_code = $5)
      and ($6::uuid is null or f.season_id = $6)
      and ($7::date is null or f.day >= $7)
      and ($8::date is null or f.day <= $8)
      and ($9::boolean is null or (f.voided_at is not null) = $9)
      and ($10::timestamptz is null or f.updated_at >= $10)
      and ($11::boolean is null or exists (
        select
        from delivery_price as r
        where r.county_code = f.county_code and r.delivery_id = f.delivery_id and r.missing is not null
      ) = $11)
      and ($12::date is null or (f.day, f.delivery_id) < ($12, $13::uuid))
    order by f.day desc, f.delivery_id desc
    limit $14
  ) as f
  order by f.day desc, f.delivery_id desc
  limit $14
) as k
join delivery_shown as d using (county_code, delivery_id)
order by d.day desc, d.delivery_id desc;

-- name: deliveries_of_household
-- Which tickets of the household $1, and which it has a share in, fit the filters? As deliveries_of_villages.
select d.delivery_id, d.county_code, d.village_code, d.contract_id, d.season_id, d.season_year, d.product_code, d.product_name,
  d.grade_code, d.grade_name, d.day, d.buyer_id, d.ticket_number, d.household_id, d.household_name, d.organization_id,
  d.organization_name, d.unit, d.gross, d.tare, d.moisture_percent, d.impurity_percent, d.deduction_percent, d.deduction_reason,
  d.deduction_weight, d.net_kg, d.operator, d.note, d.prices, d.allocations, d.voided_at, d.voided_by, d.void_reason, d.version,
  d.source, d.created_at, d.created_by, d.updated_at, d.updated_by
from (
  select f.county_code, f.delivery_id, f.day
  from (
    select f.delivery_id
    from delivery as f
    where f.household_id = $1
    union
    select a.delivery_id
    from allocation as a
    where a.household_id = $1
  ) as own
  join delivery as f using (delivery_id)
  where f.village_code between $2 and $3
      and ($4::uuid is null or f.contract_id = $4)
      and ($5::text is null or f.product_code = $5)
      and ($6::uuid is null or f.season_id = $6)
      and ($7::date is null or f.day >= $7)
      and ($8::date is null or f.day <= $8)
      and ($9::boolean is null or (f.voided_at is not null) = $9)
      and ($10::timestamptz is null or f.updated_at >= $10)
      and ($11::boolean is null or exists (
        select
        from delivery_price as r
        where r.county_code = f.county_code and r.delivery_id = f.delivery_id and r.missing is not null
      ) = $11)
      and ($12::date is null or (f.day, f.delivery_id) < ($12, $13::uuid))
  order by f.day desc, f.delivery_id desc
  limit $14
) as k
join delivery_shown as d using (county_code, delivery_id)
order by d.day desc, d.delivery_id desc;

-- name: deliveries_unpriced
-- Which tickets that lack a price fit the filters? As deliveries_of_villages, from the prices that lack.
select d.delivery_id, d.county_code, d.village_code, d.contract_id, d.season_id, d.season_year, d.product_code, d.product_name,
  d.grade_code, d.grade_name, d.day, d.buyer_id, d.ticket_number, d.household_id, d.household_name, d.organization_id,
  d.organization_name, d.unit, d.gross, d.tare, d.moisture_percent, d.impurity_percent, d.deduction_percent, d.deduction_reason,
  d.deduction_weight, d.net_kg, d.operator, d.note, d.prices, d.allocations, d.voided_at, d.voided_by, d.void_reason, d.version,
  d.source, d.created_at, d.created_by, d.updated_at, d.updated_by
from (
  select f.county_code, f.delivery_id, f.day
  from (
    select distinct r.county_code, r.delivery_id
    from delivery_price as r
    where r.missing is not null and r.village_code between $1 and $2
  ) as r
  join delivery as f using (county_code, delivery_id)
  where f.village_code between $1 and $2
    and ($3::uuid is null or f.contract_id = $3)
    and ($4::text is null or f.product_code = $4)
    and ($5::uuid is null or f.season_id = $5)
    and ($6::date is null or f.day >= $6)
    and ($7::date is null or f.day <= $7)
    and ($8::boolean is null or (f.voided_at is not null) = $8)
    and ($9::timestamptz is null or f.updated_at >= $9)
    and ($10::date is null or (f.day, f.delivery_id) < ($10, $11::uuid))
  order by f.day desc, f.delivery_id desc
  limit $12
) as k
join delivery_shown as d using (county_code, delivery_id)
order by d.day desc, d.delivery_id desc;

-- name: deliveries_total
-- How many tickets fit the filters and stand, and what do they add up to for the households?
with f as materialized (
  select f.county_code, f.delivery_id, f.net_kg
  from delivery as f
  where f.village_code between $1 and $2
    and ($3::uuid is null or f.contract_id = $3)
    and ($4::text is null or f.product_code = $4)
    and ($5::uuid is null or f.season_id = $5)
    and ($6::date is null or f.day >= $6)
    and ($7::date is null or f.day <= $7)
    and f.voided_at is null
)
select count(*)::integer as deliveries, coalesce(sum(f.net_kg), 0.00) as net_kg, coalesce(sum(paid.amount), 0.00) as amount,
  (count(*) filter (where paid.unpriced))::integer as unpriced
from f
left join (
  select r.county_code, r.delivery_id, sum(r.amount) filter (where c.payee_role = 'household') as amount,
    bool_or(r.missing is not null) as unpriced
  from f
  join delivery_price as r using (county_code, delivery_id)
  join component as c on c.county_code = r.county_code and c.component_id = r.component_id
  group by r.county_code, r.delivery_id
) as paid using (county_code, delivery_id);

-- name: deliveries_total_of_household
-- How many tickets of the household $1, and of those it has a share in, fit the filters and stand? As deliveries_total.
with f as materialized (
  select f.county_code, f.delivery_id, f.net_kg
  from (
    select f.delivery_id
    from delivery as f
    where f.household_id = $1
    union
    select a.delivery_id
    from allocation as a
    where a.household_id = $1
  ) as own
  join delivery as f using (delivery_id)
  where f.village_code between $2 and $3
    and ($4::uuid is null or f.contract_id = $4)
    and ($5::text is null or f.product_code = $5)
    and ($6::uuid is null or f.season_id = $6)
    and ($7::date is null or f.day >= $7)
    and ($8::date is null or f.day <= $8)
    and f.voided_at is null
)
select count(*)::integer as deliveries, coalesce(sum(f.net_kg), 0.00) as net_kg, coalesce(sum(paid.amount), 0.00) as amount,
  (count(*) filter (where paid.unpriced))::integer as unpriced
from f
left join (
  select r.county_code, r.delivery_id, sum(r.amount) filter (where c.payee_role = 'household') as amount,
    bool_or(r.missing is not null) as unpriced
  from f
  join delivery_price as r using (county_code, delivery_id)
  join component as c on c.county_code = r.county_code and c.component_id = r.component_id
  group by r.county_code, r.delivery_id
) as paid using (county_code, delivery_id);

-- name: void_delivery
-- The ticket counts no more, unless it was voided before.
update delivery
set voided_at = $3, voided_by = $4, void_reason = $5, version = version + 1, updated_at = $3, updated_by = $4
where county_code = $1 and delivery_id = $2 and voided_at is null
returning version;

-- name: villages_with_tickets
-- In which villages do tickets stand that a changed price or term may concern?
select distinct county_code, village_code
from delivery
where voided_at is null and village_code between $1 and $2
  and ($3::uuid is null or contract_id = $3)
  and ($4::text is null or product_code = $4)
  and ($5::date is null or day >= $5)
  and ($6::date is null or day <= $6)
  and ($7::integer is null or ticket_year >= $7)
order by county_code, village_code;

-- name: deliveries_to_price
-- Which standing tickets of a village have a price that depends on terms and market, and what do they carry now?
select d.county_code, d.delivery_id, d.village_code, d.contract_id, d.product_code, d.grade_code, d.day, d.net_kg,
  d.household_id, s.year as season_year, r.component_id, r.unit_price, r.market_price, r.market_price_id, r.amount, r.missing,
  c.payee_role = 'household' as to_household
from delivery as d
join delivery_price as r using (county_code, delivery_id)
join component as c on c.county_code = r.county_code and c.component_id = r.component_id
join season as s using (season_id)
where d.county_code = $1 and d.village_code = $2 and d.voided_at is null and ($3::uuid[] is null or d.contract_id = any($3))
order by d.delivery_id, c.number;

-- name: allocations_to_price
-- How were the standing tickets of a village shared, and at which amounts?
select a.county_code, a.allocation_id, a.delivery_id, a.household_id, a.net_kg, a.amount
from allocation as a
join delivery as d using (county_code, delivery_id)
where d.county_code = $1 and d.village_code = $2 and d.voided_at is null and ($3::uuid[] is null or d.contract_id = any($3))
order by a.allocation_id;

-- name: change_delivery_prices
-- Sets new unit prices and amounts of tickets.
update delivery_price as r
set unit_price = n.unit_price, market_price = n.market_price, market_price_id = n.market_price_id, amount = n.amount,
  missing = n.missing, updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::delivery_price, $1::text::jsonb) as n
where r.county_code = n.county_code and r.delivery_id = n.delivery_id and r.component_id = n.component_id
returning r.delivery_id;

-- name: change_allocation_amounts
-- Sets new amounts of households' shares.
update allocation as a
set amount = n.amount
from jsonb_populate_recordset(null::allocation, $1::text::jsonb) as n
where a.county_code = n.county_code and a.allocation_id = n.allocation_id
returning a.allocation_id;

-- name: mark_deliveries_changed
-- Tickets with a new price count as changed, for whoever keeps a copy up to date.
update delivery
set version = version + 1, updated_at = $3, updated_by = $4
where county_code = $1 and delivery_id = any($2::uuid[])
returning delivery_id;
