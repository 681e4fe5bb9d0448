-- Lines are marked stale but no job of their village will ever recompute them.
select g.village_code, count(*) as lines, min(g.stale_since) as since
from gain_line as g
where g.superseded_at is null and g.stale_since is not null
  and g.village_code not in (select village_code from job where kind = 'recompute' and finished_at is null)
group by g.village_code;
