-- Who may act (accounts, grants, sessions, tokens, a partner's contracts), what was done (the audit trail), and what is
-- personal (identifiers, contacts, consents).
-- The first group is local to the coordinating node and has no row policy: it is read to find out who acts, before any
-- identity is known. Secrets stand there as hashes or encrypted, never as they were typed.

create table account (
  account_id uuid not null,
  username text not null,
  display_name short_text not null,
  status text not null default 'active',
  password_hash text not null,
  password_changed_at timestamptz not null,
  must_change_password boolean not null,
  totp_secret bytea,
  totp_key_version integer,
  totp_confirmed_at timestamptz,
  totp_last_step bigint,
  version integer not null default 1,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint account_pk primary key (account_id),
  constraint account_username_key unique (username),
  constraint account_username_form check (username ~ '^[a-z][a-z0-9_.-]{2,39}$'),
  constraint account_status_known check (status in ('active', 'disabled')),
  constraint account_totp_pair check ((totp_secret is null) = (totp_key_version is null))
);

-- A role with its division, area or organisation, from a day on until a day; a request acts under one of them.
create table account_grant (
  account_grant_id uuid not null,
  account_id uuid not null,
  role text not null,
  division_code text,
  area_code text,
  organization_id uuid,
  valid_from date not null,
  valid_to date,
  revoked_at timestamptz,
  revoked_by text,
  created_at timestamptz not null, created_by text not null,
  constraint account_grant_pk primary key (account_grant_id),
  constraint account_grant_account_fk foreign key (account_id) references account (account_id),
  constraint account_grant_role_known check (role in ('cadre', 'clerk', 'county', 'partner', 'auditor', 'admin')),
  constraint account_grant_valid_order check (valid_to >= valid_from),
  constraint account_grant_place check (case role
    when 'cadre' then division_code is not null and area_code is null and organization_id is null
    when 'clerk' then division_code is not null and area_code is null and organization_id is null
    when 'county' then (division_code is null) <> (area_code is null) and organization_id is null
    when 'auditor' then (division_code is null) <> (area_code is null) and organization_id is null
    when 'partner' then organization_id is not null and division_code is null and area_code is null
    else division_code is null and area_code is null and organization_id is null end)
);
create index account_grant_account_idx on account_grant (account_id);

-- A signed-in browser. The token stands hashed; it is new at every login and whenever the grant changes.
create table session (
  session_id uuid not null,
  account_id uuid not null,
  account_grant_id uuid,
  token_hash bytea not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text,
  address text not null,
  agent text not null,
  constraint session_pk primary key (session_id),
  constraint session_token_key unique (token_hash),
  constraint session_account_fk foreign key (account_id) references account (account_id),
  constraint session_grant_fk foreign key (account_grant_id) references account_grant (account_grant_id),
  constraint session_end_pair check ((ended_at is null) = (end_reason is null))
);
create index session_account_idx on session (account_id) where ended_at is null;

-- A token of a program. prefix: its first characters, for telling tokens apart in lists and logs.
create table api_token (
  api_token_id uuid not null,
  account_id uuid not null,
  account_grant_id uuid not null,
  name short_text not null,
  prefix text not null,
  token_hash bytea not null,
  access text not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  created_at timestamptz not null, created_by text not null,
  constraint api_token_pk primary key (api_token_id),
  constraint api_token_hash_key unique (token_hash),
  constraint api_token_account_fk foreign key (account_id) references account (account_id),
  constraint api_token_grant_fk foreign key (account_grant_id) references account_grant (account_grant_id),
  constraint api_token_access_known check (access in ('read', 'write'))
);
create index api_token_account_idx on api_token (account_id);

-- How often something was tried in the current window: logins of a name or from an address, reveals, requests of a
-- token. Unlogged: a crash forgets it.
create unlogged table rate_window (
  rate_key text not null,
  started_at timestamptz not null,
  hits integer not null,
  constraint rate_window_pk primary key (rate_key)
);

-- Which contracts an organisation is a party of, once they are signed: the scope of its users.
create table partner_contract (
  organization_id uuid not null,
  contract_id uuid not null,
  constraint partner_contract_pk primary key (organization_id, contract_id)
);

grant select, insert, update on account, account_grant, api_token to registry_app;
grant select, insert, update, delete on session, rate_window to registry_app;
grant select, insert, delete on partner_contract to registry_app;

-- Contracts signed before there was access. The owner is subject to the policies, and nobody has entered here.
alter table contract no force row level security;
alter table party no force row level security;
insert into partner_contract (organization_id, contract_id)
select distinct p.organization_id, p.contract_id
from party as p
join contract as k using (county_code, contract_id)
where p.organization_id is not null and k.signed_on is not null
returning contract_id;
alter table contract force row level security;
alter table party force row level security;

-- One row per change of a record and per unmasked read, in the transaction of the change. division_code: of the record;
-- 000000000000 for what belongs to none (accounts, code lists). changes: before and after by field, masked.
-- leaf_hash: over all columns; audit_seal chains it. Nobody changes or removes a row.
create table audit_event (
  county_code text not null,
  audit_event_id uuid not null,
  division_code text not null,
  at timestamptz not null,
  actor text not null,
  role text not null,
  operation text not null,
  source text not null,
  record_kind text not null,
  record_id text not null,
  reason long_text,
  changes jsonb not null,
  trace_id text not null,
  address text not null,
  leaf_hash bytea not null,
  constraint audit_event_pk primary key (audit_event_id, county_code),
  constraint audit_event_place check (county_code ~ '^[0-9]{6}$' and division_code ~ '^[0-9]{12}$' and left(division_code, 6) = county_code)
);
-- Ids are made in the order of time; searches answer the latest first.
create index audit_event_division_idx on audit_event (division_code, audit_event_id);
create index audit_event_record_idx on audit_event (record_id, audit_event_id);
create index audit_event_actor_idx on audit_event (actor, audit_event_id);
alter table audit_event enable row level security;
alter table audit_event force row level security;
create policy audit_event_read on audit_event for select
  using (division_code between read_from() and read_to() or division_code = any(read_villages()));
create policy audit_event_add on audit_event for insert with check (actor = acting());
grant select, insert on audit_event to registry_app;

-- Events not sealed yet, and the chain of each county: position after position, each hash over the one before it.
-- Both hold ids and hashes only.
create table audit_waiting (
  county_code text not null,
  audit_event_id uuid not null,
  constraint audit_waiting_pk primary key (audit_event_id, county_code)
);
create table audit_seal (
  county_code text not null,
  position bigint not null,
  audit_event_id uuid not null,
  leaf_hash bytea not null,
  chain_hash bytea not null,
  sealed_at timestamptz not null,
  constraint audit_seal_pk primary key (county_code, position),
  constraint audit_seal_event_key unique (county_code, audit_event_id)
);
grant select, insert, delete on audit_waiting to registry_app;
grant select, insert on audit_seal to registry_app;

-- ID, phone and bank account numbers of persons, encrypted; the key stands outside the database.
-- mask: what pages show. lookup and tail: keyed hashes of the whole number and of its last four characters.
create table person_identifier (
  county_code text not null,
  person_id uuid not null,
  kind text not null,
  village_code text not null,
  household_id uuid not null,
  ciphertext bytea not null,
  key_version integer not null,
  lookup bytea not null,
  tail bytea not null,
  mask short_text not null,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint person_identifier_pk primary key (person_id, kind, county_code),
  constraint person_identifier_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint person_identifier_kind_known check (kind in ('id_number', 'phone', 'bank_account')),
  constraint person_identifier_person_fk foreign key (county_code, person_id) references person (county_code, person_id),
  constraint person_identifier_household_fk foreign key (county_code, household_id) references household (county_code, household_id)
);
-- The same ID twice in a household is a mistake; a wider key would tell whether a person exists elsewhere.
create unique index person_identifier_id_key on person_identifier (county_code, household_id, lookup) where kind = 'id_number';
create index person_identifier_lookup_idx on person_identifier (lookup);
create index person_identifier_tail_idx on person_identifier (tail);
create index person_identifier_version_idx on person_identifier (key_version);

-- Whom to reach at an organisation. village_code: its registering division, of whatever level.
create table organization_contact (
  county_code text not null,
  organization_contact_id uuid not null,
  village_code text not null,
  organization_id uuid not null,
  kind text not null,
  name short_text not null,
  ciphertext bytea not null,
  key_version integer not null,
  mask short_text not null,
  valid_from date not null,
  valid_to date,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint organization_contact_pk primary key (organization_contact_id, county_code),
  constraint organization_contact_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint organization_contact_kind_known check (kind in ('phone', 'bank_account')),
  constraint organization_contact_org_fk foreign key (organization_id) references organization (organization_id),
  constraint organization_contact_valid_order check (valid_to >= valid_from)
);
create index organization_contact_org_idx on organization_contact (organization_id);
create index organization_contact_version_idx on organization_contact (key_version);

-- A person's separate consent: these fields, to this receiver, for this purpose, until this day (个人信息保护法 §23).
create table consent (
  county_code text not null,
  consent_id uuid not null,
  village_code text not null,
  household_id uuid not null,
  person_id uuid not null,
  receiver_id uuid not null,
  fields text[] not null,
  purpose short_text not null,
  given_on date not null,
  until date not null,
  withdrawn_on date,
  evidence short_text,
  version integer not null default 1, source record_source not null, source_date date, import_batch_id uuid,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
  constraint consent_pk primary key (consent_id, county_code),
  constraint consent_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code),
  constraint consent_person_fk foreign key (county_code, person_id) references person (county_code, person_id),
  constraint consent_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint consent_receiver_fk foreign key (receiver_id) references organization (organization_id),
  constraint consent_fields_known check (cardinality(fields) >= 1 and fields <@ array['id_number', 'phone', 'bank_account', 'gains']),
  constraint consent_order check (until >= given_on and withdrawn_on >= given_on)
);
create index consent_person_idx on consent (county_code, person_id);

call protect_village('person_identifier', false);
call protect_village('organization_contact', false);
call protect_village('consent', false);
grant delete on person_identifier, consent to registry_app;

-- Who submitted the filing last: that person does not file or return it. Null: nobody did; whoever registered the contract
-- counts.
alter table contract add column filing_by text;
