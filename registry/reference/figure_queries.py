"""Statements of labour day prices, indices, planted areas, reference returns and market prices, typed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from registry.kernel import db, sql
from registry.kernel.db import Conn
from registry.reference.figure_model import LabourDayPriceRow, PlantedAreaRow, PriceIndexRow
from registry.reference.market_model import MarketPriceRow
from registry.reference.return_model import ReturnRow

Q = sql.queries("reference_figures")


class FigureFilter(Struct, frozen=True, kw_only=True):
    """Ranges None: everywhere. what: kind of index or crop. after: division, kind or crop, and year seen."""

    firsts: list[str] | None = None
    lasts: list[str] | None = None
    what: str | None = None
    year: int | None = None
    updated_since: datetime | None = None
    after: tuple[str, str, int] | None = None
    limit: int = 50


class ReturnFilter(Struct, frozen=True, kw_only=True):
    """Ranges None: everywhere. after: the id already seen."""

    firsts: list[str] | None = None
    lasts: list[str] | None = None
    crop: str | None = None
    year: int | None = None
    quality: str | None = None
    updated_since: datetime | None = None
    after: UUID | None = None
    limit: int = 50


class MarketFilter(Struct, frozen=True, kw_only=True):
    """Ranges None: everywhere. after: the day and id already seen."""

    firsts: list[str] | None = None
    lasts: list[str] | None = None
    product: str | None = None
    grade: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    updated_since: datetime | None = None
    after: tuple[date, UUID] | None = None
    limit: int = 50


class PinnedContract(Struct, frozen=True, kw_only=True):
    """A contract of whose lines one uses a fixed row."""

    contract_id: UUID
    village_code: str


class _ReturnId(Struct, frozen=True, kw_only=True):
    reference_return_id: UUID


class _MarketId(Struct, frozen=True, kw_only=True):
    market_price_id: UUID


async def labour_day_prices(
    conn: Conn, *, updated_since: datetime | None, after: int | None, limit: int
) -> list[LabourDayPriceRow]:
    return await db.many(conn, LabourDayPriceRow, Q["labour_day_prices"], updated_since, after, limit)


async def labour_day_prices_by_year(conn: Conn, years: Collection[int]) -> list[LabourDayPriceRow]:
    return await db.many(conn, LabourDayPriceRow, Q["labour_day_prices_by_year"], list(years))


async def add_labour_day_prices(conn: Conn, rows: Sequence[LabourDayPriceRow]) -> int:
    return await db.run(conn, Q["add_labour_day_prices"], db.rows_json(rows))


async def change_labour_day_prices(conn: Conn, rows: Sequence[LabourDayPriceRow]) -> int:
    return await db.run(conn, Q["change_labour_day_prices"], db.rows_json(rows))


async def price_indices(conn: Conn, to: FigureFilter) -> list[PriceIndexRow]:
    code, kind, year = to.after or (None, None, None)
    return await db.many(
        conn,
        PriceIndexRow,
        Q["price_indices"],
        to.firsts,
        to.lasts,
        to.what,
        to.year,
        to.updated_since,
        code,
        kind,
        year,
        to.limit,
    )


async def price_index(conn: Conn, key: tuple[str, str, int]) -> PriceIndexRow:
    code, kind, year = key
    return await db.one(conn, PriceIndexRow, Q["price_index"], code, kind, year)


async def add_price_indices(conn: Conn, rows: Sequence[PriceIndexRow]) -> int:
    return await db.run(conn, Q["add_price_indices"], db.rows_json(rows))


async def change_price_indices(conn: Conn, rows: Sequence[PriceIndexRow]) -> int:
    return await db.run(conn, Q["change_price_indices"], db.rows_json(rows))


async def planted_areas(conn: Conn, to: FigureFilter) -> list[PlantedAreaRow]:
    code, crop, year = to.after or (None, None, None)
    return await db.many(
        conn,
        PlantedAreaRow,
        Q["planted_areas"],
        to.firsts,
        to.lasts,
        to.what,
        to.year,
        to.updated_since,
        code,
        crop,
        year,
        to.limit,
    )


async def planted_area(conn: Conn, key: tuple[str, str, int]) -> PlantedAreaRow:
    code, crop, year = key
    return await db.one(conn, PlantedAreaRow, Q["planted_area"], code, crop, year)


async def add_planted_areas(conn: Conn, rows: Sequence[PlantedAreaRow]) -> int:
    return await db.run(conn, Q["add_planted_areas"], db.rows_json(rows))


async def change_planted_areas(conn: Conn, rows: Sequence[PlantedAreaRow]) -> int:
    return await db.run(conn, Q["change_planted_areas"], db.rows_json(rows))


async def reference_returns(conn: Conn, wanted: ReturnFilter) -> list[ReturnRow]:
    return await db.many(
        conn,
        ReturnRow,
        Q["reference_returns"],
        wanted.firsts,
        wanted.lasts,
        wanted.crop,
        wanted.year,
        wanted.quality,
        wanted.updated_since,
        wanted.after,
        wanted.limit,
    )


async def reference_returns_by_id(conn: Conn, ids: Collection[UUID]) -> list[ReturnRow]:
    return await db.many(conn, ReturnRow, Q["reference_returns_by_id"], list(ids))


async def reference_returns_of(
    conn: Conn, crops: Collection[str], divisions: Collection[str], years: Collection[int] | None
) -> list[ReturnRow]:
    wanted = None if years is None else list(years)
    return await db.many(conn, ReturnRow, Q["reference_returns_of"], list(crops), list(divisions), wanted)


async def pinned_contracts(conn: Conn, rows: Sequence[UUID]) -> list[PinnedContract]:
    return await db.many(conn, PinnedContract, Q["pinned_contracts"], rows)


async def add_reference_returns(conn: Conn, rows: Sequence[ReturnRow]) -> list[str]:
    written = await db.many(conn, _ReturnId, Q["add_reference_returns"], db.rows_json(rows))
    return [str(row.reference_return_id) for row in written]


async def change_reference_returns(conn: Conn, rows: Sequence[ReturnRow]) -> list[str]:
    written = await db.many(conn, _ReturnId, Q["change_reference_returns"], db.rows_json(rows))
    return [str(row.reference_return_id) for row in written]


async def market_prices(conn: Conn, wanted: MarketFilter) -> list[MarketPriceRow]:
    day, last_id = wanted.after or (None, None)
    return await db.many(
        conn,
        MarketPriceRow,
        Q["market_prices"],
        wanted.firsts,
        wanted.lasts,
        wanted.product,
        wanted.grade,
        wanted.first_day,
        wanted.last_day,
        wanted.updated_since,
        day,
        last_id,
        wanted.limit,
    )


async def market_price(conn: Conn, market_price_id: UUID) -> MarketPriceRow:
    return await db.one(conn, MarketPriceRow, Q["market_price"], market_price_id)


async def market_prices_of(
    conn: Conn, products: Collection[str], divisions: Collection[str], first: date, last: date
) -> list[MarketPriceRow]:
    return await db.many(
        conn, MarketPriceRow, Q["market_prices_of"], list(products), list(divisions), first, last
    )


async def add_market_prices(conn: Conn, rows: Sequence[MarketPriceRow]) -> list[str]:
    written = await db.many(conn, _MarketId, Q["add_market_prices"], db.rows_json(rows))
    return [str(row.market_price_id) for row in written]


async def change_market_prices(conn: Conn, rows: Sequence[MarketPriceRow]) -> list[str]:
    written = await db.many(conn, _MarketId, Q["change_market_prices"], db.rows_json(rows))
    return [str(row.market_price_id) for row in written]
