-- Warnings kept with the reason of their override.

-- name: add_findings
-- Keeps what a check found about records.
insert into finding (county_code, finding_id, village_code, record_kind, record_id, code, severity, pointer, message, rule,
  override_reason, created_at, created_by)
select county_code, finding_id, village_code, record_kind, record_id, code, severity, pointer, message, rule,
  override_reason, created_at, created_by
from jsonb_populate_recordset(null::finding, $1::text::jsonb)
returning finding_id;

-- name: findings_of_record
-- What was found about one record?
select finding_id, code, severity, pointer, message, rule, override_reason, created_at, created_by
from finding
where county_code = $1 and record_id = $2
order by created_at, finding_id;
