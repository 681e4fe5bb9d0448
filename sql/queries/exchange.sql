-- Batches of imported rows, and names that sheets use instead of codes.

-- name: add_batch
-- An import that was kept, under the first of the divisions $1 where the caller may write.
insert into import_batch (import_batch_id, division_code, kind, rows_read, rows_created, rows_updated, rows_unchanged,
  created_at, created_by)
select $2, d.division_code, $3, $4, $5, $6, $7, $8, $9
from unnest($1::text[]) with ordinality as wanted (division_code, position)
join division as d using (division_code)
where d.division_code between write_from() and write_to() or d.division_code = any(write_villages())
order by wanted.position
limit 1
returning import_batch_id;

-- name: batches
-- The imports of a kind ($3) that were kept in the ranges $1..$2 (null: everywhere), newest first, after the id $4.
select b.import_batch_id, b.division_code, b.kind, b.rows_read, b.rows_created, b.rows_updated, b.rows_unchanged,
  b.created_at, b.created_by
from import_batch as b
where ($1::text[] is null or exists (
    select from unnest($1::text[], $2::text[]) as place (first_code, last_code)
    where b.division_code between place.first_code and place.last_code))
  and (b.division_code between read_from() and read_to() or b.division_code = any(read_villages()))
  and ($3::text is null or b.kind = $3)
  and ($4::uuid is null or b.import_batch_id < $4)
order by b.import_batch_id desc
limit $5;

-- name: batch_by_id
-- One import that was kept.
select import_batch_id, division_code, kind, rows_read, rows_created, rows_updated, rows_unchanged, created_at,
  created_by
from import_batch
where import_batch_id = $1
  and (division_code between read_from() and read_to() or division_code = any(read_villages()));

-- name: crop_names
-- Crops by the names people use.
select name, crop_code as code
from crop;

-- name: product_names
-- Products by the names people use.
select name, product_code as code
from product;

-- name: grade_names
-- Grades by the names people use, where all products with a grade of that name give it the same code.
select name, min(grade_code) as code
from grade
group by name
having min(grade_code) = max(grade_code);
