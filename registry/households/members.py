"""Persons of a household: joining, leaving, a new head. Names only."""

from typing import Any
from uuid import UUID

from registry.households import new_rows, queries
from registry.households.inputs import MemberIn, MemberPatch, order_mistakes
from registry.households.model import PersonRow, clean_name
from registry.households.tags import changing
from registry.kernel.db import records
from registry.kernel.errors import Conflict, Invalid, NotFound
from registry.kernel.text.pinyin import search_key
from registry.kernel.work import Work


async def members(work: Work, household_id: UUID) -> list[PersonRow]:
    """The persons of a household, those who left last."""
    row = await queries.household(work, household_id)
    return await queries.persons_of(work, [row.county_code], [household_id])


async def member(work: Work, household_id: UUID, person_id: UUID) -> PersonRow:
    """One person of the household; NotFound if it belongs to another."""
    found = await queries.person(work, person_id)
    if found.household_id != household_id:
        raise NotFound
    return found


async def add_member(work: Work, household_id: UUID, new: MemberIn) -> PersonRow:
    """A person joins; as head it takes the place of the head so far."""
    row = await changing(work, household_id)
    made = new_rows.person(work.act, row, new)
    if new.is_head:
        await queries.clear_head(work, row.county_code, household_id, work.act.now, work.act.actor)
    await queries.add_persons(work, [made])
    return made


async def change_member(
    work: Work, household_id: UUID, person_id: UUID, patch: MemberPatch, *, version: int
) -> PersonRow:
    """Changes a person. NotFound, Stale, Invalid (days out of order), Conflict if the head leaves."""
    await changing(work, household_id)
    before = await member(work, household_id, person_id)
    records.require_version(before, version)
    wanted = records.changed(before, work.act, _changes(patch))
    if wanted is before:
        return before
    mistakes = list(order_mistakes(wanted.valid_from, wanted.valid_to))
    if mistakes:
        raise Invalid(mistakes)
    if wanted.is_head and wanted.valid_to is not None:
        raise Conflict("户主离开前，请先指定新的户主。", code="household.head_leaves", pointer="/valid_to")
    if wanted.is_head and not before.is_head:
        await queries.clear_head(work, before.county_code, household_id, work.act.now, work.act.actor)
    if not await queries.change_person(work, [wanted]):
        raise records.why_not_written(before, await queries.person(work, person_id))
    return records.next_version(wanted)


def _changes(patch: MemberPatch) -> dict[str, Any]:
    changes = records.given_fields(patch)
    if "name" in changes:
        name = clean_name(changes["name"])
        changes |= {"name": name, "search_key": search_key(name)}
    return changes
