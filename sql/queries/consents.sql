-- Consents of persons to pass on what is personal, and who has given one.

-- name: consents_of
-- Which consents has a person given?
select c.county_code, c.consent_id, c.village_code, c.household_id, c.person_id, c.receiver_id, o.name as receiver_name,
  c.fields, c.purpose, c.given_on, c.until, c.withdrawn_on, c.evidence,
  c.version, c.source, c.source_date, c.import_batch_id, c.created_at, c.created_by, c.updated_at, c.updated_by
from consent as c
join organization as o on o.organization_id = c.receiver_id
where c.county_code = $1 and c.person_id = $2
order by c.given_on desc, c.consent_id;

-- name: standing_consents
-- Which of these persons' consents to this receiver for this purpose stand on the day $5? One withdrawn that day does not.
select person_id, fields
from consent
where county_code = $1 and person_id = any($2::uuid[]) and receiver_id = $3 and purpose = $4
  and given_on <= $5 and until >= $5 and (withdrawn_on is null or withdrawn_on > $5);

-- name: known_receiver
-- Is this an organisation, and what is it called?
select name from organization where organization_id = $1;

-- name: receivers
-- To whom may a consent be given: the organisations these households have contracts with?
select distinct o.organization_id, o.name, o.search_key
from participant as a
join party as p using (county_code, contract_id)
join organization as o on o.organization_id = p.organization_id
where a.county_code = $1 and a.household_id = any($2::uuid[])
order by o.search_key, o.organization_id;

-- name: add_consents
-- New consents.
insert into consent (county_code, consent_id, village_code, household_id, person_id, receiver_id, fields, purpose, given_on,
  until, withdrawn_on, evidence,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, consent_id, village_code, household_id, person_id, receiver_id, fields, purpose, given_on,
  until, withdrawn_on, evidence,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::consent, $1::text::jsonb)
returning consent_id;

-- name: withdraw_consents
-- The last day of consents, where nobody changed them since.
update consent as c
set withdrawn_on = n.withdrawn_on, version = c.version + 1, source = n.source, updated_at = n.updated_at,
  updated_by = n.updated_by
from jsonb_populate_recordset(null::consent, $1::text::jsonb) as n
where c.county_code = n.county_code and c.consent_id = n.consent_id and c.version = n.version
returning c.consent_id;

-- name: remove_consents
-- What a person consented to is no longer kept.
delete from consent
where county_code = $1 and person_id = $2
returning consent_id;

-- name: heads_of_annex
-- Who heads the households that take part in a contract on the day $3 (these only, if given)?
select h.county_code, h.household_id, h.village_code, h.number, p.person_id, p.name
from household as h
left join person as p on p.county_code = h.county_code and p.household_id = h.household_id and p.is_head
  and p.valid_to is null
where h.county_code = $1 and ($4::uuid[] is null or h.household_id = any($4))
  and exists (
    select from participant as a
    cross join lateral (
      select withdrawn from participant_version as v
      where v.county_code = a.county_code and v.participant_id = a.participant_id and v.superseded_at is null
        and (v.version_no = 1 or v.effective_on is null or v.effective_on <= $3)
      order by v.version_no desc
      limit 1
    ) as standing
    where a.county_code = h.county_code and a.contract_id = $2 and a.household_id = h.household_id
      and not standing.withdrawn)
order by h.number, h.household_id;
