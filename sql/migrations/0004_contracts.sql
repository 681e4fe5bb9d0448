-- Contracts: parties in roles, components with terms, versions, annex lines (participants), land uses, pinned rows.

-- A draft may be half filled; from signing on the facts of a contract stand. Filing is a state of its own.
-- buyer_id: the organisation whose contract number is unique per year (buyer, lessee, employer …).
create table contract (
  county_code text not null,
  contract_id uuid not null,
  village_code text not null,
  framework_id uuid,
  title short_text not null,
  number short_text,
  number_year year_number,
  buyer_id uuid,
  status text not null default 'draft',
  signed_on date,
  starts_on date,
  ends_on date,
  completed_on date,
  terminated_on date,
  cancelled_on date,
  status_reason long_text,
  filing_state text not null default 'missing',
  filing_number short_text,
  filed_on date,
  filing_authority short_text,
  filing_reason long_text,
  note long_text,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint contract_pk primary key (contract_id, county_code),
  constraint contract_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint contract_village_fk foreign key (village_code) references division (division_code),
  constraint contract_framework_fk foreign key (framework_id) references framework (framework_id),
  constraint contract_buyer_fk foreign key (buyer_id) references organization (organization_id),
  constraint contract_number_key unique (county_code, buyer_id, number_year, number),
  constraint contract_status_known check (status in ('draft', 'signed', 'completed', 'terminated', 'cancelled')),
  constraint contract_signed_whole check (status in ('draft', 'cancelled')
    or signed_on is not null and starts_on is not null and ends_on is not null and buyer_id is not null),
  constraint contract_order check (ends_on >= starts_on),
  constraint contract_completed_dated check ((status = 'completed') = (completed_on is not null)),
  constraint contract_terminated_dated check ((status = 'terminated') = (terminated_on is not null)),
  constraint contract_cancelled_dated check ((status = 'cancelled') = (cancelled_on is not null)),
  constraint contract_end_reason check (status not in ('terminated', 'cancelled') or status_reason is not null),
  constraint contract_filing_known check (filing_state in ('not_required', 'missing', 'submitted', 'filed', 'returned')),
  constraint contract_filed_whole check (filing_state <> 'filed'
    or filing_number is not null and filed_on is not null and filing_authority is not null),
  constraint contract_returned_reason check (filing_state <> 'returned' or filing_reason is not null)
);
create index contract_buyer_idx on contract (buyer_id);
create index contract_framework_idx on contract (framework_id);

-- Version 1 is the contract as first signed; an amendment makes the next, in force from effective_on.
create table contract_version (
  county_code text not null,
  contract_id uuid not null,
  version_no integer not null,
  village_code text not null,
  effective_on date not null,
  signed_on date not null,
  reason long_text,
  recorded_at timestamptz not null, created_by text not null,
  constraint contract_version_pk primary key (county_code, contract_id, version_no),
  constraint contract_version_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint contract_version_contract_fk foreign key (county_code, contract_id) references contract (county_code, contract_id),
  constraint contract_version_positive check (version_no >= 1)
);

-- A party is an organisation, a household or a person, in a role. The households of the annex are participants, not parties.
create table party (
  county_code text not null,
  party_id uuid not null,
  village_code text not null,
  contract_id uuid not null,
  role text not null,
  organization_id uuid,
  household_id uuid,
  person_id uuid,
  signed_name short_text not null,
  position integer not null default 0,
  created_at timestamptz not null, created_by text not null,
  constraint party_pk primary key (party_id, county_code),
  constraint party_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint party_contract_fk foreign key (county_code, contract_id) references contract (county_code, contract_id),
  constraint party_organization_fk foreign key (organization_id) references organization (organization_id),
  constraint party_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint party_person_fk foreign key (county_code, person_id) references person (county_code, person_id),
  constraint party_role_form check (role ~ '^[a-z_]{1,30}$' and role <> 'household'),
  constraint party_one_kind check (num_nonnulls(organization_id, household_id, person_id) = 1),
  constraint party_role_key unique nulls not distinct (county_code, contract_id, role, organization_id, household_id, person_id)
);
create index party_organization_idx on party (organization_id);

-- A flow of goods and money from a payer role to a payee role. payee_role 'household': the households of the annex.
create table component (
  county_code text not null,
  component_id uuid not null,
  village_code text not null,
  contract_id uuid not null,
  number integer not null,
  kind text not null,
  payer_role text not null,
  payee_role text not null,
  product_code text,
  created_at timestamptz not null, created_by text not null,
  constraint component_pk primary key (component_id, county_code),
  constraint component_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint component_contract_fk foreign key (county_code, contract_id) references contract (county_code, contract_id),
  constraint component_product_fk foreign key (product_code) references product (product_code),
  constraint component_number_key unique (county_code, contract_id, number),
  constraint component_kind_known
    check (kind in ('order', 'lease', 'employment', 'equity', 'refund', 'service', 'rearing', 'subsidy')),
  constraint component_order_product check (kind <> 'order' or product_code is not null),
  constraint component_role_form check (payer_role ~ '^[a-z_]{1,30}$' and payee_role ~ '^[a-z_]{1,30}$' and payer_role <> payee_role)
);

