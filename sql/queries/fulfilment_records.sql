-- Amounts under a contract, what households spent, which cost classes are complete, what was sold elsewhere.

-- name: add_entries
-- Keeps dated amounts.
insert into entry (county_code, entry_id, village_code, contract_id, component_id, participant_id, household_id, organization_id,
  season_id, day, kind, amount, item, cost_class, local_market_value, note, version, source, source_date, import_batch_id,
  created_at, created_by, updated_at, updated_by)
select county_code, entry_id, village_code, contract_id, component_id, participant_id, household_id, organization_id,
  season_id, day, kind, amount, item, cost_class, local_market_value, note, version, source, source_date, import_batch_id,
  created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::entry, $1::text::jsonb)
returning entry_id;

-- name: add_cost_records
-- Keeps what households spent.
insert into cost_record (county_code, cost_record_id, village_code, participant_id, household_id, season_id, day, cost_class,
  item, amount, evidence, version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, cost_record_id, village_code, participant_id, household_id, season_id, day, cost_class,
  item, amount, evidence, version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::cost_record, $1::text::jsonb)
returning cost_record_id;

-- name: add_own_sales
-- Keeps what households sold elsewhere.
insert into own_sale (county_code, own_sale_id, village_code, participant_id, household_id, season_id, product_code, day, net_kg,
  amount, note, version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, own_sale_id, village_code, participant_id, household_id, season_id, product_code, day, net_kg,
  amount, note, version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::own_sale, $1::text::jsonb)
returning own_sale_id;

-- name: hold_participants
-- Nobody else says anything of these annex lines' cost classes until the transaction ends: of two first words, which have no
-- row to wait for yet, the second knows the first.
select participant_id
from participant
where county_code = $1 and participant_id = any($2::uuid[])
order by participant_id
for no key update;

-- name: save_cost_completions
-- Says whether the records of a cost class and season are complete; the last word counts.
insert into cost_completion (county_code, participant_id, season_id, cost_class, village_code, complete, version, source,
  source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, participant_id, season_id, cost_class, village_code, complete, version, source,
  source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::cost_completion, $1::text::jsonb)
on conflict on constraint cost_completion_pk do update
set complete = excluded.complete, version = cost_completion.version + 1, updated_at = excluded.updated_at,
  updated_by = excluded.updated_by
returning participant_id;

-- name: entries
-- Which dated amounts fit the filters, newest first, after the cursor $9?
select e.entry_id, e.county_code, e.village_code, e.contract_id, e.component_id, e.participant_id, e.household_id,
  p.signed_name as household_name, e.organization_id, o.name as organization_name, e.season_id, s.year as season_year, e.day,
  e.kind, e.amount, e.item, e.cost_class, e.local_market_value, e.note, e.voided_at, e.voided_by, e.void_reason, e.version,
  e.source, e.created_at, e.created_by, e.updated_at, e.updated_by
from entry as e
left join participant as p on p.county_code = e.county_code and p.participant_id = e.participant_id
left join organization as o on o.organization_id = e.organization_id
left join season as s on s.season_id = e.season_id
where ($1::text is null or e.county_code = $1)
  and ($2::text is null or e.village_code >= $2)
  and ($3::text is null or e.village_code <= $3)
  and ($4::uuid is null or e.contract_id = $4)
  and ($5::uuid is null or e.household_id = $5)
  and ($6::uuid is null or e.season_id = $6)
  and ($7::boolean is null or (e.voided_at is not null) = $7)
  and ($8::timestamptz is null or e.updated_at >= $8)
  and ($9::uuid is null or e.entry_id < $9)
  and ($10::uuid is null or e.entry_id = $10)
order by e.entry_id desc
limit $11;

-- name: cost_records
-- What did households spend, by the filters, newest first, after the cursor $9?
select r.cost_record_id, r.county_code, r.village_code, p.contract_id, p.component_id, r.participant_id, r.household_id,
  p.signed_name as household_name, r.season_id, s.year as season_year, r.day, r.cost_class, r.item, r.amount, r.evidence,
  r.voided_at, r.voided_by, r.void_reason, r.version, r.source, r.created_at, r.created_by, r.updated_at, r.updated_by
from cost_record as r
join participant as p using (county_code, participant_id)
join season as s on s.season_id = r.season_id
where ($1::text is null or r.county_code = $1)
  and ($2::text is null or r.village_code >= $2)
  and ($3::text is null or r.village_code <= $3)
  and ($4::uuid is null or p.contract_id = $4)
  and ($5::uuid is null or r.household_id = $5)
  and ($6::uuid is null or r.season_id = $6)
  and ($7::boolean is null or (r.voided_at is not null) = $7)
  and ($8::timestamptz is null or r.updated_at >= $8)
  and ($9::uuid is null or r.cost_record_id < $9)
  and ($10::uuid is null or r.cost_record_id = $10)
order by r.cost_record_id desc
limit $11;

-- name: own_sales
-- What did households sell elsewhere, by the filters, newest first, after the cursor $9?
select r.own_sale_id, r.county_code, r.village_code, p.contract_id, p.component_id, r.participant_id, r.household_id,
  p.signed_name as household_name, r.season_id, s.year as season_year, r.product_code, r.day, r.net_kg, r.amount, r.note,
  r.voided_at, r.voided_by, r.void_reason, r.version, r.source, r.created_at, r.created_by, r.updated_at, r.updated_by
from own_sale as r
join participant as p using (county_code, participant_id)
join season as s on s.season_id = r.season_id
where ($1::text is null or r.county_code = $1)
  and ($2::text is null or r.village_code >= $2)
  and ($3::text is null or r.village_code <= $3)
  and ($4::uuid is null or p.contract_id = $4)
  and ($5::uuid is null or r.household_id = $5)
  and ($6::uuid is null or r.season_id = $6)
  and ($7::boolean is null or (r.voided_at is not null) = $7)
  and ($8::timestamptz is null or r.updated_at >= $8)
  and ($9::uuid is null or r.own_sale_id < $9)
  and ($10::uuid is null or r.own_sale_id = $10)
order by r.own_sale_id desc
limit $11;

-- name: cost_completions
-- Which cost classes of a contract's annex lines are said to be complete or not?
select c.county_code, c.village_code, p.contract_id, p.component_id, c.participant_id, p.household_id,
  p.signed_name as household_name, c.season_id, s.year as season_year, c.cost_class, c.complete, c.version, c.updated_at,
  c.updated_by
from cost_completion as c
join participant as p using (county_code, participant_id)
join season as s on s.season_id = c.season_id
where ($1::uuid is null or p.contract_id = $1)
  and ($2::uuid is null or p.household_id = $2)
  and ($3::uuid is null or c.season_id = $3)
order by c.participant_id, c.season_id, c.cost_class
limit $4;

-- name: void_entry
-- The amount counts no more, unless it was voided before.
update entry
set voided_at = $3, voided_by = $4, void_reason = $5, version = version + 1, updated_at = $3, updated_by = $4
where county_code = $1 and entry_id = $2 and voided_at is null
returning version;

-- name: void_cost_record
-- The cost counts no more, unless it was voided before.
update cost_record
set voided_at = $3, voided_by = $4, void_reason = $5, version = version + 1, updated_at = $3, updated_by = $4
where county_code = $1 and cost_record_id = $2 and voided_at is null
returning version;

-- name: void_own_sale
-- The sale counts no more, unless it was voided before.
update own_sale
set voided_at = $3, voided_by = $4, void_reason = $5, version = version + 1, updated_at = $3, updated_by = $4
where county_code = $1 and own_sale_id = $2 and voided_at is null
returning version;
