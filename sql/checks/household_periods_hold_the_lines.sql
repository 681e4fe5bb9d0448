-- What is kept of a household's year, quarter or month is not what its lines come to.
select coalesce(kept.household_id, lines.household_id) as household_id, coalesce(kept.period, lines.period) as period,
  to_jsonb(kept) as kept, to_jsonb(lines) as lines
from household_period as kept
full join household_period_of_lines as lines using (county_code, household_id, period)
where to_jsonb(kept) is distinct from to_jsonb(lines);
