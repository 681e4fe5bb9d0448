-- Who may see and write which rows, the value domains, and the tables of the kernel itself.
-- Every later migration protects its tables with protect_village() or protect_division().

-- Value domains. NaN sorts above every number, so an upper bound refuses it; Infinity likewise.
create domain yuan as numeric(14, 2) constraint yuan_range check (value between -999999999999 and 999999999999);
create domain yuan_plus as numeric(14, 2) constraint yuan_plus_range check (value between 0 and 999999999999);
create domain kg as numeric(14, 2) constraint kg_range check (value between 0 and 999999999999);
create domain typed_weight as numeric(14, 2) constraint typed_weight_range check (value between 0 and 999999999999);
create domain mu as numeric(12, 2) constraint mu_range check (value between 0 and 9999999999);
create domain parcel_mu as numeric(14, 4) constraint parcel_mu_range check (value between 0 and 9999999999);
create domain unit_price as numeric(14, 4) constraint unit_price_range check (value between 0 and 9999999999);
create domain days as numeric(9, 2) constraint days_range check (value between 0 and 9999999);
create domain percent as numeric(9, 4) constraint percent_range check (value between -10000 and 10000);
create domain share_percent as numeric(9, 4) constraint share_percent_range check (value between 0 and 100);
create domain year_number as integer constraint year_number_range check (value between 1900 and 2200);
create domain short_text as text constraint short_text_length check (length(value) between 1 and 200);
create domain long_text as text constraint long_text_length check (length(value) between 1 and 4000);
create domain record_source as text constraint record_source_known
  check (value in ('page', 'api', 'import', 'offline', 'paper', 'base', 'system'));

-- enter() is the only way to say who acts and within which scope. A scope is "first-last|village,village|contract,contract".
-- Each setting is a statement of its own and transaction-local: nothing else reaches every node of a distributed database,
-- and a transaction that did not enter sees nothing. A null argument is an error.
create function enter(actor text, read_scope text, write_scope text) returns void
  language plpgsql set search_path = pg_catalog as $$
begin
  set local citus.propagate_set_commands = 'local';
  execute format('set local app.actor = %L', actor);
  execute format('set local app.read_from = %L', split_part(split_part(read_scope, '|', 1), '-', 1));
  execute format('set local app.read_to = %L', split_part(split_part(read_scope, '|', 1), '-', 2));
  execute format('set local app.read_villages = %L', split_part(read_scope, '|', 2));
  execute format('set local app.read_contracts = %L', split_part(read_scope, '|', 3));
  execute format('set local app.write_from = %L', split_part(split_part(write_scope, '|', 1), '-', 1));
  execute format('set local app.write_to = %L', split_part(split_part(write_scope, '|', 1), '-', 2));
  execute format('set local app.write_villages = %L', split_part(write_scope, '|', 2));
end $$;

-- What a policy compares with. SQL-language and stable, so that it is inlined and computed once per statement.
create function acting() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.actor', true), '') $$;
create function read_from() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.read_from', true), '') $$;
create function read_to() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.read_to', true), '') $$;
create function read_villages() returns text[] language sql stable parallel safe
  as $$ select string_to_array(nullif(current_setting('app.read_villages', true), ''), ',') $$;
create function read_contracts() returns uuid[] language sql stable parallel safe
  as $$ select string_to_array(nullif(current_setting('app.read_contracts', true), ''), ',')::uuid[] $$;
create function write_from() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.write_from', true), '') $$;
create function write_to() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.write_to', true), '') $$;
create function write_villages() returns text[] language sql stable parallel safe
  as $$ select string_to_array(nullif(current_setting('app.write_villages', true), ''), ',') $$;

-- Row level security of a village-owned table, in its final form. partner: the table also has contract_id, and whoever
-- holds that contract may read the row. Rights to remove rows are granted apart, only where a row may ever be removed.
create procedure protect_village(target text, partner boolean) language plpgsql as $$
declare
  arm text := case when partner then ' or contract_id = any(read_contracts())' else '' end;
