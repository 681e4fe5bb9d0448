-- What happened under a contract. Nothing here is ever deleted: it is voided with a reason.

-- One weigh ticket. Weights as typed in their unit, net in kg. Delivered by a household, or by an organisation that
-- weighed for several (then allocated).
create table delivery (
  county_code text not null,
  delivery_id uuid not null,
  village_code text not null,
  contract_id uuid not null,
  season_id uuid not null,
  product_code text not null,
  grade_code text,
  day date not null,
  buyer_id uuid not null,
  ticket_number short_text,
  ticket_year year_number not null,
  household_id uuid,
  organization_id uuid,
  typed_unit text not null,
  gross typed_weight not null,
  tare typed_weight not null,
  moisture_percent share_percent,
  impurity_percent share_percent,
  deduction_percent share_percent not null default 0,
  deduction_reason long_text,
  deduction_weight typed_weight not null default 0,
  net_kg kg not null,
  operator short_text,
  note long_text,
  voided_at timestamptz, voided_by text, void_reason long_text,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint delivery_pk primary key (delivery_id, county_code),
  constraint delivery_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint delivery_contract_fk foreign key (county_code, contract_id) references contract (county_code, contract_id),
  constraint delivery_season_fk foreign key (season_id) references season (season_id),
  constraint delivery_product_fk foreign key (product_code) references product (product_code),
  constraint delivery_grade_fk foreign key (product_code, grade_code) references grade (product_code, grade_code),
  constraint delivery_buyer_fk foreign key (buyer_id) references organization (organization_id),
  constraint delivery_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint delivery_organization_fk foreign key (organization_id) references organization (organization_id),
  constraint delivery_one_deliverer check (num_nonnulls(household_id, organization_id) = 1),
  constraint delivery_typed_unit_known check (typed_unit in ('kg', 'jin', 'dan', 'ton')),
  constraint delivery_gross_over_tare check (gross > tare),
  constraint delivery_net_positive check (net_kg > 0),
  constraint delivery_void_whole check ((voided_at is null) = (voided_by is null) and (voided_at is null) = (void_reason is null))
);
create unique index delivery_ticket_key on delivery (county_code, buyer_id, ticket_year, ticket_number) where voided_at is null;
create index delivery_contract_idx on delivery (county_code, contract_id, day);
create index delivery_household_idx on delivery (county_code, household_id, season_id);

-- The unit price of the ticket per component it fulfils. missing: why there is no price yet ("market_price").
create table delivery_price (
  county_code text not null,
  delivery_id uuid not null,
  component_id uuid not null,
  village_code text not null,
  contract_id uuid not null,
  unit_price unit_price,
  market_price unit_price,
  market_price_id uuid,
  amount yuan_plus,
  missing text,
  updated_at timestamptz not null, updated_by text not null,
  constraint delivery_price_pk primary key (county_code, delivery_id, component_id),
  constraint delivery_price_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint delivery_price_delivery_fk foreign key (county_code, delivery_id) references delivery (county_code, delivery_id),
  constraint delivery_price_component_fk foreign key (county_code, component_id) references component (county_code, component_id),
  constraint delivery_price_market_fk foreign key (market_price_id) references market_price (market_price_id),
  constraint delivery_price_whole check (
    (unit_price is null) = (amount is null) and (unit_price is null) = (missing is not null)),
  constraint delivery_price_missing_known check (missing in ('market_price', 'grade_price'))
);
create index delivery_price_component_idx on delivery_price (county_code, component_id);
create index delivery_price_missing_idx on delivery_price (village_code) where missing is not null;

-- The share of a household in a ticket weighed for several. amount: at the price of the component whose payee is the household.
create table allocation (
  county_code text not null,
  allocation_id uuid not null,
  village_code text not null,
  contract_id uuid not null,
  delivery_id uuid not null,
  household_id uuid not null,
  declared_kg kg not null,
  net_kg kg not null,
  amount yuan_plus,
  created_at timestamptz not null, created_by text not null,
  constraint allocation_pk primary key (allocation_id, county_code),
  constraint allocation_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint allocation_delivery_fk foreign key (county_code, delivery_id) references delivery (county_code, delivery_id),
  constraint allocation_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint allocation_household_key unique (county_code, delivery_id, household_id)
);
create index allocation_household_idx on allocation (county_code, household_id);

