"""Consents of a household's members: given, withdrawn, asked for before anything is passed on."""

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

from registry.audit import service as audit
from registry.audit.model import Changes
from registry.households import consents_queries as queries
from registry.households import locking, members
from registry.households.consents_model import (
    Consent,
    ConsentIn,
    ConsentRow,
    Field,
    Head,
    Receiver,
    Withdrawal,
    out_of_order,
)
from registry.kernel.db import records
from registry.kernel.errors import Conflict, Invalid, Mistake, NotFound
from registry.kernel.types import new_id
from registry.kernel.work import Work

AUDITED: Final = "consent"


async def listed(work: Work, household_id: UUID, person_id: UUID) -> list[Consent]:
    """What a member has consented to, withdrawn and former consents included. NotFound."""
    person = await members.member(work, household_id, person_id)
    return await queries.of_person(work, person.county_code, person_id)


async def give(work: Work, household_id: UUID, person_id: UUID, new: ConsentIn) -> Consent:
    """Records a consent. NotFound, Invalid."""
    person = await members.member(work, household_id, person_id)
    await locking.lock(work, person.county_code, [household_id])
    given_on = new.given_on or work.act.today
    receiver = await queries.receiver_name(work, new.receiver_id)
    mistakes = [] if receiver is not None else [_unknown_receiver()]
    mistakes += [] if given_on <= work.act.today else [_in_the_future("/given_on")]
    mistakes += [] if given_on <= new.until else [out_of_order("/until")]
    if mistakes:
        raise Invalid(mistakes)
    row = ConsentRow(
        county_code=person.county_code,
        consent_id=new_id(),
        village_code=person.village_code,
        household_id=household_id,
        person_id=person_id,
        receiver_id=new.receiver_id,
        fields=tuple(dict.fromkeys(new.fields)),
        purpose=new.purpose,
        given_on=given_on,
        until=new.until,
        evidence=new.evidence,
        **records.audit_columns(work.act, source_date=new.source_date),
    )
    await queries.add(work, [row])
    said: Changes = {
        "receiver_id": [None, str(row.receiver_id)],
        "fields": [None, "、".join(row.fields)],
        "purpose": [None, row.purpose],
        "until": [None, str(row.until)],
    }
    await _audit(work, row, said)
    return await _one(work, row.county_code, person_id, row.consent_id)


async def withdraw(
    work: Work, household_id: UUID, *, person_id: UUID, consent_id: UUID, said: Withdrawal
) -> Consent:
    """Nothing is passed on by this consent any more. NotFound, Invalid, Conflict if it was before."""
    person = await members.member(work, household_id, person_id)
    before = await _one(work, person.county_code, person_id, consent_id)
    if before.withdrawn_on is not None:
        raise Conflict(f"这项同意已于 {before.withdrawn_on} 撤回。", code="consent.withdrawn")
    day = said.withdrawn_on or work.act.today
    if day < before.given_on:
        raise Invalid([out_of_order("/withdrawn_on")])
    if day > work.act.today:
        raise Invalid([_in_the_future("/withdrawn_on")])
    wanted = records.changed(before, work.act, {"withdrawn_on": day})
    if not await queries.withdraw(work, [wanted]):
        raise records.why_not_written(before, await _one(work, person.county_code, person_id, consent_id))
    await _audit(work, before, {"withdrawn_on": [None, str(day)]})
    return records.next_version(wanted)


async def granted_fields(
    work: Work, county_code: str, persons: Collection[UUID], *, receiver_id: UUID, purpose: str, day: date
) -> dict[UUID, set[Field]]:
    """What each of these persons lets the receiver have for this purpose on the day."""
    found: dict[UUID, set[Field]] = {person: set() for person in persons}
    for one in await queries.standing(work, county_code, persons, receiver_id, purpose, day):
        found[one.person_id].update(one.fields)
    return found


async def receivers(work: Work, county_code: str, household_id: UUID) -> list[Receiver]:
    """To whom a consent may be given on the page: the organisations the household has contracts with."""
    return await queries.receivers(work, county_code, [household_id])


async def heads(
    work: Work, county_code: str, contract_id: UUID, *, day: date, households: Collection[UUID] | None
) -> list[Head]:
    """Who heads the households that take part in a contract on the day; of these only, if given."""
    return await queries.heads(work, county_code, contract_id, day, households)


async def remove_all(work: Work, county_code: str, household_id: UUID, person_id: UUID) -> int:
    """Removes all consents of the person; how many there were. The caller writes the event."""
    await locking.lock(work, county_code, [household_id])
    return await queries.remove(work, county_code, person_id)


async def _one(work: Work, county_code: str, person_id: UUID, consent_id: UUID) -> Consent:
    found = await queries.of_person(work, county_code, person_id)
    try:
        return next(one for one in found if one.consent_id == consent_id)
    except StopIteration:
        raise NotFound from None


def _unknown_receiver() -> Mistake:
    return Mistake(
        pointer="/receiver_id",
        code="organization.unknown",
        message="找不到接收单位，请从列表中选取",
        english="is no organisation",
    )


def _in_the_future(pointer: str) -> Mistake:
    return Mistake(
        pointer=pointer,
        code="date.future",
        message="不能晚于今天，请检查",
        english="must not lie in the future",
    )


async def _audit(work: Work, row: ConsentRow, changes: Changes) -> None:
    await audit.event_of(work, row, kind=AUDITED, record_id=row.consent_id, changes=changes)
