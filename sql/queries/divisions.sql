-- Statements of divisions, areas and division statistics.

-- name: divisions
-- Which divisions lie in these ranges ($1, $2; null: everywhere), of a level, valid on a day, named like $5?
select d.division_code, d.name, d.level, d.parent_code, d.code_status, d.valid_from, d.valid_to,
  array(
    select s.successor_code from division_successor as s
    where s.division_code = d.division_code order by s.successor_code
  ) as successor_codes,
  d.version, d.source, d.source_date, d.import_batch_id, d.created_at, d.created_by, d.updated_at, d.updated_by
from division as d
where ($1::text[] is null or d.division_code between $8 and $9 and exists (
    select from unnest($1::text[], $2::text[]) as place (first_code, last_code)
    where d.division_code between place.first_code and place.last_code
  ))
  and ($3::text is null or d.level = $3)
  and ($4::date is null or d.valid_from <= $4 and (d.valid_to is null or d.valid_to >= $4))
  and ($5::text is null or position($5 in d.name) > 0)
  and ($6::timestamptz is null or d.updated_at >= $6)
  and ($7::text is null or d.division_code > $7)
order by d.division_code
limit $10;

-- name: divisions_by_code
-- The divisions with these codes.
select d.division_code, d.name, d.level, d.parent_code, d.code_status, d.valid_from, d.valid_to,
  array(
    select s.successor_code from division_successor as s
    where s.division_code = d.division_code order by s.successor_code
  ) as successor_codes,
  d.version, d.source, d.source_date, d.import_batch_id, d.created_at, d.created_by, d.updated_at, d.updated_by
from division as d
where d.division_code = any($1::text[])
order by d.division_code;

-- name: division_detail
-- A division with those above it ($2, nearest first), those that took it over and those it took over.
select d.division_code, d.name, d.level, d.parent_code, d.code_status, d.valid_from, d.valid_to,
  array(
    select s.successor_code from division_successor as s
    where s.division_code = d.division_code order by s.successor_code
  ) as successor_codes,
  (
    select coalesce(jsonb_agg(jsonb_build_object('division_code', p.division_code, 'name', p.name, 'level', p.level)
      order by p.division_code desc), '[]')
    from division as p where p.division_code = any($2::text[])
  ) as parents,
  (
    select coalesce(jsonb_agg(jsonb_build_object('division_code', n.division_code, 'name', n.name,
      'effective_on', s.effective_on) order by n.division_code), '[]')
    from division_successor as s join division as n on n.division_code = s.successor_code
    where s.division_code = d.division_code
  ) as successors,
  (
    select coalesce(jsonb_agg(jsonb_build_object('division_code', o.division_code, 'name', o.name,
      'effective_on', s.effective_on) order by o.division_code), '[]')
    from division_successor as s join division as o on o.division_code = s.division_code
    where s.successor_code = d.division_code
  ) as predecessors,
  d.version, d.source, d.source_date, d.import_batch_id, d.created_at, d.created_by, d.updated_at, d.updated_by
from division as d
where d.division_code = $1;

-- name: division_names
-- What are the divisions with these codes called, and of which level are they?
select division_code, name, level
from division
where division_code = any($1::text[])
order by division_code;

-- name: writable_places
-- Which divisions that exist on the day $1 may the caller write, named with their township if they are villages?
select d.division_code, case when d.level = 'village' then t.name || ' ' || d.name else d.name end as name, d.level
from division as d
left join division as t on t.division_code = d.parent_code
where (d.division_code between write_from() and write_to() or d.division_code = any(write_villages()))
  and d.valid_from <= $1::date and (d.valid_to is null or d.valid_to >= $1::date)
order by d.division_code;