-- A dated amount under a contract: fee, penalty, input advance … amount is paid by the household for 'fee', 'penalty_paid',
-- 'input_advance' (charged, offset at settlement) and 'deposit'; received by it for the others.
create table entry (
  county_code text not null,
  entry_id uuid not null,
  village_code text not null,
  contract_id uuid not null,
  component_id uuid,
  participant_id uuid,
  household_id uuid,
  organization_id uuid,
  season_id uuid,
  day date not null,
  kind text not null,
  amount yuan_plus not null,
  item short_text,
  cost_class text,
  local_market_value yuan_plus,
  note long_text,
  voided_at timestamptz, voided_by text, void_reason long_text,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint entry_pk primary key (entry_id, county_code),
  constraint entry_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint entry_contract_fk foreign key (county_code, contract_id) references contract (county_code, contract_id),
  constraint entry_component_fk foreign key (county_code, component_id) references component (county_code, component_id),
  constraint entry_participant_fk foreign key (county_code, participant_id) references participant (county_code, participant_id),
  constraint entry_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint entry_organization_fk foreign key (organization_id) references organization (organization_id),
  constraint entry_season_fk foreign key (season_id) references season (season_id),
  constraint entry_one_side check (num_nonnulls(household_id, organization_id) = 1),
  constraint entry_kind_known check (kind in ('rent', 'floor', 'dividend', 'refund', 'subsidy', 'fee', 'rearing_fee',
    'guarantee_top_up', 'input_advance', 'deposit', 'penalty_paid', 'penalty_received', 'indemnity')),
  constraint entry_cost_class_known check (cost_class in ('materials_services', 'hired_labour', 'land_rent')),
  constraint entry_advance_whole check (kind <> 'input_advance' or item is not null and cost_class is not null),
  constraint entry_void_whole check ((voided_at is null) = (voided_by is null) and (voided_at is null) = (void_reason is null))
);
create index entry_contract_idx on entry (county_code, contract_id);
create index entry_participant_idx on entry (county_code, participant_id, season_id);

-- What a household spent on the annex area in a season.
create table cost_record (
  county_code text not null,
  cost_record_id uuid not null,
  village_code text not null,
  participant_id uuid not null,
  household_id uuid not null,
  season_id uuid not null,
  day date not null,
  cost_class text not null,
  item short_text not null,
  amount yuan_plus not null,
  evidence short_text,
  voided_at timestamptz, voided_by text, void_reason long_text,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint cost_record_pk primary key (cost_record_id, county_code),
  constraint cost_record_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint cost_record_participant_fk foreign key (county_code, participant_id) references participant (county_code, participant_id),
  constraint cost_record_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint cost_record_season_fk foreign key (season_id) references season (season_id),
  constraint cost_record_class_known check (cost_class in ('materials_services', 'hired_labour', 'land_rent')),
  constraint cost_record_void_whole check ((voided_at is null) = (voided_by is null) and (voided_at is null) = (void_reason is null))
);
create index cost_record_participant_idx on cost_record (county_code, participant_id, season_id);

-- A cost class whose records of a season are complete: the recorded sum stands instead of the reference.
create table cost_completion (
  county_code text not null,
  participant_id uuid not null,
  season_id uuid not null,
  cost_class text not null,
  village_code text not null,
  complete boolean not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint cost_completion_pk primary key (county_code, participant_id, season_id, cost_class),
  constraint cost_completion_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint cost_completion_participant_fk foreign key (county_code, participant_id) references participant (county_code, participant_id),
  constraint cost_completion_season_fk foreign key (season_id) references season (season_id),
  constraint cost_completion_class_known check (cost_class in ('materials_services', 'hired_labour', 'land_rent'))
);

-- What the household sold elsewhere from the annex area (self-declared; 0 kg says: nothing sold).
create table own_sale (
  county_code text not null,
  own_sale_id uuid not null,
  village_code text not null,
  participant_id uuid not null,
  household_id uuid not null,
  season_id uuid not null,
  product_code text not null,
  day date not null,
  net_kg kg not null,
  amount yuan_plus not null,
  note long_text,
  voided_at timestamptz, voided_by text, void_reason long_text,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint own_sale_pk primary key (own_sale_id, county_code),
  constraint own_sale_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint own_sale_participant_fk foreign key (county_code, participant_id) references participant (county_code, participant_id),
  constraint own_sale_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint own_sale_season_fk foreign key (season_id) references season (season_id),
  constraint own_sale_product_fk foreign key (product_code) references product (product_code),
  constraint own_sale_void_whole check ((voided_at is null) = (voided_by is null) and (voided_at is null) = (void_reason is null))
);
create index own_sale_participant_idx on own_sale (county_code, participant_id, season_id);

call protect_village('delivery', true);
call protect_village('delivery_price', true);
call protect_village('allocation', true);
call protect_village('entry', false);
call protect_village('cost_record', false);
call protect_village('cost_completion', false);
call protect_village('own_sale', false);
