-- Shared data without a county: the dated division tree, areas, organisations, crops and prices, reference rows.
-- Every "_to" and "ends_on" is the last valid day, included.

create table division (
  division_code text not null,
  name short_text not null,
  level text not null,
  parent_code text,
  code_status text not null default 'official',
  valid_from date not null,
  valid_to date,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint division_pk primary key (division_code),
  constraint division_parent_fk foreign key (parent_code) references division (division_code),
  constraint division_code_form check (division_code ~ '^[0-9]{12}$'),
  constraint division_level_known check (level in ('province', 'prefecture', 'county', 'township', 'village')),
  constraint division_level_code check (
    division_code ~ case level when 'province' then '^[0-9]{2}0{10}$' when 'prefecture' then '^[0-9]{4}0{8}$'
      when 'county' then '^[0-9]{6}0{6}$' when 'township' then '^[0-9]{9}0{3}$' else '^[0-9]{12}$' end),
  constraint division_code_status_known check (code_status in ('official', 'provisional')),
  constraint division_valid_order check (valid_to >= valid_from)
);
create index division_parent_idx on division (parent_code);

-- Which division took over which (撤村并村). Codes on records are never rewritten; scopes and summaries follow this.
create table division_successor (
  division_code text not null,
  successor_code text not null,
  effective_on date not null,
  created_at timestamptz not null, created_by text not null,
  constraint division_successor_pk primary key (division_code, successor_code),
  constraint division_successor_division_fk foreign key (division_code) references division (division_code),
  constraint division_successor_successor_fk foreign key (successor_code) references division (division_code),
  constraint division_successor_other check (division_code <> successor_code)
);
create index division_successor_successor_idx on division_successor (successor_code);

-- A named set of divisions, for bodies that administer what they do not contain by code.
create table area (
  area_code text not null,
  name short_text not null,
  valid_from date not null,
  valid_to date,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint area_pk primary key (area_code),
  constraint area_code_form check (area_code ~ '^Q[0-9]{1,17}$'),
  constraint area_valid_order check (valid_to >= valid_from)
);
create table area_division (
  area_code text not null,
  division_code text not null,
  valid_from date not null,
  valid_to date,
  created_at timestamptz not null, created_by text not null,
  constraint area_division_pk primary key (area_code, division_code, valid_from),
  constraint area_division_area_fk foreign key (area_code) references area (area_code),
  constraint area_division_division_fk foreign key (division_code) references division (division_code),
  constraint area_division_valid_order check (valid_to >= valid_from)
);

create table division_statistic (
  division_code text not null,
  year year_number not null,
  households integer,
  income_per_person yuan_plus,
  source_text short_text not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint division_statistic_pk primary key (division_code, year),
  constraint division_statistic_division_fk foreign key (division_code) references division (division_code),
  constraint division_statistic_households_range check (households between 0 and 1000000000)
);

