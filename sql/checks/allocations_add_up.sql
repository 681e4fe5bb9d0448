-- A truck's shares do not add up to its net weight, or a household's own ticket has shares.
select d.delivery_id, d.net_kg, coalesce(sum(a.net_kg), 0) as shared_kg
from delivery as d
left join allocation as a using (county_code, delivery_id)
where d.voided_at is null
group by d.county_code, d.delivery_id, d.net_kg, d.organization_id
having (d.organization_id is not null and count(a.allocation_id) > 0 and sum(a.net_kg) <> d.net_kg)
  or (d.organization_id is null and count(a.allocation_id) > 0);
