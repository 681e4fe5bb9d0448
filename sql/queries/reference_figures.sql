-- Statements of the figures gains are computed with: labour day prices, indices, planted areas, returns, market prices.

-- name: labour_day_prices
-- Which labour day prices are there, after a year already seen?
select l.year, l.price, l.source_text,
  l.version, l.source, l.source_date, l.import_batch_id, l.created_at, l.created_by, l.updated_at, l.updated_by
from labour_day_price as l
where ($1::timestamptz is null or l.updated_at >= $1)
  and ($2::integer is null or l.year > $2)
order by l.year
limit $3;

-- name: labour_day_prices_by_year
-- The labour day prices of these years.
select l.year, l.price, l.source_text,
  l.version, l.source, l.source_date, l.import_batch_id, l.created_at, l.created_by, l.updated_at, l.updated_by
from labour_day_price as l
where l.year = any($1::integer[])
order by l.year;

-- name: add_labour_day_prices
-- Records labour day prices; a year that has one is left out of the answer.
insert into labour_day_price (year, price, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select year, price, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::labour_day_price, $1::text::jsonb)
on conflict on constraint labour_day_price_pk do nothing
returning year;

-- name: change_labour_day_prices
-- Changes labour day prices that still are the version they were read as.
update labour_day_price as l
set price = n.price, source_text = n.source_text,
  version = l.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::labour_day_price, $1::text::jsonb) as n
where l.year = n.year and l.version = n.version
returning l.year;

-- name: price_indices
-- Which price indices do the divisions of these ranges ($1, $2; null: everywhere) have, of a kind, of a year?
select i.division_code, i.kind, i.year, i.value, i.source_text,
  i.version, i.source, i.source_date, i.import_batch_id, i.created_at, i.created_by, i.updated_at, i.updated_by
from price_index as i
where ($1::text[] is null or exists (
    select from unnest($1::text[], $2::text[]) as place (first_code, last_code)
    where i.division_code between place.first_code and place.last_code
  ))
  and ($3::text is null or i.kind = $3)
  and ($4::integer is null or i.year = $4)
  and ($5::timestamptz is null or i.updated_at >= $5)
  and ($6::text is null or (i.division_code, i.kind, i.year) > ($6, $7::text, $8::integer))
order by i.division_code, i.kind, i.year
limit $9;

-- name: price_index
-- The index of a division, kind and year.
select i.division_code, i.kind, i.year, i.value, i.source_text,
  i.version, i.source, i.source_date, i.import_batch_id, i.created_at, i.created_by, i.updated_at, i.updated_by
from price_index as i
where i.division_code = $1 and i.kind = $2 and i.year = $3;

-- name: add_price_indices
-- Records price indices; a division, kind and year that has one is left out of the answer.
insert into price_index (division_code, kind, year, value, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select division_code, kind, year, value, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::price_index, $1::text::jsonb)
on conflict on constraint price_index_pk do nothing
returning division_code, kind, year;

-- name: change_price_indices
-- Changes price indices that still are the version they were read as.
update price_index as i
set value = n.value, source_text = n.source_text,
  version = i.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::price_index, $1::text::jsonb) as n
where i.division_code = n.division_code and i.kind = n.kind and i.year = n.year and i.version = n.version
returning i.division_code, i.kind, i.year;

-- name: planted_areas
-- Which planted areas do the divisions of these ranges ($1, $2; null: everywhere) have, of a crop, of a year?
select a.division_code, a.crop_code, a.year, a.area_mu, a.source_text,
  a.version, a.source, a.source_date, a.import_batch_id, a.created_at, a.created_by, a.updated_at, a.updated_by
from planted_area as a
where ($1::text[] is null or exists (
    select from unnest($1::text[], $2::text[]) as place (first_code, last_code)
    where a.division_code between place.first_code and place.last_code
  ))
  and ($3::text is null or a.crop_code = $3)
  and ($4::integer is null or a.year = $4)
  and ($5::timestamptz is null or a.updated_at >= $5)
  and ($6::text is null or (a.division_code, a.crop_code, a.year) > ($6, $7::text, $8::integer))