begin
  execute format('alter table %I enable row level security', target);
  execute format('alter table %I force row level security', target);
  execute format('create policy %I on %I for select using (village_code between read_from() and read_to()'
    ' or village_code = any(read_villages())%s)', target || '_read', target, arm);
  execute format('create policy %I on %I for insert with check (village_code between write_from() and write_to()'
    ' or village_code = any(write_villages()))', target || '_add', target);
  execute format('create policy %I on %I for update using (village_code between write_from() and write_to()'
    ' or village_code = any(write_villages())) with check (village_code between write_from() and write_to()'
    ' or village_code = any(write_villages()))', target || '_change', target);
  execute format('create policy %I on %I for delete using (village_code between write_from() and write_to()'
    ' or village_code = any(write_villages()))', target || '_remove', target);
  execute format('create index %I on %I (village_code)', target || '_village_idx', target);
  execute format('grant select, insert, update on %I to registry_app', target);
end $$;

-- Row level security of shared data that names a division: all may read, the division's own level writes.
create procedure protect_division(target text) language plpgsql as $$
begin
  execute format('alter table %I enable row level security', target);
  execute format('alter table %I force row level security', target);
  execute format('create policy %I on %I for select using (true)', target || '_read', target);
  execute format('create policy %I on %I for insert with check (division_code between write_from() and write_to()'
    ' or division_code = any(write_villages()))', target || '_add', target);
  execute format('create policy %I on %I for update using (division_code between write_from() and write_to()'
    ' or division_code = any(write_villages())) with check (division_code between write_from() and write_to()'
    ' or division_code = any(write_villages()))', target || '_change', target);
  execute format('create policy %I on %I for delete using (division_code between write_from() and write_to()'
    ' or division_code = any(write_villages()))', target || '_remove', target);
  execute format('grant select, insert, update on %I to registry_app', target);
end $$;

revoke all on schema public from public;
grant usage on schema public to registry_app;
revoke execute on procedure protect_village(text, boolean), protect_division(text) from public;

-- The stored answer of a request that carried an Idempotency-Key, written in the transaction of its effect.
-- county_code: the first six digits of the caller's division, 000000 above county level. Read by its own actor only.
create table idempotency (
  county_code text not null,
  actor text not null,
  key text not null,
  method text not null,
  path text not null,
  body_hash text not null,
  status integer not null,
  headers jsonb not null,
  body bytea not null,
  created_at timestamptz not null,
  constraint idempotency_pk primary key (county_code, actor, key),
  constraint idempotency_county check (county_code ~ '^[0-9]{6}$'),
  constraint idempotency_key_length check (length(key) between 1 and 200)
);
alter table idempotency enable row level security;
alter table idempotency force row level security;
create policy idempotency_read on idempotency for select using (actor = acting());
create policy idempotency_add on idempotency for insert with check (actor = acting());
create policy idempotency_change on idempotency for update using (actor = acting()) with check (actor = acting());
create policy idempotency_remove on idempotency for delete using (actor = acting());
grant select, insert, delete on idempotency to registry_app;

-- Work queued inside a transaction and done after it, one village at a time. Local to the coordinating node.
create table job (
  job_id uuid not null,
  kind text not null,
  county_code text not null,
  village_code text not null,
  payload jsonb not null,
  queued_at timestamptz not null,
  queued_by text not null,
  run_after timestamptz not null,
  attempts integer not null default 0,
  started_at timestamptz,
  finished_at timestamptz,
  last_error text,
  constraint job_pk primary key (job_id),
  constraint job_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$' and left(village_code, 6) = county_code)
);
-- One waiting job of a kind per village is enough: it works on what it finds when it starts.
create unique index job_waiting_key on job (kind, village_code) where started_at is null and finished_at is null;
create index job_waiting_idx on job (run_after) where finished_at is null;
grant select, insert, update, delete on job to registry_app;
