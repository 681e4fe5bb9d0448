-- How lists find their rows: by an index of what they are narrowed to and then of their order.

-- Tickets, newest day first, of a village, a county, all counties, a contract, a household. The columns the policy looks at are
-- included: a page is found without reading the rows themselves. Otherwise the planner, who takes the policy and the condition
-- for independent, expects few rows and sorts all of them.
drop index delivery_village_idx;
create index delivery_village_idx on delivery (village_code, day desc, delivery_id desc) include (county_code, contract_id);
create index delivery_county_idx on delivery (county_code, day desc, delivery_id desc) include (village_code, contract_id);
create index delivery_day_idx on delivery (day desc, delivery_id desc) include (county_code, village_code, contract_id);
drop index delivery_contract_idx;
create index delivery_contract_idx on delivery (contract_id, day desc, delivery_id desc) include (county_code, village_code);
drop index delivery_household_idx;
create index delivery_household_idx on delivery (household_id, day desc, delivery_id desc);
drop index allocation_household_idx;
create index allocation_household_idx on allocation (household_id);

-- A ticket as lists and its page show it: with the names of what it says, its prices and its shares.
create view delivery_shown with (security_invoker = true) as
select d.county_code, d.delivery_id, d.village_code, d.contract_id, d.season_id, s.year as season_year, d.product_code,
  p.name as product_name, d.grade_code, g.name as grade_name, d.day, d.buyer_id, d.ticket_number, d.household_id,
  (
    select min(n.signed_name)
    from participant as n
    where n.county_code = d.county_code and n.contract_id = d.contract_id and n.household_id = d.household_id
  ) as household_name,
  d.organization_id, o.name as organization_name, d.typed_unit as unit, d.gross, d.tare, d.moisture_percent,
  d.impurity_percent, d.deduction_percent, d.deduction_reason, d.deduction_weight, d.net_kg, d.operator, d.note,
  (
    select coalesce(jsonb_agg(jsonb_build_object('component_id', r.component_id, 'number', c.number, 'payer_role', c.payer_role,
      'payee_role', c.payee_role, 'unit_price', r.unit_price, 'market_price', r.market_price, 'amount', r.amount,
      'missing', r.missing) order by c.number), '[]')
    from delivery_price as r
    join component as c using (county_code, component_id)
    where r.county_code = d.county_code and r.delivery_id = d.delivery_id
  ) as prices,
  (
    select coalesce(jsonb_agg(jsonb_build_object('allocation_id', a.allocation_id, 'household_id', a.household_id,
      'household_name', (
        select min(n.signed_name)
        from participant as n
        where n.county_code = a.county_code and n.contract_id = a.contract_id and n.household_id = a.household_id
      ),
      'declared_kg', a.declared_kg, 'net_kg', a.net_kg, 'amount', a.amount) order by a.allocation_id), '[]')
    from allocation as a
    where a.county_code = d.county_code and a.delivery_id = d.delivery_id
  ) as allocations,
  d.voided_at, d.voided_by, d.void_reason, d.version, d.source, d.created_at, d.created_by, d.updated_at, d.updated_by
from delivery as d
join season as s using (season_id)
join product as p on p.product_code = d.product_code
left join grade as g on g.product_code = d.product_code and g.grade_code = d.grade_code
left join organization as o on o.organization_id = d.organization_id;
grant select on delivery_shown to registry_app;