order by a.division_code, a.crop_code, a.year
limit $9;

-- name: planted_area
-- The planted area of a division, crop and year.
select a.division_code, a.crop_code, a.year, a.area_mu, a.source_text,
  a.version, a.source, a.source_date, a.import_batch_id, a.created_at, a.created_by, a.updated_at, a.updated_by
from planted_area as a
where a.division_code = $1 and a.crop_code = $2 and a.year = $3;

-- name: add_planted_areas
-- Records planted areas; a division, crop and year that has one is left out of the answer.
insert into planted_area (division_code, crop_code, year, area_mu, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select division_code, crop_code, year, area_mu, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::planted_area, $1::text::jsonb)
on conflict on constraint planted_area_pk do nothing
returning division_code, crop_code, year;

-- name: change_planted_areas
-- Changes planted areas that still are the version they were read as.
update planted_area as a
set area_mu = n.area_mu, source_text = n.source_text,
  version = a.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::planted_area, $1::text::jsonb) as n
where a.division_code = n.division_code and a.crop_code = n.crop_code and a.year = n.year and a.version = n.version
returning a.division_code, a.crop_code, a.year;

-- name: reference_returns
-- Which reference rows do the divisions of these ranges ($1, $2; null: everywhere) have, of a crop, year, quality?
select r.reference_return_id, r.crop_code, r.division_code, r.year, r.yield_kg, r.price_per_50kg, r.output_value,
  r.materials_services, r.family_labour, r.hired_labour, r.land_rent, r.own_land_rent, r.family_days, r.hired_days,
  r.days_derived, r.excluded_items, r.quality, r.source_text,
  r.version, r.source, r.source_date, r.import_batch_id, r.created_at, r.created_by, r.updated_at, r.updated_by
from reference_return as r
where ($1::text[] is null or exists (
    select from unnest($1::text[], $2::text[]) as place (first_code, last_code)
    where r.division_code between place.first_code and place.last_code
  ))
  and ($3::text is null or r.crop_code = $3)
  and ($4::integer is null or r.year = $4)
  and ($5::text is null or r.quality = $5)
  and ($6::timestamptz is null or r.updated_at >= $6)
  and ($7::uuid is null or r.reference_return_id > $7)
order by r.reference_return_id
limit $8;

-- name: reference_returns_by_id
-- The reference rows with these ids.
select r.reference_return_id, r.crop_code, r.division_code, r.year, r.yield_kg, r.price_per_50kg, r.output_value,
  r.materials_services, r.family_labour, r.hired_labour, r.land_rent, r.own_land_rent, r.family_days, r.hired_days,
  r.days_derived, r.excluded_items, r.quality, r.source_text,
  r.version, r.source, r.source_date, r.import_batch_id, r.created_at, r.created_by, r.updated_at, r.updated_by
from reference_return as r
where r.reference_return_id = any($1::uuid[])
order by r.reference_return_id;

-- name: reference_returns_of
-- The reference rows of these crops in these divisions, of all years or of some.
select r.reference_return_id, r.crop_code, r.division_code, r.year, r.yield_kg, r.price_per_50kg, r.output_value,
  r.materials_services, r.family_labour, r.hired_labour, r.land_rent, r.own_land_rent, r.family_days, r.hired_days,
  r.days_derived, r.excluded_items, r.quality, r.source_text,
  r.version, r.source, r.source_date, r.import_batch_id, r.created_at, r.created_by, r.updated_at, r.updated_by
from reference_return as r
where r.crop_code = any($1::text[]) and r.division_code = any($2::text[])
  and ($3::integer[] is null or r.year = any($3))
order by r.crop_code, r.division_code, r.year;

-- name: pinned_contracts
-- To which contracts, or lines of theirs, is one of these rows pinned?
select distinct contract_id, village_code
from reference_pin
where reference_return_id = any($1::uuid[]) and superseded_at is null
order by village_code, contract_id;

