"""Areas (片区): reading, registering and changing them with the divisions they hold."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from msgspec import UNSET

from registry.audit import service as audit
from registry.divisions import queries, service
from registry.divisions.area_model import AreaDetail, AreaIn, AreaMember, AreaMemberIn, AreaPatch, AreaRow
from registry.divisions.model import order_mistakes, parents
from registry.kernel.db import records
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.fill import fill
from registry.kernel.work import Work


async def areas(
    work: Work,
    *,
    on: date | None = None,
    holding: str | None = None,
    name: str | None = None,
    updated_since: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[AreaRow]:
    """Areas by code, `limit` at most, following `after`. holding: only those a division belongs to."""
    codes = list(parents(holding)) if holding else None
    wanted = queries.AreaFilter(
        on=on, holding=codes, name=name, updated_since=updated_since, after=after, limit=limit
    )
    return await queries.areas(work, wanted)


async def area(work: Work, code: str) -> AreaDetail:
    """An area with the divisions it holds or held; NotFound."""
    return await queries.area_detail(work, code)


async def create(work: Work, new: AreaIn) -> AreaDetail:
    """Registers an area with its divisions. Invalid, Conflict if the code is taken."""
    await _refuse(work, new.divisions, [])
    columns = records.audit_columns(work.act, source_date=new.source_date)
    row = fill(AreaRow, new, **columns)
    if not await queries.add_areas(work, [row]):
        raise records.already_exists("area_pk")
    audit.created(work, "area", [new.area_code])
    await _fill(work, new.area_code, new.divisions)
    return await queries.area_detail(work, new.area_code)


async def change(work: Work, code: str, patch: AreaPatch, version: int) -> AreaDetail:
    """Changes what was sent; a sent list of divisions replaces the stored one. NotFound, Stale, Invalid."""
    row = await queries.area_detail(work, code)
    records.require_version(row, version)
    changes = records.given_fields(patch)
    members: Sequence[AreaMemberIn] = changes.pop("divisions", ())
    if patch.divisions is not UNSET:
        changes["divisions"] = _members(members)
    wanted = records.changed(row, work.act, changes)
    await _refuse(work, members, order_mistakes(wanted.valid_from, wanted.valid_to))
    await audit.watch(work, "area", code)
    done = await records.guarded_update(
        row,
        work.act,
        changes,
        version,
        write=lambda rows: queries.change_areas(work, rows),
        again=lambda: queries.area_detail(work, code),
    )
    if done.divisions != row.divisions:
        await queries.clear_area(work, code)
        await _fill(work, code, members)
    return done


def _members(sent: Iterable[AreaMemberIn]) -> tuple[AreaMember, ...]:
    """As stored and read back, so that an unchanged list is no change."""
    rows = [fill(AreaMember, one) for one in sent]
    return tuple(sorted(rows, key=lambda one: (one.division_code, one.valid_from)))


async def _refuse(work: Work, members: Sequence[AreaMemberIn], others: Iterable[Mistake]) -> None:
    """Invalid with `others` and every member that is no division."""
    mistakes = list(others)
    known = await service.known_codes(work, {one.division_code for one in members}) if members else set()
    for index, one in enumerate(members):
        if one.division_code not in known:
            mistakes.append(service.unknown(f"/divisions/{index}/division_code"))
    if mistakes:
        raise Invalid(mistakes)


async def _fill(work: Work, code: str, members: Sequence[AreaMemberIn]) -> None:
    rows = [
        fill(queries.NewMember, one, area_code=code, created_at=work.act.now, created_by=work.act.actor)
        for one in members
    ]
    if rows:
        await queries.add_area_members(work, rows)
