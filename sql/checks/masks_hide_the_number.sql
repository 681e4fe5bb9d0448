-- A mask shows more of a personal number than it may, or of another kind.
select 'person_identifier' as record, person_id as record_id, kind
from person_identifier
where mask !~ case kind
  when 'id_number' then '^[0-9]\*{16}[0-9X]$'
  when 'phone' then '^[0-9]{3}\*{4}[0-9]{4}$'
  else '^(\*{4} ){3}[0-9]{4}$' end
union all
select 'organization_contact', organization_contact_id, kind
from organization_contact
where mask !~ case kind when 'phone' then '^[0-9]{3}\*{4}[0-9]{4}$' else '^(\*{4} ){3}[0-9]{4}$' end;
