"""Divisions: resolving a code, reading, registering, changing, ending. Importing is `imports.py`, areas
`areas.py`, figures of a division `statistics.py`. The tree has no policy: routes check who may change it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from registry.audit import service as audit
from registry.divisions import queries
from registry.divisions.model import (
    DivisionDetail,
    DivisionEnd,
    DivisionIn,
    DivisionPatch,
    DivisionRow,
    Level,
    Named,
    Places,
    Range,
    SuccessorIn,
    level_of,
    merged,
    order_mistakes,
    parents,
)
from registry.divisions.queries import PlaceRange, PlaceRow
from registry.kernel.db import records
from registry.kernel.db.transactions import Scope
from registry.kernel.errors import Conflict, Invalid, Mistake, NotFound
from registry.kernel.fill import fill
from registry.kernel.work import Act, Work


async def places(work: Work, code: str, on: date) -> Places:
    """The ranges of a division or area code. An area's members are those of the day `on`; everything a
    division took over (撤村并村), at any time, belongs to it. NotFound for a code that is neither."""
    found = await queries.place(work, code, on)
    return _places(found, found.ranges)


async def readable(work: Work, code: str, on: date) -> Places:
    """`places`, for figures and rows of households: NotFound, as for an unknown code, unless all of the place
    lies in the caller's read scope. Part of a place is never shown under the name of the whole; what it will
    take over on a later day is no part of it yet, and not in scope."""
    return _readable(await queries.place(work, code, on))


async def narrowed(work: Work, code: str, on: date) -> Places:
    """`readable`, for lists that partners see as well: a partner, who has no place, may narrow to any."""
    found = await queries.place(work, code, on)
    place_less = not found.read_first and not found.read_villages
    return _places(found, found.ranges) if place_less else _readable(found)


def _readable(found: PlaceRow) -> Places:
    seen = [one for one in found.ranges if found.read.holds(one.first, one.last)]
    if any(one.own and one not in seen for one in found.ranges):
        raise NotFound
    return _places(found, seen)


def _places(found: PlaceRow, ranges: Sequence[PlaceRange]) -> Places:
    return fill(
        Places,
        found,
        ranges=merged(Range(first=one.first, last=one.last) for one in ranges),
        counties=tuple(sorted({county for one in ranges for county in one.counties})),
        predecessors=tuple(one.first for one in ranges if not one.own),
    )


async def names(work: Work, codes: Collection[str]) -> dict[str, str]:
    """What divisions are called, by code; unknown codes are left out."""
    return {one.division_code: one.name for one in await queries.division_names(work, set(codes))}


async def known_codes(work: Work, codes: Collection[str]) -> set[str]:
    """Those of the codes that are divisions, ended ones included."""
    return {one.division_code for one in await queries.division_names(work, set(codes))}


async def villages_valid(work: Work, codes: Collection[str], on: date) -> dict[str, Named]:
    """Those of the codes that are villages on that day: a household or contract needs one (domain.md 3)."""
    return {one.division_code: one for one in await queries.villages_valid(work, set(codes), on)}


def unknown(pointer: str) -> Mistake:
    """A code that is no division."""
    say = "没有这个区划代码，请核对，或先登记这个区划"
    return Mistake(pointer, "division.unknown", say, "is not a registered division")


async def write_scope(work: Work) -> Scope:
    """What the caller may write, for checks that name every row at once; the policies decide all the same."""
    return await queries.write_scope(work)


async def outside(work: Work, codes: Collection[str]) -> set[str]:
    """Those of the codes where shared data may not be written: unknown, or outside the write scope (which
    the answer does not distinguish)."""
    scope = await write_scope(work)
    known = await known_codes(work, codes)
    return {code for code in codes if code not in known or not scope.covers(code)}


async def place_mistakes(work: Work, code: str) -> list[Mistake]:
    """The mistake at /division_code if shared data may not be written there (as `outside`)."""
    return [unknown("/division_code")] if await outside(work, [code]) else []


async def divisions(
    work: Work,
    *,
    today: date,
    division: str | None = None,
    level: Level | None = None,
    on: date | None = None,
    name: str | None = None,
    updated_since: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[DivisionRow]:
    """Divisions by code, `limit` at most, following `after`. division: the subtree of a division or area."""
    place = await places(work, division, on or today) if division else None
    wanted = queries.DivisionFilter(
        firsts=place.firsts if place else None,
        lasts=place.lasts if place else None,
        level=level,
        on=on,
        name=name,
        updated_since=updated_since,
        after=after,
    )
    return await queries.divisions(work, wanted, limit)


async def villages_of(work: Work, code: str, on: date) -> list[DivisionRow]:
    """All villages of a division or area that exist on that day, by code."""
    return await divisions(work, today=on, division=code, level=Level.VILLAGE, on=on, limit=1_000_000)


async def division(work: Work, code: str) -> DivisionDetail:
    """A division with parents, successors and predecessors; NotFound."""
    return await queries.division_detail(work, code)


async def create(work: Work, new: DivisionIn) -> DivisionDetail:
    """Registers a division. Invalid if its parent is not registered, Conflict if the code is."""
    (faults,) = await row_faults(work, [new])
    if faults:
        raise Invalid(faults)
    if not await queries.add_divisions(work, [new_row(work.act, new)]):
        raise records.already_exists("division_pk")
    audit.created(work, "division", [new.division_code])
    return await queries.division_detail(work, new.division_code)


async def change(work: Work, code: str, patch: DivisionPatch, version: int) -> DivisionDetail:
    """Changes what was sent. NotFound, Stale, Invalid."""
    await _amend(work, await _one(work, code), records.given_fields(patch), version)
    return await queries.division_detail(work, code)


async def end(work: Work, code: str, ending: DivisionEnd, version: int) -> DivisionDetail:
    """The division's last day and who takes it over. Records keep their code; sums of the successors include
    them. NotFound, Stale, Invalid, Conflict if successors exist already."""
    row = await _one(work, code)
    records.require_version(row, version)
    if row.successor_codes:
        raise Conflict("这个区划已经停用并登记了接续的区划，不能再停用一次。", code="division.ended")
    mistakes = list(order_mistakes(row.valid_from, ending.valid_to))
    mistakes += await _successor_faults(work, code, ending)
    if mistakes:
        raise Invalid(mistakes)
    await _amend(work, row, {"valid_to": ending.valid_to}, version)
    successions = [
        queries.NewSuccession(
            division_code=code,
            successor_code=one.division_code,
            effective_on=_effective(one, ending),
            created_at=work.act.now,
            created_by=work.act.actor,
        )
        for one in ending.successors
    ]
    if successions:
        await queries.add_successions(work, successions)
    return await queries.division_detail(work, code)


async def by_codes(work: Work, codes: Collection[str]) -> list[DivisionRow]:
    return await queries.divisions_by_code(work, set(codes))


async def _one(work: Work, code: str) -> DivisionRow:
    found = await by_codes(work, [code])
    if not found:
        raise NotFound
    return found[0]


async def _amend(work: Work, row: DivisionRow, changes: Mapping[str, object], version: int) -> DivisionRow:
    await audit.watch(work, "division", row.division_code)
    return await records.guarded_update(
        row,
        work.act,
        changes,
        version,
        write=lambda rows: queries.change_divisions(work, rows),
        again=lambda: _one(work, row.division_code),
        check=lambda wanted: order_mistakes(wanted.valid_from, wanted.valid_to),
    )


async def row_faults(work: Work, rows: Sequence[DivisionIn]) -> list[list[Mistake]]:
    """Each row's own mistakes: its parent is neither registered nor (rightly) among the rows themselves."""
    above = {_parent(row) for row in rows}
    known = await known_codes(work, {code for code in above if code})
    often = Counter(row.division_code for row in rows)
    faults: list[list[Mistake]] = [[] for _ in rows]
    for index in sorted(range(len(rows)), key=lambda i: len(parents(rows[i].division_code))):
        parent = _parent(rows[index])
        if parent is None or parent in known:
            known |= {rows[index].division_code} if often[rows[index].division_code] == 1 else set()
        else:
            pointer = "/parent_code" if rows[index].parent_code else "/division_code"
            say = f"上级区划 {parent} 尚未登记，请先登记上级"
            faults[index].append(
                Mistake(pointer, "parent.unknown", say, f"{parent} above it is not registered")
            )
    return faults


