-- A division's code does not lie in the code range of its parent.
select d.division_code, d.name, d.parent_code
from (
  select child.division_code, child.name, child.parent_code, parent.level as parent_level,
    case parent.level when 'province' then 2 when 'prefecture' then 4 when 'county' then 6 else 9 end as digits
  from division as child
  join division as parent on parent.division_code = child.parent_code
) as d
where left(d.division_code, d.digits) <> left(d.parent_code, d.digits)
  or d.parent_level = 'village'
  or d.division_code <= d.parent_code;
