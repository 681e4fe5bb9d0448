"""Contacts of an organisation: entered, changed, ended, revealed. They belong to the division where the
organisation is registered and are stored encrypted; the audit trail has masks only."""

from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec

from registry.audit import service as audit
from registry.audit.differences import hidden_name
from registry.audit.model import Changes
from registry.households import personal_numbers
from registry.kernel.crypto.vault import Sealed, Unreadable, Vault, hexed
from registry.kernel.db import records
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Work
from registry.organizations import contacts_queries as queries
from registry.organizations import service
from registry.organizations.contacts_model import (
    Contact,
    ContactIn,
    ContactKind,
    ContactPatch,
    NewContact,
    RevealedContact,
    SealedContact,
    context,
    out_of_order,
)

AUDITED: Final = "organization_contact"
_TOLD: Final = ("kind", "mask", "valid_from", "valid_to")


async def listed(work: Work, organization_id: UUID, on: date | None) -> list[Contact]:
    """Contacts in scope, masked, those of a day or all. NotFound if there is no such organisation."""
    await service.organization(work, organization_id)
    return await queries.of(work, organization_id, on)


async def one(work: Work, organization_id: UUID, contact_id: UUID) -> Contact:
    """A contact, masked. NotFound."""
    return shown(await _sealed(work, organization_id, contact_id))


async def create(work: Work, vault: Vault, organization_id: UUID, new: ContactIn) -> Contact:
    """A new contact. NotFound, Invalid."""
    organization = await service.organization(work, organization_id)
    contact_id = new_id()
    first = new.valid_from or work.act.today
    if new.valid_to and new.valid_to < first:
        raise Invalid([out_of_order()])
    columns = _number(
        vault, contact_id, new.kind, personal_numbers.checked(new.kind, new.value, work.act.today)
    )
    row = fill(
        NewContact,
        new,
        county_code=organization.division_code[:6],
        organization_contact_id=contact_id,
        village_code=organization.division_code,
        organization_id=organization_id,
        valid_from=first,
        **columns,
        **records.audit_columns(work.act, source_date=new.source_date),
    )
    await queries.add(work, [row])
    await _audit(work, row, _changes(None, row))
    return shown(row)


async def change(
    work: Work, vault: Vault, *, contact: tuple[UUID, UUID], patch: ContactPatch, version: int
) -> Contact:
    """Changes what was sent; `contact`: ids of organisation and contact. NotFound, Stale, Invalid."""
    before = await _sealed(work, *contact)
    records.require_version(before, version)
    changes = records.given_fields(patch)
    if "value" in changes:
        text = personal_numbers.checked(before.kind, changes.pop("value"), work.act.today)
        if text != _readable(vault, before):
            changes |= _number(vault, before.organization_contact_id, before.kind, text)
    wanted = records.changed(_new(before), work.act, changes)
    if wanted.valid_to and wanted.valid_to < wanted.valid_from:
        raise Invalid([out_of_order()])
    if wanted == _new(before):
        return shown(before)
    if not await queries.change(work, [wanted]):
        raise records.why_not_written(before, await queries.sealed(work, before.organization_contact_id))
    await _audit(work, wanted, _changes(before, wanted))
    return records.next_version(shown(wanted))


async def reveal(work: Work, vault: Vault, *, contact: tuple[UUID, UUID], reason: str) -> RevealedContact:
    """The whole number, with an event about who read it and why. NotFound, Unreadable."""
    row = await _sealed(work, *contact)
    value = _opened(vault, row)
    await _audit(work, row, {"mask": [row.mask, row.mask]}, reason)
    return RevealedContact(kind=row.kind, name=row.name, value=value)


async def _sealed(work: Work, organization_id: UUID, contact_id: UUID) -> SealedContact:
    row = await queries.sealed(work, contact_id)
    if row.organization_id != organization_id:
        raise NotFound
    return row


def _number(vault: Vault, contact_id: UUID, kind: ContactKind, text: str) -> dict[str, Any]:
    sealed = vault.seal(text, context(contact_id))
    return {
        "ciphertext": hexed(sealed.ciphertext),
        "key_version": sealed.key_version,
        "mask": personal_numbers.masked(kind, text),
    }


def _opened(vault: Vault, row: SealedContact) -> str:
    sealed = Sealed(ciphertext=row.ciphertext, key_version=row.key_version)
    return vault.open(sealed, context(row.organization_contact_id))


def _readable(vault: Vault, row: SealedContact) -> str | None:
    """The number; None if its key is gone or it was altered: it has to be entered again."""
    try:
        return _opened(vault, row)
    except Unreadable:
        return None


def _new(row: SealedContact) -> NewContact:
    return NewContact(**msgspec.structs.asdict(row) | {"ciphertext": hexed(row.ciphertext)})


def shown(row: SealedContact | NewContact) -> Contact:
    """Without what is sealed."""
    return Contact(**{name: getattr(row, name) for name in Contact.__struct_fields__})


def _changes(before: Contact | None, after: Contact) -> Changes:
    told = ((name, getattr(before, name, None), getattr(after, name)) for name in _TOLD)
    found: Changes = {name: [_text(old), _text(new)] for name, old, new in told if old != new}
    if before is None or before.name != after.name:
        found["person_name"] = [hidden_name(before.name) if before else None, hidden_name(after.name)]
    # a number that was corrected in the middle keeps its mask
    return found or {"mask": [after.mask, after.mask]}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


async def _audit(work: Work, row: Contact, changes: Changes, reason: str | None = None) -> None:
    await audit.event_of(
        work,
        row,
        kind=AUDITED,
        record_id=row.organization_contact_id,
        changes=changes,
        reason=reason,
    )