-- The terms of a component in a version of the contract: a tagged union, validated by the application.
create table component_terms (
  county_code text not null,
  component_id uuid not null,
  version_no integer not null,
  village_code text not null,
  contract_id uuid not null,
  terms jsonb not null,
  effective_on date,
  recorded_at timestamptz not null, created_by text not null,
  constraint component_terms_pk primary key (county_code, component_id, version_no),
  constraint component_terms_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint component_terms_component_fk foreign key (county_code, component_id) references component (county_code, component_id),
  constraint component_terms_positive check (version_no >= 1)
);
create index component_terms_contract_idx on component_terms (county_code, contract_id);

-- An annex line: household x component, once, with the name it was signed under. What it says stands in its versions.
create table participant (
  county_code text not null,
  participant_id uuid not null,
  village_code text not null,
  contract_id uuid not null,
  component_id uuid not null,
  household_id uuid not null,
  signed_name short_text not null,
  line_no integer not null,
  created_at timestamptz not null, created_by text not null, source record_source not null, source_date date, import_batch_id uuid,
  constraint participant_pk primary key (participant_id, county_code),
  constraint participant_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint participant_contract_fk foreign key (county_code, contract_id) references contract (county_code, contract_id),
  constraint participant_component_fk foreign key (county_code, component_id) references component (county_code, component_id),
  constraint participant_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint participant_household_key unique (county_code, component_id, household_id)
);
create index participant_contract_idx on participant (county_code, contract_id);
create index participant_household_idx on participant (county_code, household_id);

-- Never updated in place: a correction supersedes the row, an amendment adds one with a later effective_on.
create table participant_version (
  county_code text not null,
  participant_version_id uuid not null,
  village_code text not null,
  contract_id uuid not null,
  participant_id uuid not null,
  version_no integer not null,
  effective_on date,
  area_mu mu,
  planned_kg kg,
  heads integer,
  shares numeric(14, 4),
  method text,
  base_year year_number,
  own_days days,
  withdrawn boolean not null default false,
  recorded_at timestamptz not null, superseded_at timestamptz, created_by text not null,
  constraint participant_version_pk primary key (participant_version_id, county_code),
  constraint participant_version_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint participant_version_participant_fk foreign key (county_code, participant_id) references participant (county_code, participant_id),
  constraint participant_version_method_known check (method in ('replaced_crop', 'price_premium', 'own_history')),
  constraint participant_version_base_year check (method <> 'own_history' or base_year is not null),
  constraint participant_version_heads_range check (heads between 0 and 100000000),
  constraint participant_version_shares_range check (shares between 0 and 9999999999)
);
create unique index participant_version_key on participant_version (county_code, participant_id, version_no)
  where superseded_at is null;
create index participant_version_contract_idx on participant_version (county_code, contract_id);

create table participant_land_use (
  county_code text not null,
  participant_id uuid not null,
  land_use_id uuid not null,
  village_code text not null,
  created_at timestamptz not null, created_by text not null,
  constraint participant_land_use_pk primary key (county_code, participant_id, land_use_id),
  constraint participant_land_use_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint participant_land_use_participant_fk foreign key (county_code, participant_id) references participant (county_code, participant_id),
  constraint participant_land_use_land_use_fk foreign key (county_code, land_use_id) references land_use (county_code, land_use_id)
);
create index participant_land_use_land_idx on participant_land_use (county_code, land_use_id);

-- A reference row fixed for a contract, or for one annex line, instead of the one the look-up would take.
create table reference_pin (
  county_code text not null,
  reference_pin_id uuid not null,
  village_code text not null,
  contract_id uuid not null,
  participant_id uuid,
  crop_code text not null,
  reference_return_id uuid not null,
  reason long_text not null,
  recorded_at timestamptz not null, superseded_at timestamptz, created_by text not null,
  constraint reference_pin_pk primary key (reference_pin_id, county_code),
  constraint reference_pin_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint reference_pin_contract_fk foreign key (county_code, contract_id) references contract (county_code, contract_id),
  constraint reference_pin_participant_fk foreign key (county_code, participant_id) references participant (county_code, participant_id),
  constraint reference_pin_crop_fk foreign key (crop_code) references crop (crop_code),
  constraint reference_pin_row_fk foreign key (reference_return_id) references reference_return (reference_return_id)
);
create unique index reference_pin_key on reference_pin (county_code, contract_id, participant_id, crop_code)
  nulls not distinct where superseded_at is null;

call protect_village('contract', true);
call protect_village('contract_version', false);
call protect_village('party', true);
call protect_village('component', true);
call protect_village('component_terms', true);
call protect_village('participant', true);
call protect_village('participant_version', true);
call protect_village('participant_land_use', false);
call protect_village('reference_pin', false);
-- Parts of a draft may be removed again; the service does so only while the contract is a draft.
grant delete on party, component, component_terms, participant, participant_version, participant_land_use to registry_app;
