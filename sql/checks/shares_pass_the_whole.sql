-- On some day more than 100 percent of an organisation is held by others.
select o.owned_id, o.valid_from as day, sum(other.percent) as percent
from ownership as o
join ownership as other
  on other.owned_id = o.owned_id and other.valid_from <= o.valid_from
  and (other.valid_to is null or other.valid_to >= o.valid_from)
group by o.owned_id, o.ownership_id, o.valid_from
having sum(other.percent) > 100;
