-- What the demo asks and writes beyond the statements of the features.

-- name: season_exists
-- Is there this season?
select exists(select from season where season_id = $1);

-- name: statistic_exists
-- Has this division official figures of a year?
select exists(select from division_statistic where division_code = $1 and year = $2);

-- name: household_exists
-- Has this village any household?
select exists(select from household where village_code = $1);

-- name: any_household_exists
-- Is there any household?
select exists(select from household);

-- name: analyse
-- Counts what the tables hold, for the planner.
analyze household, person, headcount, household_tag, land_use, own_history, household_income, contract, party, component,
  component_terms, participant, participant_version, participant_land_use, delivery, delivery_price, allocation, entry,
  cost_record, cost_completion, own_sale, market_price, organization;

-- name: add_whole_contracts
-- Stores contracts in whatever state they are.
insert into contract (county_code, contract_id, village_code, framework_id, title, number, number_year, buyer_id, status,
  signed_on, starts_on, ends_on, completed_on, terminated_on, cancelled_on, status_reason, filing_state, filing_number, filed_on,
  filing_authority, filing_reason, note, version, source, source_date, import_batch_id, created_at, created_by, updated_at,
  updated_by)
select county_code, contract_id, village_code, framework_id, title, number, number_year, buyer_id, status,
  signed_on, starts_on, ends_on, completed_on, terminated_on, cancelled_on, status_reason, filing_state, filing_number, filed_on,
  filing_authority, filing_reason, note, version, source, source_date, import_batch_id, created_at, created_by, updated_at,
  updated_by
from jsonb_populate_recordset(null::contract, $1::text::jsonb)
returning contract_id;

-- name: void_deliveries
-- These tickets count no more.
update delivery as d
set voided_at = n.voided_at, voided_by = n.voided_by, void_reason = n.void_reason, version = d.version + 1,
  updated_at = n.voided_at, updated_by = n.voided_by
from jsonb_populate_recordset(null::delivery, $1::text::jsonb) as n
where d.county_code = n.county_code and d.delivery_id = n.delivery_id
returning d.delivery_id;
