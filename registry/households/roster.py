"""Imports a roster set-wise: what each row means, what it changes, and the few statements that write it."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from registry.audit import batches
from registry.households import new_rows, queries
from registry.households.directory import Directory, ambiguous
from registry.households.inputs import HeadcountIn, HouseholdFields, HouseholdTagIn, MemberIn
from registry.households.model import (
    Candidate,
    HeadcountRow,
    HouseholdRow,
    HouseholdTagRow,
    KnownTag,
    PersonRow,
    PlaceRow,
    clean_name,
)
from registry.households.roster_model import RosterIn
from registry.households.rules import tag_mistakes, village_mistakes
from registry.kernel import batch
from registry.kernel.batch import Outcome, Written
from registry.kernel.db import records
from registry.kernel.errors import Mistake
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Act, Work

OWN = (*HouseholdFields.__struct_fields__, "source_date")
Key = tuple[str, str]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A household as wanted, with the rows to add and the counts they supersede."""

    household: HouseholdRow
    persons: tuple[PersonRow, ...] = ()
    counts: tuple[HeadcountRow, ...] = ()
    superseded: tuple[HeadcountRow, ...] = ()
    tags: tuple[HouseholdTagRow, ...] = ()


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What the registers hold of the households a roster may mean."""

    places: Mapping[str, PlaceRow]
    tags: Sequence[KnownTag]
    directory: Directory
    households: Mapping[UUID, HouseholdRow]
    names: Mapping[UUID, set[str]]
    counts: Mapping[tuple[UUID, date], HeadcountRow]
    marks: Mapping[UUID, list[HouseholdTagRow]]


async def import_rows(work: Work, rows: Sequence[RosterIn], dry_run: bool) -> list[Outcome]:
    """Creates or updates households by village and number (or an unambiguous head's name), each with its
    head, members, count and tags. Empty cells change nothing; nobody is renamed, merged or removed.

    A dry run writes nothing and answers what would happen.
    """
    stored = await _stored(work, rows)
    numbered = [_numbered(row, stored.directory) for row in rows]
    store = batch.Store[RosterIn, Entry](
        key=lambda row: _key(row, stored.directory),
        made=lambda row: _made(work.act, row, stored),
        changed=lambda entry, row: _changed(work.act, entry, row, stored),
        named=lambda entry: str(entry.household.household_id),
        add=lambda entries: _add(work, entries),
        change=lambda entries: _change(work, entries),
    )
    faults = [[*_faults(work.act, row, stored)] for row in rows]
    known: Mapping[Hashable, Entry] = {
        (one.village_code, one.number): Entry(household=stored.households[one.household_id])
        for one in numbered
        if one is not None
    }
    store = batches.recorded(work, "household", store)
    return (await batch.merge(rows, store, stored=known, faults=faults, dry_run=dry_run)).outcomes


async def _stored(work: Work, rows: Sequence[RosterIn]) -> Stored:
    villages = {row.village_code for row in rows}
    numbers = {row.number for row in rows if row.number is not None}
    names = {clean_name(row.head_name) for row in rows if row.number is None}
    candidates = await queries.candidates(work, villages, numbers, names)
    counties = sorted({one.county_code for one in candidates})
    ids = [one.household_id for one in candidates]
    marks = defaultdict(list)
    for tag in await queries.standing_tags(work, counties, ids):
        marks[tag.household_id].append(tag)
    return Stored(
        places=await queries.places(work, villages),
        tags=await queries.known_tags(work),
        directory=Directory(candidates),
        households={row.household_id: row for row in await queries.households(work, counties, ids)},
        names={one.household_id: set(one.names) for one in candidates},
        counts={
            (row.household_id, row.counted_on): row
            for row in await queries.standing_headcounts(work, counties, ids)
        },
        marks=marks,
    )


def _numbered(row: RosterIn, directory: Directory) -> Candidate | None:
    """The stored household of a row: by its number, else the only one whose head has the name."""
    if row.number is not None:
        return directory.by_number.get((row.village_code, row.number))
    heads = directory.heads.get((row.village_code, clean_name(row.head_name)), [])
    return heads[0] if len(heads) == 1 else None


def _key(row: RosterIn, directory: Directory) -> Key:
    found = _numbered(row, directory)
    return row.village_code, found.number if found else row.number or f"\x00{clean_name(row.head_name)}"


def _faults(act: Act, row: RosterIn, stored: Stored) -> Iterable[Mistake]:
    name = clean_name(row.head_name)
    found = _numbered(row, stored.directory)
    if found is None:
        day = row.valid_from or act.today
        yield from village_mistakes(row.village_code, day, stored.places)
    else:
        yield from _other_head(found, name, act.today)
    heads = stored.directory.heads.get((row.village_code, name), [])
    if row.number is None and len(heads) > 1:
        yield ambiguous(name, heads, "/number")
    elif row.number is None and not heads:
        yield Mistake("/number", "required", f"本村还没有户主叫“{name}”的农户，新登记请填户号")
    wanted = [("/tags", _tag_code(label, stored.tags), _since(act, row)) for label in row.tags]
    yield from tag_mistakes(stored.tags, wanted)


def _other_head(found: Candidate, name: str, today: date) -> Iterable[Mistake]:
    """A number that belongs to somebody else is never taken over; nor is one of a household that ended."""
    if found.head_name is not None and found.head_name != name:
        told = f"户号 {found.number} 登记的户主是{found.head_name}，与“{name}”不符；更换户主请在农户页面修改"
        yield Mistake("/head_name", "household.other_name", told)
    if found.valid_to is not None and found.valid_to < today:
        told = f"户号 {found.number} 已于 {found.valid_to} 销户或迁出，请核对"
        yield Mistake("/number", "household.ended", told)


def _since(act: Act, row: RosterIn) -> date:
    return row.counted_on or row.source_date or row.valid_from or act.today


def _tag_code(label: str, known: Sequence[KnownTag]) -> str:
    """The code of a tag named by label or code; an unknown one stays as it was typed, to be named."""
    return next((tag.tag_code for tag in known if label in (tag.tag_code, tag.label)), label)


def _made(act: Act, row: RosterIn, stored: Stored) -> Entry:
    household = records.new_row(
        HouseholdRow,
        act,
        row,
        county_code=row.village_code[:6],
        household_id=new_id(),
        number=row.number or "",
        valid_from=row.valid_from or stored.places[row.village_code].valid_from,
    )
    return _parts(act, household, row, stored)


def _changed(act: Act, entry: Entry, row: RosterIn, stored: Stored) -> Entry:
    sent: dict[str, Any] = {name: getattr(row, name) for name in OWN if getattr(row, name) is not None}
    household = records.changed(entry.household, act, sent)
    made = _parts(act, household, row, stored)
    if household is not entry.household:
        return made
    if not (made.persons or made.counts or made.tags):
        return entry
    stamped = msgspec.structs.replace(household, updated_at=act.now, updated_by=act.actor)
    return msgspec.structs.replace(made, household=stamped)


def _parts(act: Act, household: HouseholdRow, row: RosterIn, stored: Stored) -> Entry:
    """The household with the persons, count and tags that are not there yet."""
    count = _count(act, household, row)
    before = stored.counts.get((household.household_id, count.counted_on)) if count else None
    if count and before and new_rows.same_count(count, before):
        count = None
    return Entry(
        household=household,
        persons=tuple(_persons(act, household, row, stored.names.get(household.household_id, set()))),
        counts=(count,) if count else (),
        superseded=(before,) if count and before else (),
        tags=tuple(_tags(act, household, row, stored)),
    )


def _persons(act: Act, household: HouseholdRow, row: RosterIn, known: set[str]) -> Iterable[PersonRow]:
    head = clean_name(row.head_name)
    if head not in known:
        yield new_rows.person(act, household, MemberIn(name=head, is_head=True))
    for name in dict.fromkeys(clean_name(one) for one in row.members):
        if name not in known and name != head:
            yield new_rows.person(act, household, MemberIn(name=name))


def _count(act: Act, household: HouseholdRow, row: RosterIn) -> HeadcountRow | None:
    if not row.counted:
        return None
    return new_rows.headcount(act, household, fill(HeadcountIn, row, counted_on=_since(act, row)))


def _tags(act: Act, household: HouseholdRow, row: RosterIn, stored: Stored) -> Iterable[HouseholdTagRow]:
    since = _since(act, row)
    marks = stored.marks.get(household.household_id, [])
    for code in dict.fromkeys(_tag_code(label, stored.tags) for label in row.tags):
        if not new_rows.overlapping(marks, code, since, None):
            yield new_rows.tag(act, household, HouseholdTagIn(tag_code=code, valid_from=since))


async def _add(work: Work, entries: Sequence[Entry]) -> Written:
    added = await queries.add_households(work, [entry.household for entry in entries])
    await _add_parts(work, [entry for entry in entries if entry.household.household_id in added])
    return added


async def _change(work: Work, entries: Sequence[Entry]) -> Written:
    written = await queries.change_households(work, [entry.household for entry in entries])
    done = [entry for entry in entries if entry.household.household_id in written]
    await queries.supersede_headcounts(
        work, [row for entry in done for row in entry.superseded], work.act.now
    )
    await _add_parts(work, done)
    for entry in done:
        if entry.counts:  # the average income per person uses the count
            work.touch_every_year(entry.household.county_code, entry.household.household_id)
    return written


async def _add_parts(work: Work, entries: Sequence[Entry]) -> None:
    await queries.add_persons(work, [row for entry in entries for row in entry.persons])
    await queries.add_headcounts(work, [row for entry in entries for row in entry.counts])
    await queries.add_tags(work, [row for entry in entries for row in entry.tags])
