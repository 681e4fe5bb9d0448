-- What a person's erasure meets, whose numbers are no longer needed, and what of the machinery is old.

-- name: duties
-- Which contracts name a person: as a party, as who signed for the household (name $4), or as its head ($5)?
-- Of the signed ones only those that still run or ended on or after $6; drafts, which the person can be taken out of, last.
select k.contract_id, k.title,
  case when k.status not in ('draft', 'signed')
    then coalesce(k.terminated_on, k.completed_on, k.cancelled_on, k.ends_on)
  end as ended_on,
  k.status = 'draft' as draft
from contract as k
where k.county_code = $1 and (k.status in ('draft', 'signed')
    or k.signed_on is not null and coalesce(k.terminated_on, k.completed_on, k.cancelled_on, k.ends_on) >= $6)
  and (exists (
      select from party as p
      where p.county_code = k.county_code and p.contract_id = k.contract_id
        and (p.person_id = $2 or p.household_id = $3 and ($5::boolean or p.signed_name = $4)))
    or exists (
      select from participant as a
      where a.county_code = k.county_code and a.contract_id = k.contract_id and a.household_id = $3
        and ($5 or a.signed_name = $4)))
order by draft, ended_on desc nulls first, k.contract_id;

-- name: left_with_numbers
-- Whose numbers or consents are still kept though the person left, or the household ended, before $1, and no contract
-- that runs or ended on or after $2 names the person? After person $3.
select p.county_code, p.person_id, p.household_id, p.village_code, h.number,
  coalesce(p.valid_to, h.valid_to) as left_on,
  array(select i.kind from person_identifier as i
    where i.county_code = p.county_code and i.person_id = p.person_id order by i.kind) as kinds
from person as p
join household as h using (county_code, household_id)
where coalesce(p.valid_to, h.valid_to) < $1 and ($3::uuid is null or p.person_id > $3)
  and (exists (select from person_identifier as i where i.county_code = p.county_code and i.person_id = p.person_id)
    or exists (select from consent as c where c.county_code = p.county_code and c.person_id = p.person_id))
  and not exists (
    select from contract as k
    where k.county_code = p.county_code and k.signed_on is not null
      and (k.status = 'signed' or coalesce(k.terminated_on, k.completed_on, k.cancelled_on, k.ends_on) >= $2)
      and (exists (
          select from party as y
          where y.county_code = k.county_code and y.contract_id = k.contract_id
            and (y.person_id = p.person_id or y.household_id = p.household_id and (p.is_head or y.signed_name = p.name)))
        or exists (
          select from participant as a
          where a.county_code = k.county_code and a.contract_id = k.contract_id and a.household_id = p.household_id
            and (p.is_head or a.signed_name = p.name))))
order by p.person_id
limit $4;

-- name: actors
-- Who may have left answers under idempotency keys?
select username as actor from account order by username;

-- name: expire_answers
-- Answers of the acting user from before $1 are no longer needed for a retry.
delete from idempotency where created_at < $1;

-- name: expire_sessions
-- Sessions that ended before $1, by themselves or by somebody.
delete from session where ended_at < $1 or expires_at < $1;
