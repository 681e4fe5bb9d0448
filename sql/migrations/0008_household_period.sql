-- What the current lines of a household come to in a year, a quarter and a month, so that a summary adds up rows instead of
-- lines. Written with the lines by the recomputation of the household.

-- period: as in an address (2022, 2022Q4, 2022-11); a line belongs to those it is recognised in.
-- recognised_from..recognised_to: the first and last day its lines are recognised on; those recognised on a later day than
-- that of a report are provisional on it. Sums take the complete lines. labour_*: of those with a labour-adjusted gain.
-- mu_*: of those of kinds that are counted by area. delivered_kg: no more than planned of each line with a planned quantity,
-- whatever its state. residents: by the latest count on the last day of the period.
create table household_period (
  county_code text not null,
  village_code text not null,
  household_id uuid not null,
  period text not null,
  recognised_from date not null,
  recognised_to date not null,
  complete integer not null,
  incomplete integer not null,
  receipts yuan not null,
  cash_gain yuan not null,
  labour_adjusted_gain yuan not null,
  labour_lines integer not null,
  income_wage yuan not null,
  income_business yuan not null,
  income_property yuan not null,
  income_transfer yuan not null,
  mu_gain yuan not null,
  mu_area mu not null,
  mu_lines integer not null,
  delivered_kg kg not null,
  planned_kg kg not null,
  planned_lines integer not null,
  residents integer,
  constraint household_period_pk primary key (county_code, household_id, period),
  constraint household_period_place check (county_code ~ '^[0-9]{6}$' and village_code ~ '^[0-9]{12}$'
    and left(village_code, 6) = county_code),
  constraint household_period_household_fk foreign key (county_code, household_id) references household (county_code, household_id),
  constraint household_period_form check (period ~ '^[0-9]{4}(Q[1-4]|-(0[1-9]|1[0-2]))?$'),
  constraint household_period_counted check (complete >= 0 and incomplete >= 0 and complete + incomplete > 0)
);
create index household_period_place_idx on household_period (period, village_code);
call protect_village('household_period', false);
grant delete on household_period to registry_app;

-- What the table has to hold, from the lines themselves: what fills it where no household is computed again, and what it is
-- checked against. All lines so far are of kinds that are counted by area.
create view household_period_of_lines with (security_invoker = true) as
select g.county_code, g.village_code, g.household_id, time.period,
  min(g.recognised_on) as recognised_from, max(g.recognised_on) as recognised_to,
  count(*) filter (where g.state = 'complete')::integer as complete,
  count(*) filter (where g.state = 'incomplete')::integer as incomplete,
  coalesce(sum(g.receipts) filter (where g.state = 'complete'), 0) as receipts,
  coalesce(sum(g.cash_gain), 0) as cash_gain,
  coalesce(sum(g.labour_adjusted_gain) filter (where g.state = 'complete'), 0) as labour_adjusted_gain,
  count(g.labour_adjusted_gain) filter (where g.state = 'complete')::integer as labour_lines,
  coalesce(sum(g.income_wage), 0) as income_wage, coalesce(sum(g.income_business), 0) as income_business,
  coalesce(sum(g.income_property), 0) as income_property, coalesce(sum(g.income_transfer), 0) as income_transfer,
  coalesce(sum(g.cash_gain) filter (where g.area_mu is not null), 0) as mu_gain,
  coalesce(sum(g.area_mu) filter (where g.state = 'complete'), 0) as mu_area,
  count(g.area_mu) filter (where g.state = 'complete')::integer as mu_lines,
  coalesce(sum(least(g.delivered_kg, g.planned_kg)) filter (where g.planned_kg > 0), 0) as delivered_kg,
  coalesce(sum(g.planned_kg), 0) as planned_kg,
  count(*) filter (where g.planned_kg > 0)::integer as planned_lines,
  (select c.resident from headcount as c
    where c.county_code = g.county_code and c.household_id = g.household_id and c.superseded_at is null
      and c.resident is not null and c.counted_on <= time.last_day
    order by c.counted_on desc limit 1) as residents
from gain_line as g
cross join lateral (values
  (to_char(g.recognised_on, 'YYYY'), (date_trunc('year', g.recognised_on) + interval '1 year' - interval '1 day')::date),
  (to_char(g.recognised_on, 'YYYY"Q"Q'), (date_trunc('quarter', g.recognised_on) + interval '3 months' - interval '1 day')::date),
  (to_char(g.recognised_on, 'YYYY-MM'), (date_trunc('month', g.recognised_on) + interval '1 month' - interval '1 day')::date)
) as time (period, last_day)
where g.superseded_at is null
group by g.county_code, g.village_code, g.household_id, time.period, time.last_day;
grant select on household_period_of_lines to registry_app;

-- The lines there are. Policies hold for the owner as well: it enters first.
select enter('system', '000000000000-999999999999||', '000000000000-999999999999||');
insert into household_period (county_code, village_code, household_id, period, recognised_from, recognised_to, complete,
  incomplete, receipts, cash_gain, labour_adjusted_gain, labour_lines, income_wage, income_business, income_property,
  income_transfer, mu_gain, mu_area, mu_lines, delivered_kg, planned_kg, planned_lines, residents)
select county_code, village_code, household_id, period, recognised_from, recognised_to, complete,
  incomplete, receipts, cash_gain, labour_adjusted_gain, labour_lines, income_wage, income_business, income_property,
  income_transfer, mu_gain, mu_area, mu_lines, delivered_kg, planned_kg, planned_lines, residents
from household_period_of_lines
returning household_id;
