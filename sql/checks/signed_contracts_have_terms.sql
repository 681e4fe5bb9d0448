-- A contract was signed although a component has no terms, or there is no version of it.
select c.contract_id, c.title, c.status
from contract as c
where c.status in ('signed', 'completed', 'terminated')
  and (
    not exists (
      select from contract_version as v where v.county_code = c.county_code and v.contract_id = c.contract_id
    )
    or exists (
      select
      from component as k
      where k.county_code = c.county_code and k.contract_id = c.contract_id
        and not exists (
          select
          from component_terms as t
          where t.county_code = k.county_code and t.component_id = k.component_id
        )
    )
  );
