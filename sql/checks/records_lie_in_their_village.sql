-- A record carries another village than the contract or household it belongs to: a policy would show it wrongly.
select 'participant' as record, r.participant_id as record_id, r.village_code, c.village_code as belongs_to
from participant as r join contract as c using (county_code, contract_id) where r.village_code <> c.village_code
union all
select 'component', r.component_id, r.village_code, c.village_code
from component as r join contract as c using (county_code, contract_id) where r.village_code <> c.village_code
union all
select 'party', r.party_id, r.village_code, c.village_code
from party as r join contract as c using (county_code, contract_id) where r.village_code <> c.village_code
union all
select 'delivery', r.delivery_id, r.village_code, c.village_code
from delivery as r join contract as c using (county_code, contract_id) where r.village_code <> c.village_code
union all
select 'entry', r.entry_id, r.village_code, c.village_code
from entry as r join contract as c using (county_code, contract_id) where r.village_code <> c.village_code
union all
select 'gain_line', r.gain_line_id, r.village_code, c.village_code
from gain_line as r join contract as c using (county_code, contract_id) where r.village_code <> c.village_code
union all
select 'person', r.person_id, r.village_code, h.village_code
from person as r join household as h using (county_code, household_id) where r.village_code <> h.village_code
union all
select 'headcount', r.headcount_id, r.village_code, h.village_code
from headcount as r join household as h using (county_code, household_id) where r.village_code <> h.village_code
union all
select 'land_use', r.land_use_id, r.village_code, h.village_code
from land_use as r join household as h using (county_code, household_id) where r.village_code <> h.village_code
union all
select 'membership', r.membership_id, r.village_code, h.village_code
from membership as r join household as h using (county_code, household_id) where r.village_code <> h.village_code
union all
select 'person_identifier', r.person_id, r.village_code, p.village_code
from person_identifier as r join person as p using (county_code, person_id)
where r.village_code <> p.village_code or r.household_id <> p.household_id
union all
select 'consent', r.consent_id, r.village_code, p.village_code
from consent as r join person as p using (county_code, person_id)
where r.village_code <> p.village_code or r.household_id <> p.household_id
union all
select 'organization_contact', r.organization_contact_id, r.village_code, o.division_code
from organization_contact as r join organization as o using (organization_id) where r.village_code <> o.division_code;
