-- A ticket lies outside the days of its contract, or the contract was never signed.
select d.delivery_id, d.day, c.status, c.starts_on, c.ends_on
from delivery as d
join contract as c using (county_code, contract_id)
where d.voided_at is null and (c.signed_on is null or d.day < c.starts_on or d.day > c.ends_on);
