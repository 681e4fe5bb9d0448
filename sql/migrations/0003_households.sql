-- Village-owned registers: households and what they hold, memberships and shares.
-- No ID, phone or bank number is stored here.

-- number: unique in the village. home_*: the record in its own village of a household that joined a contract elsewhere.
create table household (
  county_code text not null,
  household_id uuid not null,
  village_code text not null,
  group_name short_text,
  number short_text not null,
  contracted_mu mu,
  contracted_until date,
  extension_signed boolean,
  valid_from date not null,
  valid_to date,
  end_kind text,
  home_county_code text,
  home_household_id uuid,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint household_pk primary key (household_id, county_code),
  constraint household_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint household_village_fk foreign key (village_code) references division (division_code),
  constraint household_number_key unique (county_code, village_code, number),
  constraint household_valid_order check (valid_to >= valid_from),
  constraint household_end_known check (end_kind in ('split', 'merged', 'moved', 'transferred', 'ended')),
  constraint household_end_dated check ((end_kind is null) = (valid_to is null)),
  constraint household_home_pair check ((home_county_code is null) = (home_household_id is null))
);

-- Names only. The head of the household is a flag, one per household.
create table person (
  county_code text not null,
  person_id uuid not null,
  village_code text not null,
  household_id uuid not null,
  name short_text not null,
  search_key text not null default '',
  is_head boolean not null default false,
  relation short_text,
  valid_from date not null,
  valid_to date,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint person_pk primary key (person_id, county_code),
  constraint person_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint person_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint person_valid_order check (valid_to >= valid_from)
);
create unique index person_head_key on person (county_code, household_id) where is_head and valid_to is null;
create index person_household_idx on person (county_code, household_id);

create table headcount (
  county_code text not null,
  headcount_id uuid not null,
  village_code text not null,
  household_id uuid not null,
  counted_on date not null,
  registered integer,
  resident integer,
  labour integer,
  recorded_at timestamptz not null, superseded_at timestamptz, created_by text not null,
  source record_source not null, source_date date, import_batch_id uuid,
  constraint headcount_pk primary key (headcount_id, county_code),
  constraint headcount_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint headcount_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint headcount_range check (registered between 0 and 99 and resident between 0 and 99 and labour between 0 and 99)
);
create unique index headcount_day_key on headcount (county_code, household_id, counted_on) where superseded_at is null;

create table household_tag (
  county_code text not null,
  household_tag_id uuid not null,
  village_code text not null,
  household_id uuid not null,
  tag_code text not null,
  valid_from date not null,
  valid_to date,
  recorded_at timestamptz not null, superseded_at timestamptz, created_by text not null,
  source record_source not null, source_date date, import_batch_id uuid,
  constraint household_tag_pk primary key (household_tag_id, county_code),
  constraint household_tag_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint household_tag_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint household_tag_tag_fk foreign key (tag_code) references tag (tag_code),
  constraint household_tag_valid_order check (valid_to >= valid_from)
);
create unique index household_tag_start_key on household_tag (county_code, household_id, tag_code, valid_from)
  where superseded_at is null;

create table parcel (
  county_code text not null,
  parcel_id uuid not null,
  village_code text not null,
  code short_text not null,
  name short_text,
  area_mu parcel_mu not null,
  land_grade short_text,
  bounds long_text,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint parcel_pk primary key (parcel_id, county_code),
  constraint parcel_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint parcel_code_key unique (county_code, village_code, code),
  constraint parcel_area_positive check (area_mu > 0)
);
-- Several households may share a parcel.
create table parcel_holder (
  county_code text not null,
  parcel_id uuid not null,
  household_id uuid not null,
  village_code text not null,
  area_mu parcel_mu,
  created_at timestamptz not null, created_by text not null,
  constraint parcel_holder_pk primary key (county_code, parcel_id, household_id),
  constraint parcel_holder_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint parcel_holder_parcel_fk foreign key (county_code, parcel_id) references parcel (county_code, parcel_id),
  constraint parcel_holder_household_fk foreign key (county_code, household_id) references household (county_code, household_id)
);
create index parcel_holder_household_idx on parcel_holder (county_code, household_id);

