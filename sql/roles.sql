-- The two roles of the product. Run by a superuser, any number of times; passwords are given apart.
-- registry_owner owns the database and runs the migrations; registry_app owns nothing and is what the server uses.
-- Settings of a session belong to the role: a connection's own settings would stay on the node it connects to.

do $$
begin
  if not exists (select from pg_roles where rolname = 'registry_owner') then
    create role registry_owner;
  end if;
  if not exists (select from pg_roles where rolname = 'registry_app') then
    create role registry_app;
  end if;
end $$;

alter role registry_owner with login nosuperuser nocreatedb nocreaterole nobypassrls noreplication;
alter role registry_owner set search_path = public;
alter role registry_owner set timezone = 'Asia/Shanghai';
alter role registry_owner set lock_timeout = '30s';
alter role registry_owner set idle_in_transaction_session_timeout = '10min';

alter role registry_app with login nosuperuser nocreatedb nocreaterole nobypassrls noreplication;
alter role registry_app set search_path = public;
alter role registry_app set timezone = 'Asia/Shanghai';
alter role registry_app set lock_timeout = '5s';
alter role registry_app set statement_timeout = '15s';
alter role registry_app set idle_in_transaction_session_timeout = '60s';
-- A kept plan is made for the scope of whoever came first on the connection: for all rows a scan of the table, which
-- then serves a village a thousand times slower than its index.
alter role registry_app set plan_cache_mode = 'force_custom_plan';