-- name: readable_places
-- Which divisions that exist on the day $1 may the caller read, named with their township if they are villages?
select d.division_code, case when d.level = 'village' then t.name || ' ' || d.name else d.name end as name, d.level
from division as d
left join division as t on t.division_code = d.parent_code
where (d.division_code between read_from() and read_to() or d.division_code = any(read_villages()))
  and d.valid_from <= $1::date and (d.valid_to is null or d.valid_to >= $1::date)
order by d.division_code;

-- name: villages_valid
-- Which of these codes are villages on the day $2?
select division_code, name, level
from division
where division_code = any($1::text[]) and level = 'village'
  and valid_from <= $2 and (valid_to is null or valid_to >= $2);

-- name: place
-- What is the division or area with this code, who took it over, which codes may the caller read, and for which subtrees does
-- it stand: those of the division, or of the area on the day $2, all they took over, and what that took over; with their counties?
-- A subtree's last code: the zeros that fill the code up become nines. Of a division that several took over only its own
-- code: which of them has a village of it, the village's own succession says. A subtree above a county spans several.
with recursive place (first_code, last_code, own) as (
  select division_code, rpad(regexp_replace(division_code, '(0{10}|0{8}|0{6}|0{3})$', ''), 12, '9'), true
  from (
    select division_code from division where division_code = $1
    union all
    select division_code from area_division
    where area_code = $1 and valid_from <= $2 and (valid_to is null or valid_to >= $2)
  ) as asked
  union
  select old.division_code, case
      when (select count(*) from division_successor as part where part.division_code = old.division_code) > 1
      then old.division_code
      else rpad(regexp_replace(old.division_code, '(0{10}|0{8}|0{6}|0{3})$', ''), 12, '9') end, false
  from place
  join division_successor as old on old.successor_code between place.first_code and place.last_code
), named as (
  select d.division_code as code, d.name, d.level, d.valid_from, d.valid_to,
    array(
      select s.successor_code from division_successor as s
      where s.division_code = d.division_code order by s.successor_code
    ) as successors
  from division as d
  where d.division_code = $1
  union all
  select a.area_code as code, a.name, null as level, a.valid_from, a.valid_to, '{}'::text[] as successors
  from area as a
  where a.area_code = $1
)
select code, name, level, valid_from, valid_to, successors, coalesce(read_from(), '') as read_first,
  coalesce(read_to(), '') as read_last, coalesce(read_villages(), '{}') as read_villages,
  (select coalesce(json_agg(found), '[]') from (
      select first_code as first, last_code as last, bool_or(own) as own, case
          when left(first_code, 6) = left(last_code, 6) then array[left(first_code, 6)]
          else array(select distinct left(d.division_code, 6) from division as d
            where d.division_code between first_code and last_code and d.level in ('county', 'township')) end as counties
      from place
      group by first_code, last_code
      order by first_code, last_code
  ) as found) as ranges
from named;

-- name: write_scope
-- Which codes may the caller write?
select coalesce(write_from(), '') as first, coalesce(write_to(), '') as last,
  coalesce(write_villages(), '{}') as villages;

-- name: add_divisions
-- Registers divisions; a code that exists already is left out of the answer.
insert into division (division_code, name, level, parent_code, code_status, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select division_code, name, level, parent_code, code_status, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::division, $1::text::jsonb)
order by division_code
on conflict on constraint division_pk do nothing
returning division_code;

-- name: change_divisions
-- Changes divisions that still are the version they were read as.
update division as d
set name = n.name, code_status = n.code_status, valid_from = n.valid_from, valid_to = n.valid_to,
  version = d.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::division, $1::text::jsonb) as n
where d.division_code = n.division_code and d.version = n.version
returning d.division_code;

-- name: add_successions
-- Records who takes over which division; a pair that stands already is left out of the answer.
insert into division_successor (division_code, successor_code, effective_on, created_at, created_by)
select division_code, successor_code, effective_on, created_at, created_by
from jsonb_populate_recordset(null::division_successor, $1::text::jsonb)
on conflict on constraint division_successor_pk do nothing
returning successor_code;

