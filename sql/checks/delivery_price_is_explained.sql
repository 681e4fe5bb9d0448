-- A ticket that is not voided has no price row at all: neither a price nor what is missing.
select d.delivery_id, d.day
from delivery as d
where d.voided_at is null
  and not exists (
    select
    from delivery_price as p
    where p.county_code = d.county_code and p.delivery_id = d.delivery_id
  );
