-- Statements that only pages of reference data ask: lists with names, choices, what waits for a price.

-- name: prices_seen
-- Which market prices were seen in these ranges ($1, $2; null: everywhere), of product $3, from $4 to $5, newest first,
-- after the place ($6, $7); or the one price $8?
select m.market_price_id, m.division_code, d.name as place_name, m.product_code, p.name as product_name, m.grade_code,
  g.name as grade_name, m.day, m.price, m.typed_unit, m.source_text, m.version, m.updated_at, m.updated_by
from market_price as m
join division as d using (division_code)
join product as p using (product_code)
left join grade as g on g.product_code = m.product_code and g.grade_code = m.grade_code
where ($1::text[] is null or exists (
    select from unnest($1::text[], $2::text[]) as place (first_code, last_code)
    where m.division_code between place.first_code and place.last_code
  ))
  and ($3::text is null or m.product_code = $3)
  and ($4::date is null or m.day >= $4)
  and ($5::date is null or m.day <= $5)
  and ($6::date is null or (m.day, m.market_price_id) < ($6, $7::uuid))
  and ($8::uuid is null or m.market_price_id = $8)
order by m.day desc, m.market_price_id desc
limit $9;

-- name: prices_count
-- How many market prices fit? Parameters as in prices_seen.
select count(*)
from market_price as m
where ($1::text[] is null or exists (
    select from unnest($1::text[], $2::text[]) as place (first_code, last_code)
    where m.division_code between place.first_code and place.last_code
  ))
  and ($3::text is null or m.product_code = $3)
  and ($4::date is null or m.day >= $4)
  and ($5::date is null or m.day <= $5);

-- name: tickets_waiting
-- Of which product, grade and day is a market price missing, and how many standing tickets of which township wait for it?
-- The grade is that of the ticket, or the reference grade where the terms in force multiply it (domain.md 5, graded).
select left(d.village_code, 9) || '000' as township_code, d.product_code, p.name as product_name, w.grade_code,
  g.name as grade_name, d.day, count(distinct d.delivery_id)::integer as tickets
from delivery_price as r
join delivery as d using (county_code, delivery_id)
join product as p using (product_code)
left join lateral (
  select t.terms -> 'price' as price
  from component_terms as t
  where t.county_code = r.county_code and t.component_id = r.component_id and t.effective_on <= d.day
  order by t.effective_on desc, t.version_no desc
  limit 1
) as agreed on true
cross join lateral (
  select case
    when agreed.price ->> 'clause' = 'graded' and (d.grade_code is null or exists (
      select from jsonb_array_elements(agreed.price -> 'grades') as one (term)
      where one.term ->> 'grade_code' = d.grade_code and one.term ->> 'coefficient' is not null
    )) then agreed.price ->> 'reference_grade'
    else d.grade_code
  end as grade_code
) as w
left join grade as g on g.product_code = d.product_code and g.grade_code = w.grade_code
where r.missing = 'market_price' and d.voided_at is null
group by 1, 2, 3, 4, 5, 6
order by d.day desc, d.product_code, w.grade_code
limit 50;

-- name: tickets_waiting_count
-- How many standing tickets have no price because the market price of their day is missing?
select count(distinct r.delivery_id)
from delivery_price as r
join delivery as d using (county_code, delivery_id)
where r.missing = 'market_price' and d.voided_at is null;

-- name: price_places
-- Where can a market price be seen: divisions above households of the caller, and those that have a price already?
with recursive above as (
  select v.parent_code as code
  from division as v
  where v.level = 'village' and exists (
    select from household as h where h.county_code = left(v.division_code, 6) and h.village_code = v.division_code)
  union
  select d.parent_code
  from above
  join division as d on d.division_code = above.code
)
select d.division_code, d.name
from division as d
where d.division_code in (select code from above) or exists (
  select from market_price as m where m.division_code = d.division_code)
order by d.level = 'village', d.division_code;

-- name: price_goods
-- Which products and grades can have a price? A product stands first without grade.
select p.product_code, p.name as product_name, null as grade_code, null as grade_name, 0 as position
from product as p
union all
select g.product_code, p.name, g.grade_code, g.name, g.position
from grade as g
join product as p using (product_code)
order by product_code, position, grade_code nulls first;