-- name: areas
-- Which areas are there, valid on a day, holding a division on that day, named like $3?
select a.area_code, a.name, a.valid_from, a.valid_to,
  a.version, a.source, a.source_date, a.import_batch_id, a.created_at, a.created_by, a.updated_at, a.updated_by
from area as a
where ($1::date is null or a.valid_from <= $1 and (a.valid_to is null or a.valid_to >= $1))
  and ($2::text[] is null or exists (
    select from area_division as m
    where m.area_code = a.area_code and m.division_code = any($2::text[])
      and ($1::date is null or m.valid_from <= $1 and (m.valid_to is null or m.valid_to >= $1))
  ))
  and ($3::text is null or position($3 in a.name) > 0)
  and ($4::timestamptz is null or a.updated_at >= $4)
  and ($5::text is null or a.area_code > $5)
order by a.area_code
limit $6;

-- name: area_detail
-- An area with the divisions it holds or held.
select a.area_code, a.name, a.valid_from, a.valid_to,
  (
    select coalesce(jsonb_agg(jsonb_build_object('division_code', m.division_code,
      'valid_from', m.valid_from, 'valid_to', m.valid_to) order by m.division_code, m.valid_from), '[]')
    from area_division as m
    where m.area_code = a.area_code
  ) as divisions,
  a.version, a.source, a.source_date, a.import_batch_id, a.created_at, a.created_by, a.updated_at, a.updated_by
from area as a
where a.area_code = $1;

-- name: add_areas
-- Registers areas; a code that exists already is left out of the answer.
insert into area (area_code, name, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select area_code, name, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::area, $1::text::jsonb)
on conflict on constraint area_pk do nothing
returning area_code;

-- name: change_areas
-- Changes areas that still are the version they were read as.
update area as a
set name = n.name, valid_from = n.valid_from, valid_to = n.valid_to,
  version = a.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::area, $1::text::jsonb) as n
where a.area_code = n.area_code and a.version = n.version
returning a.area_code;

-- name: add_area_members
-- Puts divisions into areas.
insert into area_division (area_code, division_code, valid_from, valid_to, created_at, created_by)
select area_code, division_code, valid_from, valid_to, created_at, created_by
from jsonb_populate_recordset(null::area_division, $1::text::jsonb)
returning division_code;

-- name: clear_area
-- Takes all divisions out of an area, before its new list is written.
delete from area_division where area_code = $1;

-- name: statistics
-- Which figures stand for the divisions of these ranges ($1, $2; null: everywhere), of a year?
select s.division_code, s.year, s.households, s.income_per_person, s.source_text,
  s.version, s.source, s.source_date, s.import_batch_id, s.created_at, s.created_by, s.updated_at, s.updated_by
from division_statistic as s
where ($1::text[] is null or exists (
    select from unnest($1::text[], $2::text[]) as place (first_code, last_code)
    where s.division_code between place.first_code and place.last_code
  ))
  and ($3::integer is null or s.year = $3)
  and ($4::timestamptz is null or s.updated_at >= $4)
  and ($5::text is null or (s.division_code, s.year) > ($5, $6::integer))
order by s.division_code, s.year
limit $7;

-- name: statistic
-- The figures of a division and year.
select division_code, year, households, income_per_person, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from division_statistic
where division_code = $1 and year = $2;

-- name: add_statistics
-- Records figures; a division and year that has some is left out of the answer.
insert into division_statistic (division_code, year, households, income_per_person, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select division_code, year, households, income_per_person, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::division_statistic, $1::text::jsonb)
on conflict on constraint division_statistic_pk do nothing
returning division_code;

-- name: change_statistics
-- Changes figures that still are the version they were read as.
update division_statistic as s
set households = n.households, income_per_person = n.income_per_person, source_text = n.source_text,
  version = s.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::division_statistic, $1::text::jsonb) as n
where s.division_code = n.division_code and s.year = n.year and s.version = n.version
returning s.division_code;