-- division_code: the registering division. Names and codes are public; contacts come in a table of their own.
create table organization (
  organization_id uuid not null,
  division_code text not null,
  kind text not null,
  name short_text not null,
  credit_code text,
  search_key text not null default '',
  valid_from date,
  valid_to date,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint organization_pk primary key (organization_id),
  constraint organization_division_fk foreign key (division_code) references division (division_code),
  constraint organization_credit_code_key unique (credit_code),
  constraint organization_kind_known
    check (kind in ('collective', 'enterprise', 'individual_business', 'cooperative', 'government', 'other')),
  constraint organization_credit_code_form check (credit_code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
  constraint organization_credit_code_kind check (case kind
    when 'collective' then left(credit_code, 1) = 'N' when 'enterprise' then left(credit_code, 2) = '91'
    when 'individual_business' then left(credit_code, 2) = '92' when 'cooperative' then left(credit_code, 2) = '93'
    when 'government' then left(credit_code, 2) = '11' else true end),
  constraint organization_credit_code_given check (kind = 'other' or credit_code is not null),
  constraint organization_valid_order check (valid_to >= valid_from)
);
create index organization_division_idx on organization (division_code);

-- One organisation holds a percent of another. division_code: that of the organisation held.
create table ownership (
  ownership_id uuid not null,
  division_code text not null,
  owner_id uuid not null,
  owned_id uuid not null,
  percent share_percent not null,
  valid_from date not null,
  valid_to date,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint ownership_pk primary key (ownership_id),
  constraint ownership_division_fk foreign key (division_code) references division (division_code),
  constraint ownership_owner_fk foreign key (owner_id) references organization (organization_id),
  constraint ownership_owned_fk foreign key (owned_id) references organization (organization_id),
  constraint ownership_key unique (owner_id, owned_id, valid_from),
  constraint ownership_other check (owner_id <> owned_id),
  constraint ownership_percent_positive check (percent > 0),
  constraint ownership_valid_order check (valid_to >= valid_from)
);
create index ownership_owned_idx on ownership (owned_id);

-- A crop is what reference rows name; a product is what contracts and prices name; a product may have grades.
create table crop (
  crop_code text not null,
  name short_text not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint crop_pk primary key (crop_code),
  constraint crop_code_form check (crop_code ~ '^[a-z][a-z0-9_]{0,39}$')
);
create table product (
  product_code text not null,
  crop_code text not null,
  name short_text not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint product_pk primary key (product_code),
  constraint product_crop_fk foreign key (crop_code) references crop (crop_code),
  constraint product_code_form check (product_code ~ '^[a-z][a-z0-9_]{0,39}$')
);
create table grade (
  product_code text not null,
  grade_code text not null,
  name short_text not null,
  position integer not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint grade_pk primary key (product_code, grade_code),
  constraint grade_product_fk foreign key (product_code) references product (product_code),
  constraint grade_code_form check (grade_code ~ '^[a-z0-9][a-z0-9_]{0,39}$')
);

-- A season's year is the year of its last day.
create table season (
  season_id uuid not null,
  division_code text not null,
  product_code text not null,
  year year_number not null,
  name short_text not null,
  starts_on date not null,
  ends_on date not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint season_pk primary key (season_id),
  constraint season_division_fk foreign key (division_code) references division (division_code),
  constraint season_product_fk foreign key (product_code) references product (product_code),
  constraint season_key unique (division_code, product_code, year, name),
  constraint season_order check (ends_on >= starts_on),
  constraint season_year_of_end check (year = extract(year from ends_on))
);

-- Returns per mu of a crop in a division and year (yuan, kg, days per mu), as published.
create table reference_return (
  reference_return_id uuid not null,
  crop_code text not null,
  division_code text not null,
  year year_number not null,
  yield_kg kg,
  price_per_50kg yuan_plus,
  output_value yuan_plus not null,
  materials_services yuan_plus not null,
  family_labour yuan_plus,
  hired_labour yuan_plus not null,
  land_rent yuan_plus not null,
  own_land_rent yuan_plus,
  family_days days,
  hired_days days,
  days_derived boolean not null default false,
  excluded_items text[] not null default '{}',
  quality text not null,
  source_text short_text not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint reference_return_pk primary key (reference_return_id),
  constraint reference_return_crop_fk foreign key (crop_code) references crop (crop_code),
  constraint reference_return_division_fk foreign key (division_code) references division (division_code),
  constraint reference_return_key unique (crop_code, division_code, year),
  constraint reference_return_quality_known check (quality in ('official', 'survey', 'planning'))
);

create table labour_day_price (
  year year_number not null,
  price yuan_plus not null,
  source_text short_text not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint labour_day_price_pk primary key (year)
);

-- Price indices, previous year = 100 (the deflator of own history is the rural CPI of the province).
create table price_index (
  division_code text not null,
  kind text not null,
  year year_number not null,
  value numeric(9, 4) not null,
  source_text short_text not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint price_index_pk primary key (division_code, kind, year),
  constraint price_index_division_fk foreign key (division_code) references division (division_code),
  constraint price_index_kind_known check (kind in ('rural_cpi')),
  constraint price_index_value_range check (value > 0 and value < 10000)
);

create table planted_area (
  division_code text not null,
  crop_code text not null,
  year year_number not null,
  area_mu mu not null,
  source_text short_text not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint planted_area_pk primary key (division_code, crop_code, year),
  constraint planted_area_division_fk foreign key (division_code) references division (division_code),
  constraint planted_area_crop_fk foreign key (crop_code) references crop (crop_code)
);

-- Yuan per kg of a product and grade (null: ungraded) on a day, as seen in a division.
create table market_price (
  market_price_id uuid not null,
  division_code text not null,
  product_code text not null,
  grade_code text,
  day date not null,
  price unit_price not null,
  typed_unit text not null default 'kg',
  source_text short_text,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint market_price_pk primary key (market_price_id),
  constraint market_price_division_fk foreign key (division_code) references division (division_code),
  constraint market_price_product_fk foreign key (product_code) references product (product_code),
  constraint market_price_grade_fk foreign key (product_code, grade_code) references grade (product_code, grade_code),
  constraint market_price_key unique nulls not distinct (division_code, product_code, grade_code, day),
  constraint market_price_positive check (price > 0),
  constraint market_price_typed_unit_known check (typed_unit in ('kg', 'jin', 'dan', 'ton'))
);

-- Household tags (脱贫户, 监测对象 …) as dated data.
create table tag (
  tag_code text not null,
  label short_text not null,
  valid_from date not null,
  valid_to date,
  source_text short_text not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint tag_pk primary key (tag_code),
  constraint tag_code_form check (tag_code ~ '^[a-z][a-z0-9_]{0,39}$'),
  constraint tag_valid_order check (valid_to >= valid_from)
);

-- One import: what kind, how many rows. No file name (it may hold a person's name).
create table import_batch (
  import_batch_id uuid not null,
  division_code text not null,
  kind text not null,
  rows_read integer not null,
  rows_created integer not null,
  rows_updated integer not null,
  rows_unchanged integer not null,
  created_at timestamptz not null, created_by text not null,
  constraint import_batch_pk primary key (import_batch_id),
  constraint import_batch_division_fk foreign key (division_code) references division (division_code)
);

-- An agreement over several villages, with one contract under it per village. Holds no personal data.
-- division_code .. division_last: the subtree it is meant for; readable wherever that overlaps the reader's scope.
create table framework (
  framework_id uuid not null,
  division_code text not null,
  division_last text not null,
  name short_text not null,
  number short_text,
  buyer_id uuid not null,
  signed_on date,
  starts_on date not null,
  ends_on date not null,
  terms jsonb not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint framework_pk primary key (framework_id),
  constraint framework_division_fk foreign key (division_code) references division (division_code),
  constraint framework_buyer_fk foreign key (buyer_id) references organization (organization_id),
  constraint framework_order check (ends_on >= starts_on),
  constraint framework_division_order check (division_last >= division_code)
);
alter table framework enable row level security;
alter table framework force row level security;
create function read_villages_touch(first text, last text) returns boolean language sql stable parallel safe
  as $$ select coalesce(bool_or(village between first and last), false) from unnest(read_villages()) as village $$;
create policy framework_read on framework for select
  using (division_code <= read_to() and division_last >= read_from() or read_villages_touch(division_code, division_last));
create policy framework_add on framework for insert with check (division_code between write_from() and write_to());
create policy framework_change on framework for update
  using (division_code between write_from() and write_to()) with check (division_code between write_from() and write_to());
create policy framework_remove on framework for delete using (division_code between write_from() and write_to());
grant select, insert, update on framework to registry_app;

-- Divisions, areas and code lists carry no policy: the service checks the role.
grant select, insert, update on division, division_successor, area, area_division, crop, product, grade,
  labour_day_price, tag to registry_app;
grant delete on area_division to registry_app;

call protect_division('division_statistic');
call protect_division('organization');
call protect_division('ownership');
call protect_division('season');
call protect_division('reference_return');
call protect_division('price_index');
call protect_division('planted_area');
call protect_division('market_price');
call protect_division('import_batch');
create index market_price_day_idx on market_price (product_code, day);
