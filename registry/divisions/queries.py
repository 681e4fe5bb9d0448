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
from registry.kernel import db, sql
from registry.kernel.db import Conn, Scope

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
    """A subtree a place stands for. own: asked for itself, else only taken over."""

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


async def divisions(conn: Conn, wanted: DivisionFilter, limit: int) -> list[DivisionRow]:
    firsts, lasts = wanted.firsts, wanted.lasts
    # The outermost bounds let the index start at the first range instead of at the first division of all.
    low, high = (min(firsts, default=""), max(lasts, default="")) if firsts and lasts else (None, None)
    return await db.many(
        conn,
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


async def divisions_by_code(conn: Conn, codes: Collection[str]) -> list[DivisionRow]:
    return await db.many(conn, DivisionRow, Q["divisions_by_code"], list(codes))


async def division_detail(conn: Conn, code: str) -> DivisionDetail:
    return await db.one(conn, DivisionDetail, Q["division_detail"], code, list(parents(code)[1:]))


async def division_names(conn: Conn, codes: Collection[str]) -> list[Named]:
    return await db.many(conn, Named, Q["division_names"], list(codes))


async def villages_valid(conn: Conn, codes: Collection[str], on: date) -> list[Named]:
    return await db.many(conn, Named, Q["villages_valid"], list(codes), on)


async def named_place(conn: Conn, code: str) -> NamedPlace:
    return await db.one(conn, NamedPlace, Q["named_place"], code)


async def place_ranges(conn: Conn, code: str, on: date) -> list[PlaceRange]:
    return await db.many(conn, PlaceRange, Q["place_ranges"], code, on)


async def counties_in(conn: Conn, firsts: list[str], lasts: list[str]) -> list[str]:
    rows = await db.many(conn, _County, Q["counties_in"], firsts, lasts)
    return [row.county_code for row in rows]


class _County(Struct, frozen=True, kw_only=True):
    county_code: str


async def read_scope(conn: Conn) -> Scope:
    return await db.one(conn, Scope, Q["read_scope"])


async def write_scope(conn: Conn) -> Scope:
    return await db.one(conn, Scope, Q["write_scope"])


async def add_divisions(conn: Conn, rows: Sequence[DivisionRow]) -> list[str]:
    return [row.division_code for row in await db.many(conn, _Code, Q["add_divisions"], db.rows_json(rows))]


async def change_divisions(conn: Conn, rows: Sequence[DivisionRow]) -> list[str]:
    written = await db.many(conn, _Code, Q["change_divisions"], db.rows_json(rows))
    return [row.division_code for row in written]


class _Code(Struct, frozen=True, kw_only=True):
    division_code: str


async def add_successions(conn: Conn, rows: Sequence[NewSuccession]) -> int:
    return await db.run(conn, Q["add_successions"], db.rows_json(rows))


async def areas(
    conn: Conn,
    *,
    on: date | None,
    holding: list[str] | None,
    name: str | None,
    updated_since: datetime | None,
    after: str | None,
    limit: int,
) -> list[AreaRow]:
    return await db.many(conn, AreaRow, Q["areas"], on, holding, name, updated_since, after, limit)


async def area_detail(conn: Conn, code: str) -> AreaDetail:
    return await db.one(conn, AreaDetail, Q["area_detail"], code)


async def add_areas(conn: Conn, rows: Sequence[AreaRow]) -> int:
    return await db.run(conn, Q["add_areas"], db.rows_json(rows))


async def change_areas(conn: Conn, rows: Sequence[AreaRow]) -> int:
    return await db.run(conn, Q["change_areas"], db.rows_json(rows))


async def add_area_members(conn: Conn, rows: Sequence[NewMember]) -> int:
    return await db.run(conn, Q["add_area_members"], db.rows_json(rows))


async def clear_area(conn: Conn, code: str) -> int:
    return await db.run(conn, Q["clear_area"], code)


async def statistics(
    conn: Conn,
    *,
    firsts: list[str] | None,
    lasts: list[str] | None,
    year: int | None,
    updated_since: datetime | None,
    after: tuple[str, int] | tuple[None, None],
    limit: int,
) -> list[StatisticRow]:
    code, last_year = after
    return await db.many(
        conn, StatisticRow, Q["statistics"], firsts, lasts, year, updated_since, code, last_year, limit
    )


async def statistic(conn: Conn, code: str, year: int) -> StatisticRow:
    return await db.one(conn, StatisticRow, Q["statistic"], code, year)


async def add_statistics(conn: Conn, rows: Sequence[StatisticRow]) -> int:
    return await db.run(conn, Q["add_statistics"], db.rows_json(rows))


async def change_statistics(conn: Conn, rows: Sequence[StatisticRow]) -> int:
    return await db.run(conn, Q["change_statistics"], db.rows_json(rows))
