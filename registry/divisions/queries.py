"""Statements of divisions, areas and division statistics, typed. Rules are the models'."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from msgspec import Struct

from registry.divisions.area_model import AreaDetail, AreaRow
from registry.divisions.model import (
    DivisionDetail,
    DivisionRow,
    Level,
    Named,
    SuccessionRow,
    parents,
)
from registry.divisions.statistic_model import StatisticRow
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.db.transactions import Scope
from registry.kernel.work import Work

q = Queries("divisions")
Q = sql.queries("divisions")


class NamedPlace(Struct, frozen=True, kw_only=True):
    """A division or (level None) an area by its code."""

    code: str
    name: str
    level: Level | None
    valid_from: date
    valid_to: date | None
    successors: tuple[str, ...]


class PlaceRange(Struct, frozen=True, kw_only=True):
    """A subtree of a place. own: requested itself, else only taken over."""

    first: str
    last: str
    own: bool


class NewSuccession(SuccessionRow, frozen=True, kw_only=True):
    created_at: datetime
    created_by: str


class NewMember(Struct, frozen=True, kw_only=True):
    area_code: str
    division_code: str
    valid_from: date
    valid_to: date | None
    created_at: datetime
    created_by: str


class DivisionFilter(Struct, frozen=True, kw_only=True):
    """Ranges None: everywhere. `after`: the code already seen."""

    firsts: list[str] | None = None
    lasts: list[str] | None = None
    level: Level | None = None
    on: date | None = None
    name: str | None = None
    updated_since: datetime | None = None
    after: str | None = None


async def divisions(work: Work, wanted: DivisionFilter, limit: int) -> list[DivisionRow]:
    firsts, lasts = wanted.firsts, wanted.lasts
    # The outermost bounds let the index start at the first range instead of at the first division of all.
    low, high = (min(firsts, default=""), max(lasts, default="")) if firsts and lasts else (None, None)
    return await transactions.many(
        work,
        DivisionRow,
        Q["divisions"],
        firsts,
        lasts,
        wanted.level,
        wanted.on,
        wanted.name,
        low,
        high,
        wanted.updated_since,
        wanted.after,
        limit,
    )


divisions_by_code = q("divisions_by_code", Collection[str]).many(DivisionRow)


async def division_detail(work: Work, code: str) -> DivisionDetail:
    return await transactions.one(work, DivisionDetail, Q["division_detail"], code, list(parents(code)[1:]))


division_names = q("division_names", Collection[str]).many(Named)
villages_valid = q("villages_valid", Collection[str], date).many(Named)
named_place = q("named_place", str).one(NamedPlace)
place_ranges = q("place_ranges", str, date).many(PlaceRange)


async def counties_in(work: Work, firsts: list[str], lasts: list[str]) -> list[str]:
    rows = await transactions.many(work, _County, Q["counties_in"], firsts, lasts)
    return [row.county_code for row in rows]


class _County(Struct, frozen=True, kw_only=True):
    county_code: str


read_scope = q("read_scope").one(Scope)
write_scope = q("write_scope").one(Scope)


async def add_divisions(work: Work, rows: Sequence[DivisionRow]) -> list[str]:
    return [
        row.division_code
        for row in await transactions.many(work, _Code, Q["add_divisions"], transactions.rows_json(rows))
    ]


async def change_divisions(work: Work, rows: Sequence[DivisionRow]) -> list[str]:
    written = await transactions.many(work, _Code, Q["change_divisions"], transactions.rows_json(rows))
    return [row.division_code for row in written]


class _Code(Struct, frozen=True, kw_only=True):
    division_code: str


add_successions = q("add_successions", Sequence[NewSuccession]).run()


async def areas(
    work: Work,
    *,
    on: date | None,
    holding: list[str] | None,
    name: str | None,
    updated_since: datetime | None,
    after: str | None,
    limit: int,
) -> list[AreaRow]:
    return await transactions.many(work, AreaRow, Q["areas"], on, holding, name, updated_since, after, limit)


area_detail = q("area_detail", str).one(AreaDetail)
add_areas = q("add_areas", Sequence[AreaRow]).run()
change_areas = q("change_areas", Sequence[AreaRow]).run()
add_area_members = q("add_area_members", Sequence[NewMember]).run()
clear_area = q("clear_area", str).run()


async def statistics(
    work: Work,
    *,
    firsts: list[str] | None,
    lasts: list[str] | None,
    year: int | None,
    updated_since: datetime | None,
    after: tuple[str, int] | tuple[None, None],
    limit: int,
) -> list[StatisticRow]:
    code, last_year = after
    return await transactions.many(
        work, StatisticRow, Q["statistics"], firsts, lasts, year, updated_since, code, last_year, limit
    )


statistic = q("statistic", str, int).one(StatisticRow)
add_statistics = q("add_statistics", Sequence[StatisticRow]).run()
change_statistics = q("change_statistics", Sequence[StatisticRow]).run()