def _parent(new: DivisionIn) -> str | None:
    return new.parent_code or next(iter(parents(new.division_code)[1:]), None)


def new_row(act: Act, new: DivisionIn) -> DivisionRow:
    columns = records.audit_columns(act, source_date=new.source_date)
    return fill(DivisionRow, new, level=level_of(new.division_code), parent_code=_parent(new), **columns)


def _effective(one: SuccessorIn, ending: DivisionEnd) -> date:
    return one.effective_on or ending.valid_to + timedelta(days=1)


async def _successor_faults(work: Work, code: str, ending: DivisionEnd) -> list[Mistake]:
    """A successor is another registered division, named once, that exists on the day it takes over."""
    known = {
        row.division_code: row for row in await by_codes(work, [s.division_code for s in ending.successors])
    }
    faults: list[Mistake] = []
    seen: set[str] = set()
    for index, one in enumerate(ending.successors):
        at = f"/successors/{index}/division_code"
        row = known.get(one.division_code)
        day = _effective(one, ending)
        if row is None:
            faults.append(unknown(at))
        elif one.division_code == code or one.division_code in seen:
            say = "接续的区划不能是它自己，也不能重复"
            faults.append(Mistake(at, "successor.twice", say, "is itself or stands twice"))
        elif row.valid_from > day or (row.valid_to is not None and row.valid_to < day):
            say = f"这个区划在 {day} 还没有启用或已经停用，请核对日期"
            faults.append(Mistake(at, "successor.invalid", say, f"is not valid on {day}"))
        seen.add(one.division_code)
    return faults
