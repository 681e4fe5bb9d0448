"""Warnings overridden with a reason, stored as findings of their record. Features decide what to warn of."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from registry.kernel.db.statements import Queries
from registry.kernel.errors import Warned, Warning_
from registry.kernel.types import Reason, new_id
from registry.kernel.work import Work

q = Queries("findings")


class Override(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A warning's code and pointer as they were answered, and why it may stand."""

    code: str
    pointer: str
    reason: Reason


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A kept warning (with the reason of its override) or a note."""

    finding_id: UUID
    code: str
    severity: Literal["warning", "note"]
    pointer: str
    message: str
    rule: str | None
    override_reason: str | None
    created_at: datetime
    created_by: str


class _Row(Finding, frozen=True, kw_only=True):
    county_code: str
    village_code: str
    record_kind: str
    record_id: UUID


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A warning and the reason it was overridden with."""

    warning: Warning_
    reason: str


def accept(warnings: Iterable[Warning_], overrides: Sequence[Override]) -> list[Accepted]:
    """Each warning with the reason of its override; Warned with all of them if one has none."""
    reasons = {(override.code, override.pointer): override.reason for override in overrides}
    found = list(warnings)
    if any((warning.code, warning.pointer) not in reasons for warning in found):
        raise Warned(found)
    return [Accepted(warning=warning, reason=reasons[warning.code, warning.pointer]) for warning in found]


class RecordWarnings(msgspec.Struct, frozen=True, kw_only=True):
    """The accepted warnings of one record."""

    village_code: str
    record_kind: str
    record_id: UUID
    accepted: Sequence[Accepted]


_add_findings = q("add_findings", Sequence[_Row]).run()


async def store(work: Work, kept: Iterable[RecordWarnings], *, actor: str, now: datetime) -> list[Finding]:
    """Writes the accepted warnings of any number of records as findings, in one statement; answers these."""
    rows = [
        _Row(
            county_code=record.village_code[:6],
            finding_id=new_id(),
            village_code=record.village_code,
            record_kind=record.record_kind,
            record_id=record.record_id,
            code=item.warning.code,
            severity="warning",
            pointer=item.warning.pointer,
            message=item.warning.message,
            rule=item.warning.rule,
            override_reason=item.reason,
            created_at=now,
            created_by=actor,
        )
        for record in kept
        for item in record.accepted
    ]
    if rows:
        await _add_findings(work, rows)
    shown = Finding.__struct_fields__
    return [Finding(**{name: getattr(row, name) for name in shown}) for row in rows]


of_record = q("findings_of_record", str, UUID).many(Finding)
"""The findings of a record, oldest first."""
