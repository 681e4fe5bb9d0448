"""Erasing a person on request, and the numbers of persons who left long ago: where no ledger duty holds.

What was signed stays as it was signed for as long as the books are kept: ten years after the contract ended
(会计档案管理办法), whatever the person asks."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from registry.audit import service as audit
from registry.audit.differences import hidden_name
from registry.audit.model import Changes
from registry.households import consents, identifiers, members, queries
from registry.households.model import PersonRow
from registry.households.personal_numbers import KINDS, NumberKind, Reason
from registry.households.tags import changing
from registry.kernel.db import records
from registry.kernel.db.statements import Queries
from registry.kernel.errors import Conflict
from registry.kernel.work import Work

q = Queries("erasure")
KEEP_YEARS: Final = 10
"""How long contracts and what they name are kept after their end."""
ERASED: Final = "已删除"
ALL_KINDS: Final[tuple[NumberKind, ...]] = tuple(KINDS)


class EraseIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the person is erased: usually its own request, which is kept on paper."""

    reason: Annotated[Reason, Meta(examples=["本人书面申请删除"])]


class Duty(Struct, frozen=True, kw_only=True):
    """A contract that names the person: one to be kept (ended_on: None while it runs), or a draft."""

    contract_id: UUID
    title: str
    ended_on: date | None
    draft: bool


class Leaver(Struct, frozen=True, kw_only=True):
    """A person who left, with what is still kept of it. number: of the household."""

    county_code: str
    person_id: UUID
    household_id: UUID
    village_code: str
    number: str
    left_on: date
    kinds: tuple[NumberKind, ...]


def years_before(day: date, years: int) -> date:
    """The same day so many years ago; 29 February becomes 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


async def erase(work: Work, household_id: UUID, person_id: UUID, reason: str) -> PersonRow:
    """Removes numbers and consents and takes the name away; the household keeps a member without a name.

    NotFound; Conflict naming the contract while one has to be kept, or a draft that the name would stay in.
    """
    await changing(work, household_id)
    person = await members.member(work, household_id, person_id)
    duties = await _duties(work, person)
    if duties:
        raise _drafted(duties[0]) if duties[0].draft else _kept(duties[0])
    await identifiers.remove(
        work, household_id=household_id, person_id=person_id, kinds=ALL_KINDS, reason=reason
    )
    consented = await consents.remove_all(work, person.county_code, household_id, person_id)
    wanted = records.changed(person, work.act, {"name": ERASED, "search_key": "", "relation": None})
    if wanted is not person:
        if not await queries.change_person(work, [wanted]):
            raise records.why_not_written(person, await queries.person(work, person_id))
        wanted = records.next_version(wanted)
    if wanted.name != person.name or consented:
        said: Changes = {}
        if wanted.name != person.name:
            said["name"] = [hidden_name(person.name), ERASED]
        if consented:
            said["consents"] = [str(consented), "0"]
        await _audit(work, person, said, reason)
    return wanted


_left_with_numbers = q("left_with_numbers", date, date, UUID | None, int).many(Leaver)


async def left_with_numbers(
    work: Work, day: date, *, years: int, after: UUID | None = None, limit: int = 500
) -> list[Leaver]:
    """Persons who left more than so many years ago and whom no ledger duty holds, with numbers or consents
    still kept; by id, following `after`."""
    left, ended = years_before(day, years), years_before(day, KEEP_YEARS)
    return await _left_with_numbers(work, left, ended, after, limit)


async def forget(work: Work, leavers: Sequence[Leaver], reason: str) -> None:
    """Removes numbers and consents of these persons; their names stay with the household's history."""
    for one in leavers:
        await identifiers.remove(
            work,
            household_id=one.household_id,
            person_id=one.person_id,
            kinds=ALL_KINDS,
            reason=reason,
        )
        person = await members.member(work, one.household_id, one.person_id)
        count = await consents.remove_all(work, one.county_code, one.household_id, one.person_id)
        if count:
            await _audit(work, person, {"consents": [str(count), "0"]}, reason)


_found_duties = q("duties", str, UUID, UUID, str, bool, date).many(Duty)


async def _duties(work: Work, person: PersonRow) -> list[Duty]:
    return await _found_duties(
        work,
        person.county_code,
        person.person_id,
        person.household_id,
        person.name,
        person.is_head,
        years_before(work.act.today, KEEP_YEARS),
    )


def _kept(duty: Duty) -> Conflict:
    if duty.ended_on is None:
        until = "合同还没有结束"
    else:
        last = years_before(duty.ended_on, -KEEP_YEARS)
        until = f"合同于 {duty.ended_on} 结束，要保留到 {last}"
    return Conflict(
        f"此人写在合同“{duty.title}”里，{until}（会计档案保管期限 {KEEP_YEARS} 年），现在不能删除；"
        "可以单独删除号码。",
        code="person.kept",
        title="A signed contract names this person and has to be kept",
        extra={"contract_id": str(duty.contract_id)},
    )


def _drafted(draft: Duty) -> Conflict:
    return Conflict(
        f"请先从合同草稿“{draft.title}”中移去这户（此人自己是当事方的，移去此人），再删除。",
        code="person.in_draft",
        title="A draft contract names this person: take the household or person out of it first",
        extra={"contract_id": str(draft.contract_id)},
    )


async def _audit(work: Work, person: PersonRow, changes: Changes, reason: str) -> None:
    kind, record_id = identifiers.AUDITED, person.person_id
    await audit.event_of(work, person, kind=kind, record_id=record_id, changes=changes, reason=reason)
