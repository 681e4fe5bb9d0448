-- The parts of a complete line do not add up to its gain, or by class to its incomes.
select g.gain_line_id, g.cash_gain, g.labour_adjusted_gain,
  coalesce(sum(p.amount) filter (where p.basis = 'cash'), 0) as cash_parts, coalesce(sum(p.amount), 0) as all_parts
from gain_line as g
left join gain_part as p using (county_code, gain_line_id)
where g.superseded_at is null and g.state = 'complete'
group by g.county_code, g.gain_line_id, g.cash_gain, g.labour_adjusted_gain, g.income_wage, g.income_business,
  g.income_property, g.income_transfer
having coalesce(sum(p.amount) filter (where p.basis = 'cash'), 0) <> g.cash_gain
  or (g.labour_adjusted_gain is not null and coalesce(sum(p.amount), 0) <> g.labour_adjusted_gain)
  or g.income_wage + g.income_business + g.income_property + g.income_transfer <> g.cash_gain;
