-- Statements of the kernel: identity, locks, jobs, migrations, the embedded server.

-- name: enter
-- Who acts from here on, and within which scope to read and to write?
select enter($1, $2, $3);

-- name: enter_everywhere
-- The same actor goes on, and what it did is followed up in the scope $1.
select enter(acting(), $1, $1);

-- name: lock_households
-- Nobody else recomputes these households of one county until this transaction ends. Holds the places $3 before (as
-- `hold_places`).
with held as materialized (
  select (case when alone then pg_advisory_xact_lock(key) else pg_advisory_xact_lock_shared(key) end)::text as lock
  from (select alone, hashtextextended(place, 9) as key from unnest($3::text[], $4::boolean[]) as held (place, alone)) as keyed
)
select household.household_id
from household
cross join (select count(lock) as places from held) as first
where household.county_code = $1 and household.household_id = any($2::uuid[])
order by household.household_id
for no key update of household;

-- name: hold_places
-- Holds places (code prefixes) until this transaction ends: alone, or together with all who do not ask to be alone.
select (case when alone then pg_advisory_xact_lock(key) else pg_advisory_xact_lock_shared(key) end)::text
from (select alone, hashtextextended(place, 9) as key from unnest($1::text[], $2::boolean[]) as held (place, alone)) as keyed;

-- name: enqueue_jobs
-- Queues work; a village that already waits for the same kind keeps its one job, which nobody takes before this commits.
insert into job (job_id, kind, county_code, village_code, payload, queued_at, queued_by, run_after)
select job_id, kind, county_code, village_code, payload, queued_at, acting(), run_after
from jsonb_populate_recordset(null::job, $1::text::jsonb)
on conflict (kind, village_code) where started_at is null and finished_at is null do update set run_after = job.run_after
returning job_id;

-- name: claim_job
-- Which job is due at $1 and taken by nobody, or by a runner that went silent before $2?
update job
set started_at = $1, attempts = attempts + 1
where job_id = (
  select job_id
  from job
  where finished_at is null and run_after <= $1 and (started_at is null or started_at < $2)
  order by run_after, job_id
  limit 1
  for update skip locked
)
returning job_id, kind, county_code, village_code, payload, attempts;

-- name: finish_job
-- The job is done; its effect commits with this.
delete from job where job_id = $1 and attempts = $2;

-- name: retry_job
-- The job failed: it waits until $3, unless a newer one of its kind and village waits already.
update job as failed
set started_at = null, run_after = $3, last_error = $4
where failed.job_id = $1 and failed.attempts = $2
  and not exists (
    select
    from job as waiting
    where waiting.kind = failed.kind and waiting.village_code = failed.village_code
      and waiting.started_at is null and waiting.finished_at is null
  )
returning failed.job_id;

-- name: drop_job
-- Another job of the same kind waits for the same village and will do this one's work.
delete from job where job_id = $1 and attempts = $2;

-- name: give_up_job
-- The job failed too often: it stays as evidence and is not tried again.
update job set finished_at = $3, last_error = $4 where job_id = $1 and attempts = $2;

-- name: jobs_waiting
-- How many jobs are due or will be?
select count(*) from job where finished_at is null;

-- name: database_exists
-- Has the embedded server been furnished?
select exists(select from pg_database where datname = 'registry');

-- name: create_database
-- The product's database, owned by the role that migrates it.
create database registry owner registry_owner;

-- name: close_database
-- Only the owner creates anything here, and the application connects; a cloned database starts open to all.
do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to registry_app', current_database());
end $$;

-- name: lock_migrations
-- One process migrates; the others wait here and then find nothing left to do.
select set_config('lock_timeout', $2, false), pg_advisory_lock($1);

-- name: create_migration_table
-- What has been applied.
create table if not exists migration (
  name text not null,
  checksum text not null,
  applied_at timestamptz not null,
  constraint migration_pk primary key (name)
);

-- name: show_migrations
-- The application may read what has been applied, to refuse to serve an old database.
grant select on migration to registry_app;

-- name: migration_table_exists
-- Has this database ever been migrated?
select to_regclass('migration') is not null;

-- name: applied_migrations
-- Which migrations does the database have, in order?
select name, checksum from migration order by name;

-- name: prepare_migration
-- Limits of this transaction, and two switches without which a distributed database refuses inline keys.
select set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true),
  set_config('citus.enable_local_reference_table_foreign_keys', 'off', true),
  set_config('citus.multi_shard_modify_mode', 'sequential', true);

-- name: record_migration
-- The file is applied, and is never to change again.
insert into migration (name, checksum, applied_at) values ($1, $2, $3);
