"""Personal numbers of a household's members: enter, mask, reveal, remove, find. They are stored encrypted;
every change and every reveal leaves an event in the audit trail, with masks only."""

import re
from collections.abc import Collection
from typing import Final
from uuid import UUID

from registry.audit import service as audit
from registry.audit.model import Changes
from registry.households import identifiers_queries as queries
from registry.households import locking, members, personal_numbers, service
from registry.households.identifiers_model import (
    Bearer,
    FindIn,
    Identifier,
    IdentifierIn,
    NewIdentifier,
    Revealed,
    SealedIdentifier,
    context,
    tail_label,
)
from registry.households.model import PersonRow
from registry.households.personal_numbers import NumberKind
from registry.kernel.crypto.vault import Sealed, Vault, hexed
from registry.kernel.db import records
from registry.kernel.errors import NotFound, Stale
from registry.kernel.work import Act, Work

AUDITED: Final = "person_identifier"
"""Events have the person's id."""
_TAIL: Final = re.compile(r"[0-9]{3}[0-9Xx]")


async def listed(work: Work, household_id: UUID) -> list[Identifier]:
    """What is kept of the household's members, masked. NotFound."""
    found = await service.detail(work, household_id, work.act.today)
    return await queries.of_households(work, found.county_code, [household_id])


async def of_person(work: Work, household_id: UUID, person_id: UUID) -> list[Identifier]:
    """What is kept of one member, masked. NotFound."""
    person = await members.member(work, household_id, person_id)
    found = await queries.of_households(work, person.county_code, [household_id])
    return [one for one in found if one.person_id == person_id]


async def put(
    work: Work,
    vault: Vault,
    *,
    household_id: UUID,
    person_id: UUID,
    kind: NumberKind,
    new: IdentifierIn,
    version: int | None = None,
) -> Identifier:
    """Stores the number, in place of `version` if that is given. NotFound, Stale,
    Invalid, Conflict if another member of the household has the same ID. The number that is there already
    changes nothing."""
    person = await members.member(work, household_id, person_id)
    await locking.lock(work, person.county_code, [household_id])
    text = personal_numbers.checked(kind, new.value, work.act.today)
    lookups = vault.lookups(kind, text)
    before = await queries.sealed(work, person.county_code, person_id, kind)
    if version is not None and (before is None or before.version != version):
        raise Stale
    if before and before.lookup in lookups and new.source_date in (None, before.source_date):
        return _shown(before)
    if kind == "id_number" and await queries.same_in_household(
        work, person.county_code, household_id, person_id, lookups
    ):
        raise records.already_exists("person_identifier_id_key")
    made = await queries.put(work, _row(work.act, vault, person, new, (kind, text)))
    await _audit(work, person, {kind: [before.mask if before else None, made.mask]})
    return made


def _row(
    act: Act, vault: Vault, person: PersonRow, new: IdentifierIn, number: tuple[NumberKind, str]
) -> NewIdentifier:
    kind, text = number
    sealed = vault.seal(text, context(person.person_id, kind))
    lookup = vault.lookup(kind, text, sealed.key_version)
    tail = vault.lookup(tail_label(kind), personal_numbers.tail(text), sealed.key_version)
    return NewIdentifier(
        county_code=person.county_code,
        person_id=person.person_id,
        kind=kind,
        village_code=person.village_code,
        household_id=person.household_id,
        ciphertext=hexed(sealed.ciphertext),
        key_version=sealed.key_version,
        lookup=hexed(lookup),
        tail=hexed(tail),
        mask=personal_numbers.masked(kind, text),
        **records.audit_columns(act, source_date=new.source_date),
    )


def _shown(one: SealedIdentifier) -> Identifier:
    return Identifier(**{name: getattr(one, name) for name in Identifier.__struct_fields__})


async def reveal(
    work: Work, vault: Vault, *, household_id: UUID, person_id: UUID, kind: NumberKind, reason: str
) -> Revealed:
    """The whole number, with an event about who read it and why. NotFound, Unreadable."""
    person = await members.member(work, household_id, person_id)
    row = await queries.sealed(work, person.county_code, person_id, kind)
    if row is None:
        raise NotFound
    value = opened(vault, row)
    await _audit(work, person, {kind: [row.mask, row.mask]}, reason)
    return Revealed(kind=kind, value=value)


async def sealed(
    work: Work, county_code: str, persons: Collection[UUID], kinds: Collection[NumberKind]
) -> list[SealedIdentifier]:
    """The numbers of these kinds of these persons, sealed."""
    return await queries.sealed_numbers(work, county_code, persons, kinds)


def opened(vault: Vault, row: SealedIdentifier) -> str:
    """The plain number of a stored row; the caller writes the event."""
    sealed = Sealed(ciphertext=row.ciphertext, key_version=row.key_version)
    return vault.open(sealed, context(row.person_id, row.kind))


async def remove(
    work: Work,
    *,
    household_id: UUID,
    person_id: UUID,
    kinds: Collection[NumberKind],
    reason: str | None = None,
) -> list[Identifier]:
    """These numbers are no longer kept; answers those that were, none if there were none. NotFound."""
    person = await members.member(work, household_id, person_id)
    await locking.lock(work, person.county_code, [household_id])
    gone = await queries.remove(work, person.county_code, person_id, kinds)
    if gone:
        await _audit(work, person, {one.kind: [one.mask, None] for one in gone}, reason)
    return gone


async def find(work: Work, vault: Vault, wanted: FindIn) -> list[Bearer]:
    """Persons in scope with the number. Invalid if it cannot be one. Persons outside the scope are not
    revealed."""
    text = personal_numbers.checked(wanted.kind, wanted.value, work.act.today)
    return await queries.by_lookup(work, wanted.kind, vault.lookups(wanted.kind, text))


def tails(vault: Vault, typed: str | None) -> tuple[bytes, ...]:
    """The keyed hashes of the last four characters of an ID, if that is what was typed; else none."""
    text = (typed or "").strip()
    return tuple(vault.lookups(tail_label("id_number"), text.upper())) if _TAIL.fullmatch(text) else ()


async def _audit(work: Work, person: PersonRow, changes: Changes, reason: str | None = None) -> None:
    await audit.event_of(
        work, person, kind=AUDITED, record_id=person.person_id, changes=changes, reason=reason
    )