-- name: add_reference_returns
-- Records reference rows; a crop, division and year that has a row is left out of the answer.
insert into reference_return (reference_return_id, crop_code, division_code, year, yield_kg, price_per_50kg,
  output_value, materials_services, family_labour, hired_labour, land_rent, own_land_rent, family_days, hired_days,
  days_derived, excluded_items, quality, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select reference_return_id, crop_code, division_code, year, yield_kg, price_per_50kg, output_value,
  materials_services, family_labour, hired_labour, land_rent, own_land_rent, family_days, hired_days, days_derived,
  excluded_items, quality, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::reference_return, $1::text::jsonb)
on conflict on constraint reference_return_key do nothing
returning reference_return_id;

-- name: change_reference_returns
-- Changes reference rows that still are the version they were read as.
update reference_return as r
set yield_kg = n.yield_kg, price_per_50kg = n.price_per_50kg, output_value = n.output_value, materials_services =
  n.materials_services, family_labour = n.family_labour, hired_labour = n.hired_labour, land_rent = n.land_rent,
  own_land_rent = n.own_land_rent, family_days = n.family_days, hired_days = n.hired_days, days_derived =
  n.days_derived, excluded_items = n.excluded_items, quality = n.quality, source_text = n.source_text,
  version = r.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::reference_return, $1::text::jsonb) as n
where r.reference_return_id = n.reference_return_id and r.version = n.version
returning r.reference_return_id;

-- name: market_prices
-- Which market prices were seen in these ranges ($1, $2; null: everywhere), of a product, of a grade, from $5 to $6?
select m.market_price_id, m.division_code, m.product_code, m.grade_code, m.day, m.price, m.typed_unit, m.source_text,
  m.version, m.source, m.source_date, m.import_batch_id, m.created_at, m.created_by, m.updated_at, m.updated_by
from market_price as m
where ($1::text[] is null or exists (
    select from unnest($1::text[], $2::text[]) as place (first_code, last_code)
    where m.division_code between place.first_code and place.last_code
  ))
  and ($3::text is null or m.product_code = $3)
  and ($4::text is null or m.grade_code = $4)
  and ($5::date is null or m.day >= $5)
  and ($6::date is null or m.day <= $6)
  and ($7::timestamptz is null or m.updated_at >= $7)
  and ($8::date is null or (m.day, m.market_price_id) > ($8, $9::uuid))
order by m.day, m.market_price_id
limit $10;

-- name: market_price
-- The market price with this id.
select m.market_price_id, m.division_code, m.product_code, m.grade_code, m.day, m.price, m.typed_unit, m.source_text,
  m.version, m.source, m.source_date, m.import_batch_id, m.created_at, m.created_by, m.updated_at, m.updated_by
from market_price as m
where m.market_price_id = $1;

-- name: market_prices_of
-- All market prices of these products in these divisions from $3 to $4.
select m.market_price_id, m.division_code, m.product_code, m.grade_code, m.day, m.price, m.typed_unit, m.source_text,
  m.version, m.source, m.source_date, m.import_batch_id, m.created_at, m.created_by, m.updated_at, m.updated_by
from market_price as m
where m.product_code = any($1::text[]) and m.division_code = any($2::text[]) and m.day between $3 and $4
order by m.product_code, m.day, m.market_price_id;

-- name: add_market_prices
-- Records market prices; a division, product, grade and day that has one is left out of the answer.
insert into market_price (market_price_id, division_code, product_code, grade_code, day, price, typed_unit,
  source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select market_price_id, division_code, product_code, grade_code, day, price, typed_unit, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::market_price, $1::text::jsonb)
on conflict on constraint market_price_key do nothing
returning market_price_id;

-- name: change_market_prices
-- Changes market prices that still are the version they were read as.
update market_price as m
set price = n.price, typed_unit = n.typed_unit, source_text = n.source_text,
  version = m.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::market_price, $1::text::jsonb) as n
where m.market_price_id = n.market_price_id and m.version = n.version
returning m.market_price_id;
