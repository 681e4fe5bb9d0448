-- Statements of reference data: crops, products, grades, tags, seasons, and the figures gains are computed with.

-- name: crops
-- Which crops are there, named like $1?
select c.crop_code, c.name,
  c.version, c.source, c.source_date, c.import_batch_id, c.created_at, c.created_by, c.updated_at, c.updated_by
from crop as c
where ($1::text is null or position($1 in c.name) > 0)
  and ($2::timestamptz is null or c.updated_at >= $2)
  and ($3::text is null or c.crop_code > $3)
order by c.crop_code
limit $4;

-- name: crops_by_code
-- The crops with these codes.
select c.crop_code, c.name,
  c.version, c.source, c.source_date, c.import_batch_id, c.created_at, c.created_by, c.updated_at, c.updated_by
from crop as c
where c.crop_code = any($1::text[])
order by c.crop_code;

-- name: add_crops
-- Registers crops; a code that exists already is left out of the answer.
insert into crop (crop_code, name,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select crop_code, name,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::crop, $1::text::jsonb)
on conflict on constraint crop_pk do nothing
returning crop_code;

-- name: change_crops
-- Changes crops that still are the version they were read as.
update crop as c
set name = n.name,
  version = c.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::crop, $1::text::jsonb) as n
where c.crop_code = n.crop_code and c.version = n.version
returning c.crop_code;

-- name: products
-- Which products are there, of a crop, named like $2?
select p.product_code, p.crop_code, p.name,
  p.version, p.source, p.source_date, p.import_batch_id, p.created_at, p.created_by, p.updated_at, p.updated_by
from product as p
where ($1::text is null or p.crop_code = $1)
  and ($2::text is null or position($2 in p.name) > 0)
  and ($3::timestamptz is null or p.updated_at >= $3)
  and ($4::text is null or p.product_code > $4)
order by p.product_code
limit $5;

-- name: products_by_code
-- The products with these codes.
select p.product_code, p.crop_code, p.name,
  p.version, p.source, p.source_date, p.import_batch_id, p.created_at, p.created_by, p.updated_at, p.updated_by
from product as p
where p.product_code = any($1::text[])
order by p.product_code;

-- name: add_products
-- Registers products; a code that exists already is left out of the answer.
insert into product (product_code, crop_code, name,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select product_code, crop_code, name,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::product, $1::text::jsonb)
on conflict on constraint product_pk do nothing
returning product_code;

-- name: change_products
-- Changes products that still are the version they were read as.
update product as p
set crop_code = n.crop_code, name = n.name,
  version = p.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::product, $1::text::jsonb) as n
where p.product_code = n.product_code and p.version = n.version
returning p.product_code;

-- name: grades_of
-- Which grades do these products have, best first?
select g.product_code, g.grade_code, g.name, g.position,
  g.version, g.source, g.source_date, g.import_batch_id, g.created_at, g.created_by, g.updated_at, g.updated_by
from grade as g
where g.product_code = any($1::text[])
order by g.product_code, g.position, g.grade_code;

-- name: grades
-- Which grades are there, of a product, product by product?
select g.product_code, g.grade_code, g.name, g.position,
  g.version, g.source, g.source_date, g.import_batch_id, g.created_at, g.created_by, g.updated_at, g.updated_by
from grade as g
where ($1::text is null or g.product_code = $1)
  and ($2::text is null or (g.product_code, g.grade_code) > ($2, $3::text))
order by g.product_code, g.grade_code
limit $4;

-- name: add_grades
-- Registers grades; a grade the product has already is left out of the answer.
insert into grade (product_code, grade_code, name, position,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select product_code, grade_code, name, position,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::grade, $1::text::jsonb)
on conflict on constraint grade_pk do nothing
returning product_code, grade_code;

-- name: change_grades
-- Changes grades that still are the version they were read as.
update grade as g
set name = n.name, position = n.position,
  version = g.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::grade, $1::text::jsonb) as n
where g.product_code = n.product_code and g.grade_code = n.grade_code and g.version = n.version
returning g.product_code, g.grade_code;

-- name: tags
-- Which household tags are there, valid on a day, named like $2?
select t.tag_code, t.label, t.valid_from, t.valid_to, t.source_text,
  t.version, t.source, t.source_date, t.import_batch_id, t.created_at, t.created_by, t.updated_at, t.updated_by
from tag as t
where ($1::date is null or t.valid_from <= $1 and (t.valid_to is null or t.valid_to >= $1))
  and ($2::text is null or position($2 in t.label) > 0)
  and ($3::timestamptz is null or t.updated_at >= $3)
  and ($4::text is null or t.tag_code > $4)
order by t.tag_code
limit $5;

-- name: tags_by_code
-- The tags with these codes.
select t.tag_code, t.label, t.valid_from, t.valid_to, t.source_text,
  t.version, t.source, t.source_date, t.import_batch_id, t.created_at, t.created_by, t.updated_at, t.updated_by
from tag as t
where t.tag_code = any($1::text[])
order by t.tag_code;

-- name: add_tags
-- Registers tags; a code that exists already is left out of the answer.
insert into tag (tag_code, label, valid_from, valid_to, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select tag_code, label, valid_from, valid_to, source_text,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::tag, $1::text::jsonb)
on conflict on constraint tag_pk do nothing
returning tag_code;

-- name: change_tags
-- Changes tags that still are the version they were read as.
update tag as t
set label = n.label, valid_from = n.valid_from, valid_to = n.valid_to, source_text = n.source_text,
  version = t.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::tag, $1::text::jsonb) as n
where t.tag_code = n.tag_code and t.version = n.version
returning t.tag_code;

-- name: seasons
-- Which seasons do the divisions of these ranges ($1, $2; null: everywhere) have, of a product, year, holding a day?
select s.season_id, s.division_code, s.product_code, s.year, s.name, s.starts_on, s.ends_on,
  s.version, s.source, s.source_date, s.import_batch_id, s.created_at, s.created_by, s.updated_at, s.updated_by
from season as s
where ($1::text[] is null or exists (
    select from unnest($1::text[], $2::text[]) as place (first_code, last_code)
    where s.division_code between place.first_code and place.last_code
  ))
  and ($3::text is null or s.product_code = $3)
  and ($4::integer is null or s.year = $4)
  and ($5::date is null or $5 between s.starts_on and s.ends_on)
  and ($6::timestamptz is null or s.updated_at >= $6)
  and ($7::uuid is null or s.season_id > $7)
order by s.season_id
limit $8;

-- name: seasons_by_id
-- The seasons with these ids.
select s.season_id, s.division_code, s.product_code, s.year, s.name, s.starts_on, s.ends_on,
  s.version, s.source, s.source_date, s.import_batch_id, s.created_at, s.created_by, s.updated_at, s.updated_by
from season as s
where s.season_id = any($1::uuid[])
order by s.season_id;

-- name: add_seasons
-- Registers seasons; a name the division's product has in that year is left out of the answer.
insert into season (season_id, division_code, product_code, year, name, starts_on, ends_on,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select season_id, division_code, product_code, year, name, starts_on, ends_on,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::season, $1::text::jsonb)
on conflict on constraint season_key do nothing
returning season_id;

-- name: change_seasons
-- Changes seasons that still are the version they were read as.
update season as s
set year = n.year, name = n.name, starts_on = n.starts_on, ends_on = n.ends_on,
  version = s.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::season, $1::text::jsonb) as n
where s.season_id = n.season_id and s.version = n.version
returning s.season_id;