-- What a piece of land would otherwise have carried: crops summed per mu (a rotation), or nothing (idle).
-- By season, or by days. rented_in: the household leases the land in; rent_either_way: it would have rented it anyway.
create table land_use (
  county_code text not null,
  land_use_id uuid not null,
  village_code text not null,
  household_id uuid not null,
  parcel_id uuid,
  area_mu mu not null,
  season_id uuid,
  use_from date,
  use_to date,
  displaced_crops text[] not null default '{}',
  rented_in boolean not null default false,
  rent_either_way boolean not null default false,
  rent_paid yuan_plus,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint land_use_pk primary key (land_use_id, county_code),
  constraint land_use_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint land_use_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint land_use_parcel_fk foreign key (county_code, parcel_id) references parcel (county_code, parcel_id),
  constraint land_use_season_fk foreign key (season_id) references season (season_id),
  constraint land_use_area_positive check (area_mu > 0),
  constraint land_use_season_or_days check ((season_id is null) <> (use_from is null) and (use_from is null) = (use_to is null)),
  constraint land_use_order check (use_to >= use_from),
  constraint land_use_rent_choice check (not rent_either_way or rented_in and rent_paid is not null)
);
create index land_use_household_idx on land_use (county_code, household_id);

-- Recorded disposable income of a household in a year.
create table household_income (
  county_code text not null,
  household_id uuid not null,
  year year_number not null,
  village_code text not null,
  amount yuan not null,
  source_text short_text not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint household_income_pk primary key (county_code, household_id, year),
  constraint household_income_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint household_income_household_fk foreign key (county_code, household_id) references household (county_code, household_id)
);

-- What a household grew and earned before its first contract: the comparator of method own_history.
create table own_history (
  county_code text not null,
  household_id uuid not null,
  crop_code text not null,
  year year_number not null,
  village_code text not null,
  area_mu mu not null,
  cash_income yuan not null,
  own_days days,
  evidence short_text not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint own_history_pk primary key (county_code, household_id, crop_code, year),
  constraint own_history_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint own_history_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint own_history_crop_fk foreign key (crop_code) references crop (crop_code),
  constraint own_history_area_positive check (area_mu > 0)
);

create table membership (
  county_code text not null,
  membership_id uuid not null,
  village_code text not null,
  household_id uuid not null,
  organization_id uuid not null,
  valid_from date not null,
  valid_to date,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint membership_pk primary key (membership_id, county_code),
  constraint membership_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint membership_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint membership_organization_fk foreign key (organization_id) references organization (organization_id),
  constraint membership_key unique (county_code, household_id, organization_id, valid_from),
  constraint membership_valid_order check (valid_to >= valid_from)
);
create index membership_organization_idx on membership (organization_id);
-- At most one running membership of a household in an organisation.
create unique index membership_open_key on membership (county_code, household_id, organization_id) where valid_to is null;

create table membership_share (
  county_code text not null,
  membership_share_id uuid not null,
  village_code text not null,
  membership_id uuid not null,
  kind text not null,
  form text not null,
  amount numeric(14, 4) not null,
  valid_from date not null,
  valid_to date,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint membership_share_pk primary key (membership_share_id, county_code),
  constraint membership_share_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint membership_share_membership_fk foreign key (county_code, membership_id) references membership (county_code, membership_id),
  constraint membership_share_kind_known check (kind in ('contribution', 'reserve', 'granted')),
  constraint membership_share_form_known check (form in ('land', 'cash', 'labour', 'other')),
  constraint membership_share_amount_range check (amount > 0 and amount < 10000000000),
  constraint membership_share_valid_order check (valid_to >= valid_from)
);
create index membership_share_membership_idx on membership_share (county_code, membership_id);

-- Ids of the same record in other systems, for matching.
create table external_id (
  county_code text not null,
  record_kind text not null,
  system text not null,
  value text not null,
  village_code text not null,
  record_id uuid not null,
  created_at timestamptz not null, created_by text not null,
  constraint external_id_pk primary key (county_code, record_kind, system, value),
  constraint external_id_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code)
);
create index external_id_record_idx on external_id (county_code, record_id);

-- What a check found about a record, with the reason why it was overridden.
create table finding (
  county_code text not null,
  finding_id uuid not null,
  village_code text not null,
  record_kind text not null,
  record_id uuid not null,
  code text not null,
  severity text not null,
  pointer text not null,
  message long_text not null,
  rule text,
  override_reason long_text,
  created_at timestamptz not null, created_by text not null,
  constraint finding_pk primary key (finding_id, county_code),
  constraint finding_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint finding_severity_known check (severity in ('warning', 'note')),
  constraint finding_override_given check (severity <> 'warning' or override_reason is not null)
);
create index finding_record_idx on finding (county_code, record_id);

call protect_village('household', false);
call protect_village('person', false);
call protect_village('headcount', false);
call protect_village('household_tag', false);
call protect_village('parcel', false);
call protect_village('parcel_holder', false);
call protect_village('land_use', false);
call protect_village('household_income', false);
call protect_village('own_history', false);
call protect_village('membership', false);
call protect_village('membership_share', false);
call protect_village('external_id', false);
call protect_village('finding', false);
grant delete on parcel_holder to registry_app;
