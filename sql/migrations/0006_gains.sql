-- The stored results: gain lines and their parts, the baseline of a household's year. Superseded, never updated in place
-- (but for the mark "stale").

-- line_key: what makes the line one of its annex line: season id, year, month, or distribution.
-- period_from..period_to: the season, year or month. payer_id: the organisation in the payer role.
-- income_*: the cash parts by class, so that a summary reads lines only; together they are the cash gain.
create table gain_line (
  county_code text not null,
  gain_line_id uuid not null,
  village_code text not null,
  household_id uuid not null,
  contract_id uuid not null,
  component_id uuid not null,
  participant_id uuid not null,
  line_key text not null,
  season_id uuid,
  kind text not null,
  method text,
  product_code text,
  crop_code text,
  payer_id uuid,
  year year_number not null,
  period_from date not null,
  period_to date not null,
  recognised_on date not null,
  state text not null,
  missing text[] not null default '{}',
  promised yuan,
  receipts yuan,
  payable yuan,
  cash_gain yuan,
  labour_adjusted_gain yuan,
  labour_missing text[] not null default '{}',
  income_wage yuan,
  income_business yuan,
  income_property yuan,
  income_transfer yuan,
  area_mu mu,
  planned_kg kg,
  delivered_kg kg not null default 0,
  yield_effect yuan,
  cost_effect yuan,
  price_effect yuan,
  reference_rows jsonb not null default '[]',
  planning boolean not null default false,
  formula_version text not null,
  adjusts uuid,
  stale_since timestamptz,
  stale_cause text,
  recorded_at timestamptz not null, superseded_at timestamptz, created_by text not null,
  constraint gain_line_pk primary key (gain_line_id, county_code),
  constraint gain_line_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint gain_line_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint gain_line_contract_fk foreign key (county_code, contract_id) references contract (county_code, contract_id),
  constraint gain_line_component_fk foreign key (county_code, component_id) references component (county_code, component_id),
  constraint gain_line_participant_fk foreign key (county_code, participant_id) references participant (county_code, participant_id),
  constraint gain_line_season_fk foreign key (season_id) references season (season_id),
  constraint gain_line_payer_fk foreign key (payer_id) references organization (organization_id),
  constraint gain_line_adjusts_fk foreign key (county_code, adjusts) references gain_line (county_code, gain_line_id),
  constraint gain_line_state_known check (state in ('complete', 'incomplete')),
  constraint gain_line_state_whole check ((state = 'complete') = (cash_gain is not null) and (state = 'incomplete') = (missing <> '{}')),
  constraint gain_line_income_whole check (num_nulls(cash_gain, income_wage, income_business, income_property, income_transfer) in (0, 5)),
  constraint gain_line_effects_whole check (num_nulls(yield_effect, cost_effect, price_effect) in (0, 3)),
  constraint gain_line_period_order check (period_to >= period_from)
);
create unique index gain_line_current_key on gain_line (county_code, participant_id, line_key)
  where superseded_at is null and adjusts is null;
create index gain_line_household_idx on gain_line (county_code, household_id, year);
create index gain_line_contract_idx on gain_line (county_code, contract_id);
create index gain_line_year_idx on gain_line (village_code, year) where superseded_at is null;
create index gain_line_stale_idx on gain_line (village_code) where stale_since is not null and superseded_at is null;

-- A summand of a line with the inputs it was computed from, so that explain needs no recomputation.
create table gain_part (
  county_code text not null,
  gain_part_id uuid not null,
  village_code text not null,
  gain_line_id uuid not null,
  position integer not null,
  part text not null,
  income_class text not null,
  basis text not null,
  amount yuan not null,
  rule text not null,
  source_text text not null,
  inputs jsonb not null,
  constraint gain_part_pk primary key (gain_part_id, county_code),
  constraint gain_part_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint gain_part_line_fk foreign key (county_code, gain_line_id) references gain_line (county_code, gain_line_id),
  constraint gain_part_position_key unique (county_code, gain_line_id, position),
  constraint gain_part_class_known check (income_class in ('wage', 'business', 'property', 'transfer')),
  constraint gain_part_basis_known check (basis in ('cash', 'labour'))
);

-- What a household's gain of a year is held against (flag above_baseline).
create table gain_baseline (
  county_code text not null,
  gain_baseline_id uuid not null,
  village_code text not null,
  household_id uuid not null,
  year year_number not null,
  amount yuan,
  basis text not null,
  source_text text not null,
  recorded_at timestamptz not null, superseded_at timestamptz,
  constraint gain_baseline_pk primary key (gain_baseline_id, county_code),
  constraint gain_baseline_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint gain_baseline_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint gain_baseline_basis_known check (basis in ('recorded', 'average', 'unknown')),
  constraint gain_baseline_whole check ((basis = 'unknown') = (amount is null))
);
create unique index gain_baseline_current_key on gain_baseline (county_code, household_id, year) where superseded_at is null;

call protect_village('gain_line', false);
call protect_village('gain_part', false);
call protect_village('gain_baseline', false);
revoke update on gain_part from registry_app;
