-- What a summary of a place and period is made of.
-- A place is given as counties ($1), bounds over everything ($2, $3), and ranges of village codes ($4, $5).

-- name: summary_facts
-- What do the households, lines and annexes of a place come to in the period $6 to $7, called $10, as known on the day $11: all of
-- them (key null), and by key: $8 village, organization (in role $9; null: the payer), product, kind or tag? $12: kinds whose gain
-- counts by area; $13: kinds that cover a crop; $14: the year of the period, null for a part of one; $15: the place itself or the
-- members of an area; $16: share of the planned quantity at which a contract is fulfilled; $17: whether to list the gains.
-- A household counts once wherever it joined: an external one as the household it is at home.
with external as materialized (
  select county_code, household_id, home_household_id
  from household
  where home_household_id is not null and county_code = any($1::text[]) and village_code between $2 and $3
), held as materialized (
  select household_id, array_agg(distinct tag_code) as tags
  from household_tag
  where $8 = 'tag' and county_code = any($1::text[]) and superseded_at is null and village_code between $2 and $3
    and (cardinality($4::text[]) = 1 or exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
      where village_code between first_code and last_code))
    and valid_from <= $7 and (valid_to is null or valid_to >= $6)
  group by household_id
), in_role as materialized (
  select county_code, contract_id, role, array_agg(distinct organization_id::text) as keys
  from party
  where $8 = 'organization' and county_code = any($1::text[]) and village_code between $2 and $3 and organization_id is not null
  group by county_code, contract_id, role
), term as materialized (
  -- Components that pay households, of contracts that are active in the period, and their first and last day in it.
  select k.county_code, k.contract_id, c.component_id, c.kind, c.product_code, c.payer_role, greatest($6, k.starts_on) as first_day,
    least($7, k.ends_on, k.completed_on, k.terminated_on) as last_day
  from contract as k
  join component as c using (county_code, contract_id)
  where k.county_code = any($1::text[]) and k.village_code between $2 and $3
    and (cardinality($4::text[]) = 1 or exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
      where k.village_code between first_code and last_code))
    and c.payee_role = 'household' and k.status in ('signed', 'completed', 'terminated')
    and k.starts_on <= $7 and least(k.ends_on, k.completed_on, k.terminated_on) >= $6
), annex as materialized (
  -- The annex lines that link a household on one of these days, each in its last version there.
  select p.village_code, coalesce(e.home_household_id, p.household_id) as household_key, t.kind, t.product_code, v.area_mu,
    held.tags || at_home.tags as tags, case when $9 is null then o.keys[1:1] else o.keys end as organizations
  from term as t
  cross join lateral (
    select county_code, village_code, contract_id, participant_id, household_id
    from participant
    where county_code = t.county_code and component_id = t.component_id and county_code = any($1::text[])
      and village_code between $2 and $3
    offset 0
  ) as p
  cross join lateral (
    select county_code, participant_id, version_no, effective_on, area_mu, withdrawn
    from participant_version
    where county_code = p.county_code and participant_id = p.participant_id and superseded_at is null
    offset 0
  ) as v
  left join external as e on e.county_code = p.county_code and e.household_id = p.household_id
  left join held on held.household_id = p.household_id
  left join held as at_home on at_home.household_id = e.home_household_id
  left join in_role as o on o.county_code = p.county_code and o.contract_id = p.contract_id and o.role = coalesce($9, t.payer_role)
  where p.county_code = any($1::text[]) and p.village_code between $2 and $3
    and not v.withdrawn and (v.version_no = 1 or v.effective_on <= t.last_day)
    and not exists (select from participant_version as later
      where later.county_code = v.county_code and later.participant_id = v.participant_id and later.superseded_at is null
        and later.version_no > v.version_no
        and (later.effective_on <= t.first_day or not later.withdrawn and later.effective_on <= t.last_day))
), annex_key as (
  select null as key, household_key, area_mu from annex
  union all
  select case $8 when 'village' then village_code when 'product' then coalesce(product_code, 'none') else kind end as key,
    household_key, area_mu
  from annex
  where $8 in ('village', 'product', 'kind')
  union all
  select own.key, a.household_key, a.area_mu
  from annex as a
  cross join lateral (
    select distinct key from unnest(coalesce(case $8 when 'tag' then a.tags else a.organizations end, '{none}')) as key
  ) as own
  where $8 in ('tag', 'organization')
), linked as materialized (
  select key, count(*) as households_linked, sum(lines)::bigint as participations, sum(area_mu) as annex_area
  from (
    select key, household_key, count(*) as lines, sum(area_mu) as area_mu
    from annex_key
    group by key, household_key
  ) as own
  group by key
), apart as materialized (
  -- Households whose kept rows are not enough: with a line that is provisional on the day or stale, or joined elsewhere, too.
  select p.household_id
  from household_period as p
  where p.recognised_to >= $11
    and p.period = $10 and p.county_code = any($1::text[]) and p.village_code between $2 and $3
    and (cardinality($4::text[]) = 1 or exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
      where p.village_code between first_code and last_code))
  union
  select household_id
  from gain_line
  where superseded_at is null and stale_since is not null and county_code = any($1::text[]) and village_code between $2 and $3
    and recognised_on between $6 and $7
  union
  select household_id from external
  union
  select home_household_id as household_id from external
), kept as materialized (
  -- What is kept of the others, by village and the tags they hold.
  select p.village_code, held.tags,
    count(*) filter (where complete > 0) as households_with_result, count(*) filter (where labour_lines > 0) as
    labour_households, 0 as provisional, 0 as stale, sum(complete) as complete, sum(incomplete) as incomplete,
    sum(receipts) as receipts, sum(cash_gain) as cash_gain, sum(labour_adjusted_gain) as labour_adjusted_gain,
    sum(income_wage) as income_wage, sum(income_business) as income_business, sum(income_property) as income_property,
    sum(income_transfer) as income_transfer, sum(mu_gain) as mu_gain, sum(mu_area) as mu_area, sum(mu_lines) as mu_lines,
    sum(delivered_kg) as delivered_kg, sum(planned_kg) as planned_kg, sum(planned_lines) as planned_lines,
    count(residents) filter (where complete > 0) as person_households, coalesce(sum(residents) filter (where complete >
    0), 0) as persons, coalesce(sum(cash_gain) filter (where residents is not null), 0.00) as person_gain,
    coalesce(sum(income_wage) filter (where residents is not null), 0.00) as person_wage, coalesce(sum(income_business)
    filter (where residents is not null), 0.00) as person_business, coalesce(sum(income_property) filter (where residents
    is not null), 0.00) as person_property, coalesce(sum(income_transfer) filter (where residents is not null), 0.00) as
    person_transfer, array_agg(cash_gain) filter (where complete > 0 and incomplete = 0) as gains
  from household_period as p
  left join held using (household_id)
  where p.household_id not in (select household_id from apart)
    and p.period = $10 and p.county_code = any($1::text[]) and p.village_code between $2 and $3
    and (cardinality($4::text[]) = 1 or exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
      where p.village_code between first_code and last_code))
  group by p.village_code, held.tags
), counted_at_home as materialized (
  select distinct on (household_id) household_id, resident
  from headcount
  where county_code = any($1::text[]) and household_id in (select home_household_id from external) and superseded_at is null
    and counted_on <= $7 and resident is not null and village_code between $2 and $3
    and (cardinality($4::text[]) = 1 or exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
      where village_code between first_code and last_code))
  order by household_id, counted_on desc
), shared as materialized (
  -- Residents of external households: as counted at home, if that is in the place, else where they joined.
  select distinct on (e.home_household_id) e.home_household_id, coalesce(c.resident, p.residents) as residents
  from external as e
  join household_period as p on p.county_code = e.county_code and p.household_id = e.household_id
    and p.period = $10 and p.county_code = any($1::text[]) and p.village_code between $2 and $3
    and (cardinality($4::text[]) = 1 or exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
      where p.village_code between first_code and last_code))
  left join counted_at_home as c on c.household_id = e.home_household_id
  where coalesce(c.resident, p.residents) is not null
  order by e.home_household_id, p.village_code, p.household_id
), own_line as (
  -- The lines of households apart, and those of all households where a line says its key.
  select g.county_code, g.village_code, g.household_id, coalesce(e.home_household_id, g.household_id) as household_key,
    coalesce(shared.residents, p.residents) as residents,
    case when apart.household_id is null then '{}' else array[null::text] || case $8
      when 'village' then array[g.village_code]
      when 'tag' then coalesce(nullif(array(select distinct unnest(held.tags || at_home.tags)), '{}'), '{none}')
      else '{}'
    end end || case $8
      when 'product' then array[coalesce(g.product_code, 'none')]
      when 'kind' then array[g.kind]
      when 'organization' then case
        when $9 is null then array[coalesce(g.payer_id::text, 'none')] else coalesce(o.keys, '{none}') end
      else '{}'
    end as keys,
    g.recognised_on < $11 as recognised, g.recognised_on < $11 and g.state = 'complete' as complete,
    g.recognised_on < $11 and g.state = 'complete' and g.area_mu is not null and g.kind = any($12::text[]) as by_area,
    g.recognised_on < $11 and g.planned_kg > 0 as planned,
    g.stale_since, g.receipts, g.cash_gain, g.labour_adjusted_gain, g.income_wage, g.income_business, g.income_property,
    g.income_transfer, g.area_mu, g.delivered_kg, g.planned_kg
  from household_period as p
  join gain_line as g on g.county_code = p.county_code and g.household_id = p.household_id
  left join apart on apart.household_id = p.household_id
  left join external as e on e.county_code = p.county_code and e.household_id = p.household_id
  left join shared on shared.home_household_id = coalesce(e.home_household_id, p.household_id)
  left join held on held.household_id = p.household_id
  left join held as at_home on at_home.household_id = e.home_household_id
  left join in_role as o on o.county_code = g.county_code and o.contract_id = g.contract_id and o.role = $9
  where (apart.household_id is not null or $8 in ('product', 'kind', 'organization'))
    and p.period = $10 and p.county_code = any($1::text[]) and p.village_code between $2 and $3
    and (cardinality($4::text[]) = 1 or exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
      where p.village_code between first_code and last_code))
    and g.superseded_at is null and g.recognised_on between $6 and $7 and g.year = extract(year from $6::date)
), added as (
  select own.key, l.household_key, max(l.residents) as residents, count(*) filter (where l.complete) as complete,
    count(*) filter (where l.recognised and not l.complete) as incomplete, count(*) filter (where not l.recognised) as provisional,
    count(l.stale_since) as stale, coalesce(sum(l.receipts) filter (where l.complete), 0.00) as receipts,
    coalesce(sum(l.cash_gain) filter (where l.complete), 0.00) as cash_gain,
    coalesce(sum(l.labour_adjusted_gain) filter (where l.complete), 0.00) as labour_adjusted_gain,
    count(l.labour_adjusted_gain) filter (where l.complete) as labour_lines,
    coalesce(sum(l.income_wage) filter (where l.complete), 0.00) as income_wage,
    coalesce(sum(l.income_business) filter (where l.complete), 0.00) as income_business,
    coalesce(sum(l.income_property) filter (where l.complete), 0.00) as income_property,
    coalesce(sum(l.income_transfer) filter (where l.complete), 0.00) as income_transfer,
    coalesce(sum(l.cash_gain) filter (where l.by_area), 0.00) as mu_gain,
    coalesce(sum(l.area_mu) filter (where l.by_area), 0.00) as mu_area, count(*) filter (where l.by_area) as mu_lines,
    coalesce(sum(least(l.delivered_kg, l.planned_kg)) filter (where l.planned), 0.00) as delivered_kg,
    coalesce(sum(l.planned_kg) filter (where l.planned), 0.00) as planned_kg, count(*) filter (where l.planned) as planned_lines
  from own_line as l
  cross join lateral unnest(l.keys) as own (key)
  group by own.key, l.household_key
), part as materialized (
  select null as key, households_with_result, labour_households, provisional, stale, complete, incomplete, receipts, cash_gain,
    labour_adjusted_gain, income_wage, income_business, income_property, income_transfer, mu_gain, mu_area, mu_lines,
    delivered_kg, planned_kg, planned_lines, person_households, persons, person_gain, person_wage, person_business,
    person_property, person_transfer, gains
  from kept
  union all
  select village_code as key, households_with_result, labour_households, provisional, stale, complete, incomplete, receipts,
    cash_gain, labour_adjusted_gain, income_wage, income_business, income_property, income_transfer, mu_gain, mu_area,
    mu_lines, delivered_kg, planned_kg, planned_lines, person_households, persons, person_gain, person_wage,
    person_business, person_property, person_transfer, gains
  from kept
  where $8 = 'village'
  union all
  select own.key, households_with_result, labour_households, provisional, stale, complete, incomplete, receipts, cash_gain,
    labour_adjusted_gain, income_wage, income_business, income_property, income_transfer, mu_gain, mu_area, mu_lines,
    delivered_kg, planned_kg, planned_lines, person_households, persons, person_gain, person_wage, person_business,
    person_property, person_transfer, gains
  from kept
  cross join lateral unnest(coalesce(tags, '{none}')) as own (key)
  where $8 = 'tag'
  union all
  select key, count(*) filter (where complete > 0) as households_with_result, count(*) filter (where labour_lines > 0) as
    labour_households, sum(provisional) as provisional, sum(stale) as stale, sum(complete) as complete, sum(incomplete) as
    incomplete, sum(receipts) as receipts, sum(cash_gain) as cash_gain, sum(labour_adjusted_gain) as labour_adjusted_gain,
    sum(income_wage) as income_wage, sum(income_business) as income_business, sum(income_property) as income_property,
    sum(income_transfer) as income_transfer, sum(mu_gain) as mu_gain, sum(mu_area) as mu_area, sum(mu_lines) as mu_lines,
    sum(delivered_kg) as delivered_kg, sum(planned_kg) as planned_kg, sum(planned_lines) as planned_lines,
    count(residents) filter (where complete > 0) as person_households, coalesce(sum(residents) filter (where complete >
    0), 0) as persons, coalesce(sum(cash_gain) filter (where residents is not null), 0.00) as person_gain,
    coalesce(sum(income_wage) filter (where residents is not null), 0.00) as person_wage, coalesce(sum(income_business)
    filter (where residents is not null), 0.00) as person_business, coalesce(sum(income_property) filter (where residents
    is not null), 0.00) as person_property, coalesce(sum(income_transfer) filter (where residents is not null), 0.00) as
    person_transfer, array_agg(cash_gain) filter (where complete > 0 and incomplete = 0) as gains
  from added
  group by key
), spread as (
  select part.key, array_agg(gain order by gain) as gains
  from part
  cross join lateral unnest(part.gains) as gain
  group by part.key
), grouped as (
  select key, sum(households_with_result) as households_with_result, sum(labour_households) as labour_households,
    sum(provisional) as provisional, sum(stale) as stale, sum(complete) as complete, sum(incomplete) as incomplete,
    sum(receipts) as receipts, sum(cash_gain) as cash_gain, sum(labour_adjusted_gain) as labour_adjusted_gain,
    sum(mu_gain) as mu_gain, sum(mu_area) as mu_area, sum(mu_lines) as mu_lines, sum(delivered_kg) as quantity_delivered,
    sum(planned_kg) as quantity_planned, sum(planned_lines) as quantity_lines, sum(person_households) as
    person_households, sum(persons) as persons, sum(person_gain) as person_gain, array[sum(income_wage),
    sum(income_business), sum(income_property), sum(income_transfer)] as income, array[sum(person_wage),
    sum(person_business), sum(person_property), sum(person_transfer)] as person_income
  from part
  group by key
), result as materialized (
  -- Percentiles by nearest rank: a real household's value.
  select grouped.key, grouped.households_with_result, grouped.complete, grouped.incomplete, grouped.provisional, grouped.stale,
    grouped.receipts, grouped.cash_gain, grouped.labour_adjusted_gain, grouped.labour_households, grouped.income,
    grouped.mu_gain, grouped.mu_area, grouped.mu_lines, grouped.quantity_delivered, grouped.quantity_planned,
    grouped.quantity_lines, grouped.person_households, grouped.persons, grouped.person_gain, grouped.person_income,
    ranked.gain_households, ranked.gain_p10, ranked.gain_p50, ranked.gain_p90, ranked.gain_total, ranked.gain_lower_40,
    ranked.households_losing, case when $17 and grouped.key is null then coalesce(spread.gains, '{}') else '{}' end as gains
  from grouped
  left join spread on spread.key is not distinct from grouped.key
  cross join lateral (
    select count(*) as gain_households, min(gain) filter (where rank * 10 >= cardinality(spread.gains)) as gain_p10,
      min(gain) filter (where rank * 2 >= cardinality(spread.gains)) as gain_p50,
      min(gain) filter (where rank * 10 >= cardinality(spread.gains) * 9) as gain_p90,
      coalesce(sum(gain), 0.00) as gain_total,
      coalesce(sum(gain) filter (where rank * 5 <= cardinality(spread.gains) * 2), 0.00) as gain_lower_40,
      count(*) filter (where gain < 0) as households_losing
    from unnest(spread.gains) with ordinality as gains (gain, rank)
  ) as ranked
), registered as materialized (
  -- Households of the place's own on any day of the period: all, and by village or by the tags they hold.
  select own.key, sum(h.households)::bigint as households_registered
  from (
    select h.village_code, held.tags, count(*) as households
    from household as h
    left join held on held.household_id = h.household_id
    where h.county_code = any($1::text[]) and h.village_code between $2 and $3
      and (cardinality($4::text[]) = 1 or exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
        where h.village_code between first_code and last_code))
      and h.valid_from <= $7 and (h.valid_to is null or h.valid_to >= $6) and h.home_household_id is null
    group by h.village_code, held.tags
  ) as h
  cross join lateral unnest(array[null::text] || case $8
    when 'village' then array[h.village_code]
    when 'tag' then coalesce(h.tags, '{none}')
    else '{}'
  end) as own (key)
  group by own.key
), due as materialized (
  -- Contracts that end in the period; their rows: by the components that pay households, and the households that stayed.
  select k.county_code, k.contract_id, k.village_code, k.status = 'completed' and (sum(g.planned_kg) is null
      or coalesce(sum(g.delivered_kg) filter (where g.planned_kg > 0), 0) >= sum(g.planned_kg) * $16::numeric) as fulfilled
  from contract as k
  left join gain_line as g on g.county_code = k.county_code and g.contract_id = k.contract_id and g.superseded_at is null
  where k.county_code = any($1::text[]) and k.village_code between $2 and $3
    and (cardinality($4::text[]) = 1 or exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
      where k.village_code between first_code and last_code))
    and k.status in ('signed', 'completed', 'terminated') and k.ends_on between $6 and $7
  group by k.county_code, k.contract_id, k.village_code, k.status
), due_key as (
  select null::text as key, contract_id, fulfilled from due
  union all
  select village_code as key, contract_id, fulfilled from due where $8 = 'village'
  union
  select coalesce(own.key, 'none') as key, d.contract_id, d.fulfilled
  from due as d
  left join component as c on c.county_code = d.county_code and c.contract_id = d.contract_id and c.payee_role = 'household'
  left join in_role as o on o.county_code = d.county_code and o.contract_id = d.contract_id and o.role = coalesce($9, c.payer_role)
  left join participant as p on $8 = 'tag' and p.county_code = c.county_code and p.component_id = c.component_id
    and not exists (select from participant_version as v
      where v.county_code = p.county_code and v.participant_id = p.participant_id and v.superseded_at is null and v.withdrawn)
  left join external as e on e.county_code = p.county_code and e.household_id = p.household_id
  left join held on held.household_id = p.household_id
  left join held as at_home on at_home.household_id = e.home_household_id
  left join lateral unnest(case $8
    when 'product' then array[c.product_code]
    when 'kind' then array[c.kind]
    when 'organization' then case when $9 is null then o.keys[1:1] else o.keys end
    when 'tag' then held.tags || at_home.tags
  end) as own (key) on true
  where $8 in ('product', 'kind', 'organization', 'tag')
), contracted as materialized (
  -- Under how many lines of these kinds, and with what area, is a crop grown in the seasons of the year: by village, and by key?
  select own.key, own.village_code, g.crop_code, sum(g.lines)::bigint as lines, coalesce(sum(g.area_mu), 0.00) as area_mu
  from (
    select g.village_code, g.crop_code, case $8
        when 'village' then array[g.village_code]
        when 'product' then array[coalesce(g.product_code, 'none')]
        when 'kind' then array[g.kind]
        when 'organization' then case
          when $9 is null then array[coalesce(g.payer_id::text, 'none')] else coalesce(o.keys, '{none}') end
        when 'tag' then coalesce(nullif(array(select distinct unnest(held.tags || at_home.tags)), '{}'), '{none}')
      end as row_keys, count(*) as lines, sum(g.area_mu) as area_mu
    from gain_line as g
    left join external as e using (county_code, household_id)
    left join held on held.household_id = g.household_id
    left join held as at_home on at_home.household_id = e.home_household_id
    left join in_role as o on o.county_code = g.county_code and o.contract_id = g.contract_id and o.role = $9
    where g.superseded_at is null and g.county_code = any($1::text[]) and g.village_code between $2 and $3
      and (cardinality($4::text[]) = 1 or exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
        where g.village_code between first_code and last_code))
      and g.year = $14 and g.kind = any($13::text[]) and g.crop_code is not null
    group by g.village_code, g.crop_code, row_keys
  ) as g
  cross join lateral (
    select null::text as key, g.village_code
    union all
    select row_key.key, null from unnest(g.row_keys) as row_key (key)
  ) as own
  group by own.key, own.village_code, g.crop_code
), used as (
  select key from result
  union
  select key from linked
  union
  select key from registered where $8 = 'village'
  union
  select key from due_key
)
select
  (select coalesce(json_agg(result), '[]') from result) as results,
  (select coalesce(json_agg(linked), '[]') from linked) as linked,
  (select coalesce(json_agg(registered), '[]') from registered) as registered,
  (select coalesce(json_agg(found), '[]') from (
      select key, count(*) as contracts_due, count(*) filter (where fulfilled) as contracts_fulfilled from due_key group by key
  ) as found) as due,
  -- What is the official number of households of the place, its members, or its villages in the year?
  (select coalesce(json_agg(found), '[]') from (
      select division_code, households
      from division_statistic
      where year = extract(year from $7::date) and households is not null and (division_code = any($15::text[])
        or $8 = 'village' and exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
          where division_code between first_code and last_code))
  ) as found) as official,
  (select coalesce(json_agg(contracted), '[]') from contracted) as contracted,
  -- How much land of these crops was planted in the year, in the divisions of the place that have a record of it?
  (select coalesce(json_agg(found), '[]') from (
      select division_code, crop_code, area_mu
      from planted_area
      where year = $14 and crop_code in (select crop_code from contracted)
        and exists (select from unnest($4::text[], $5::text[]) as place (first_code, last_code)
          where division_code between first_code and last_code)
  ) as found) as planted,
  -- What are these villages, organisations, products and tags called?
  (select coalesce(json_agg(found), '[]') from (
      select division_code as key, name as label
      from division where $8 = 'village' and division_code in (select key from used)
      union all
      select o.organization_id::text as key, o.name as label
      from organization as o where $8 = 'organization' and o.organization_id::text in (select key from used)
      union all
      select product_code as key, name as label from product where $8 = 'product' and product_code in (select key from used)
      union all
      select tag_code as key, label from tag where $8 = 'tag' and tag_code in (select key from used)
  ) as found) as labels;

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
