-- Statements that only pages of households ask: the villages and tags to choose from.

-- name: villages_to_offer
-- Which villages exist on a day, in townships where households are registered (in all, where there are none yet)?
with used as (
  select distinct left(v.division_code, 9) as township
  from division as v
  where v.level = 'village' and (v.division_code between read_from() and read_to() or v.division_code = any(read_villages()))
    and exists (select from household as h where h.county_code = left(v.division_code, 6) and h.village_code = v.division_code)
)
select v.division_code, v.name, coalesce(t.division_code, '') as township_code, coalesce(t.name, '') as township_name
from division as v
left join division as t on t.division_code = v.parent_code
where v.level = 'village' and v.valid_from <= $1 and (v.valid_to is null or v.valid_to >= $1)
  and (v.division_code between write_from() and write_to() or v.division_code = any(write_villages()))
  and (not exists (select from used) or left(v.division_code, 9) in (select township from used))
order by v.division_code;

-- name: villages_to_show
-- In which villages are there households, and to which township do they belong?
select v.division_code, v.name, coalesce(t.division_code, '') as township_code, coalesce(t.name, '') as township_name
from division as v
left join division as t on t.division_code = v.parent_code
where v.level = 'village' and (v.division_code between read_from() and read_to() or v.division_code = any(read_villages()))
  and exists (select from household as h where h.county_code = left(v.division_code, 6) and h.village_code = v.division_code)
order by v.division_code;

-- name: tags_to_offer
-- Which tags of households are in use on a day?
select tag_code, label
from tag
where valid_from <= $1 and (valid_to is null or valid_to >= $1)
order by valid_from, tag_code;

-- name: tag_labels
-- What are all tags called, those no longer in use included?
select tag_code, label
from tag
order by tag_code;
