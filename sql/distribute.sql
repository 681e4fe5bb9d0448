-- Spreads the tables over a distributed database, and does nothing on plain PostgreSQL. Run last in each migration,
-- any number of times: a table with county_code is distributed by it, any other is copied to every node, except
-- those that stay on the coordinator (work queues and the like). Parents first: a foreign key needs a placed table.

do $$
declare
  local_tables constant text[] := array['migration', 'job', 'account', 'account_grant', 'session', 'api_token',
    'rate_window', 'partner_contract'];
  target record;
begin
  if not exists (select from pg_extension where extname = 'citus') then
    return;
  end if;
  for target in
    with recursive depth as (
      select oid as relation, 0 as level
      from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
      union
      select key.conrelid, depth.level + 1
      from depth
      join pg_constraint as key
        on key.confrelid = depth.relation and key.contype = 'f' and key.conrelid <> key.confrelid
    )
    select relation::regclass::text as name, max(level) as level,
      exists (
        select from pg_attribute
        where attrelid = relation and attname = 'county_code' and not attisdropped
      ) as by_county
    from depth
    group by relation
    order by 2, 1
  loop
    continue when target.name = any(local_tables)
      or exists (select from pg_dist_partition where logicalrel::text = target.name);
    if target.by_county then
      perform create_distributed_table(target.name::regclass, 'county_code');
    else
      perform create_reference_table(target.name::regclass);
    end if;
  end loop;
end $$;
