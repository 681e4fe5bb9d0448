-- Contacts of organisations: whom to reach, with the number encrypted.

-- name: contacts_of
-- Whom can one reach at an organisation, on a day ($2; null: also in the past)? Masks only.
select county_code, organization_contact_id, village_code, organization_id, kind, name, mask, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from organization_contact
where organization_id = $1
  and ($2::date is null or valid_from <= $2 and (valid_to is null or valid_to >= $2))
order by kind, valid_from desc, organization_contact_id;

-- name: contact
-- One contact, sealed.
select county_code, organization_contact_id, village_code, organization_id, kind, name, mask, ciphertext, key_version,
  valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from organization_contact
where organization_contact_id = $1;

-- name: add_contacts
-- New contacts.
insert into organization_contact (county_code, organization_contact_id, village_code, organization_id, kind, name,
  ciphertext, key_version, mask, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by)
select county_code, organization_contact_id, village_code, organization_id, kind, name,
  ciphertext, key_version, mask, valid_from, valid_to,
  version, source, source_date, import_batch_id, created_at, created_by, updated_at, updated_by
from jsonb_populate_recordset(null::organization_contact, $1::text::jsonb)
returning organization_contact_id;

-- name: change_contacts
-- Contacts as they will be stored, where nobody changed them since.
update organization_contact as c
set name = n.name, ciphertext = n.ciphertext, key_version = n.key_version, mask = n.mask, valid_to = n.valid_to,
  version = c.version + 1, source = n.source, source_date = n.source_date, import_batch_id = n.import_batch_id,
  updated_at = n.updated_at, updated_by = n.updated_by
from jsonb_populate_recordset(null::organization_contact, $1::text::jsonb) as n
where c.county_code = n.county_code and c.organization_contact_id = n.organization_contact_id and c.version = n.version
returning c.organization_contact_id;
