-- The amounts of a truck's shares do not add up to its price row towards the households.
select d.delivery_id, p.amount, sum(a.amount) as shared_amount
from delivery as d
join delivery_price as p using (county_code, delivery_id)
join component as c using (county_code, component_id)
join allocation as a using (county_code, delivery_id)
where d.voided_at is null and c.payee_role = 'household'
group by d.county_code, d.delivery_id, p.component_id, p.amount
having sum(a.amount) is distinct from p.amount;
