-- The amount of a ticket without shares is further from net weight times unit price than rounding explains.
select p.delivery_id, p.component_id, d.net_kg, p.unit_price, p.amount
from delivery_price as p
join delivery as d using (county_code, delivery_id)
where p.unit_price is not null
  and abs(p.amount - d.net_kg * p.unit_price) > 0.005
  and not exists (
    select
    from allocation as a
    where a.county_code = p.county_code and a.delivery_id = p.delivery_id
  );
