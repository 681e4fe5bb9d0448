-- name: tables
-- Which tables are there, and how are they protected?
select c.relname as name, c.relrowsecurity as protected, c.relforcerowsecurity as forced,
  pg_get_userbyid(c.relowner) as owner,
  coalesce((select array_agg(a.attname::text order by a.attnum) from pg_attribute as a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '{}') as columns
from pg_class as c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
order by c.relname;

-- name: columns
-- What is each column?
select c.relname as table_name, a.attname as name, a.attnotnull as required, a.attgenerated::text as generated,
  a.attidentity::text as identity, t.typname as type, t.typtype::text as type_kind,
  coalesce(base.typname, t.typname) as base_type
from pg_attribute as a
join pg_class as c on c.oid = a.attrelid and c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
join pg_type as t on t.oid = a.atttypid
left join pg_type as base on base.oid = t.typbasetype
where a.attnum > 0 and not a.attisdropped
order by 1, a.attnum;

-- name: constraints
-- Which constraints are there? (not null is named by newer servers only)
select coalesce(c.relname::text, '') as table_name, k.conname as name, k.contype::text as kind,
  pg_get_constraintdef(k.oid) as definition, coalesce(target.relname::text, '') as target,
  k.confdeltype::text as on_delete, k.confupdtype::text as on_update, k.condeferrable as deferrable,
  coalesce((select array_agg(a.attname::text order by key.position) from unnest(k.conkey) with ordinality as key (number, position)
    join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = key.number), '{}') as columns,
  coalesce((select array_agg(a.attname::text order by key.position) from unnest(k.confkey) with ordinality as key (number, position)
    join pg_attribute as a on a.attrelid = k.confrelid and a.attnum = key.number), '{}') as target_columns
from pg_constraint as k
left join pg_class as c on c.oid = k.conrelid
left join pg_class as target on target.oid = k.confrelid
where k.connamespace = 'public'::regnamespace and k.contype <> 'n'
order by 1, 2;

-- name: indexes
-- Which indexes are there?
select c.relname as table_name, i.relname as name, x.indisunique as is_unique,
  coalesce((select array_agg(a.attname::text order by key.position) from unnest(x.indkey::int[]) with ordinality as key (number, position)
    join pg_attribute as a on a.attrelid = x.indrelid and a.attnum = key.number), '{}') as columns
from pg_index as x
join pg_class as c on c.oid = x.indrelid and c.relnamespace = 'public'::regnamespace
join pg_class as i on i.oid = x.indexrelid
order by 1, 2;

-- name: policies
-- Which policies are there?
select tablename as table_name, policyname as name, permissive, cmd as command, coalesce(qual, '') as using_,
  coalesce(with_check, '') as checking
from pg_policies
where schemaname = 'public'
order by 1, 2;

-- name: functions
-- Which functions are ours?
select p.proname as name, l.lanname as language, p.provolatile::text as volatility, p.prosecdef as definer,
  p.prosrc as body, p.prokind::text as kind, has_function_privilege('registry_app', p.oid, 'execute') as callable
from pg_proc as p
join pg_language as l on l.oid = p.prolang
where p.pronamespace = 'public'::regnamespace
order by 1;

-- name: rights
-- What may the application do with each table?
select c.relname as table_name,
  array(select right_ from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as right_
    where has_table_privilege('registry_app', c.oid, right_)) as rights
from pg_class as c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
order by 1;

-- name: strays
-- What must not exist at all: triggers, rules, sequences, views without the caller's rights, things the application owns.
select 'trigger ' || tgname as thing from pg_trigger where not tgisinternal
union all
select 'rule ' || rulename from pg_rules where schemaname = 'public'
union all
select 'sequence ' || sequencename from pg_sequences where schemaname = 'public'
union all
select 'view ' || relname from pg_class
where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace
  and not coalesce(reloptions && array['security_invoker=true', 'security_invoker=on'], false)
union all
select 'owned by the application: ' || relname from pg_class where relowner = 'registry_app'::regrole
union all
select 'function owned by the application: ' || proname from pg_proc where proowner = 'registry_app'::regrole
union all
select 'type owned by the application: ' || typname from pg_type where typowner = 'registry_app'::regrole
union all
select 'schema owned by the application: ' || nspname from pg_namespace where nspowner = 'registry_app'::regrole
union all
select 'everybody has rights on ' || relname from pg_class
where relnamespace = 'public'::regnamespace and relacl::text ~ '[{,]=';

-- name: application_role
-- What could the application do beyond its rights on tables?
select r.rolsuper as super, r.rolbypassrls as bypass, r.rolcreaterole as create_role, r.rolcreatedb as create_db,
  r.rolcanlogin as login, r.rolreplication as replication,
  exists (select from pg_auth_members as m where m.member = r.oid) as member_of_another,
  exists (select from pg_database as d where d.datdba = r.oid) as owns_a_database, pg_has_role('registry_app', 'registry_owner', 'member') as owner_too,
  has_schema_privilege('registry_app', 'public', 'create') as create_in_schema,
  has_database_privilege('registry_app', current_database(), 'create') as create_schema,
  has_database_privilege('registry_app', current_database(), 'temp') as temp,
  coalesce(r.rolconfig, '{}') as config
from pg_roles as r
where r.rolname = 'registry_app';
