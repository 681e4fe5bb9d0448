"""Statements of labour day prices, indices, planted areas, reference returns and market prices, typed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work
from registry.reference.figure_model import LabourDayPriceRow, PlantedAreaRow, PriceIndexRow
from registry.reference.market_model import MarketPriceRow
from registry.reference.return_model import ReturnRow

q = Queries("reference_figures")
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
    work: Work, *, updated_since: datetime | None, after: int | None, limit: int
) -> list[LabourDayPriceRow]:
    return await transactions.many(
        work, LabourDayPriceRow, Q["labour_day_prices"], updated_since, after, limit
    )


labour_day_prices_by_year = q("labour_day_prices_by_year", Collection[int]).many(LabourDayPriceRow)
add_labour_day_prices = q("add_labour_day_prices", Sequence[LabourDayPriceRow]).run()
change_labour_day_prices = q("change_labour_day_prices", Sequence[LabourDayPriceRow]).run()


async def price_indices(work: Work, to: FigureFilter) -> list[PriceIndexRow]:
    code, kind, year = to.after or (None, None, None)
    return await transactions.many(
        work,
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


async def price_index(work: Work, key: tuple[str, str, int]) -> PriceIndexRow:
    code, kind, year = key
    return await transactions.one(work, PriceIndexRow, Q["price_index"], code, kind, year)


add_price_indices = q("add_price_indices", Sequence[PriceIndexRow]).run()
change_price_indices = q("change_price_indices", Sequence[PriceIndexRow]).run()


async def planted_areas(work: Work, to: FigureFilter) -> list[PlantedAreaRow]:
    code, crop, year = to.after or (None, None, None)
    return await transactions.many(
        work,
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


async def planted_area(work: Work, key: tuple[str, str, int]) -> PlantedAreaRow:
    code, crop, year = key
    return await transactions.one(work, PlantedAreaRow, Q["planted_area"], code, crop, year)


add_planted_areas = q("add_planted_areas", Sequence[PlantedAreaRow]).run()
change_planted_areas = q("change_planted_areas", Sequence[PlantedAreaRow]).run()


async def reference_returns(work: Work, wanted: ReturnFilter) -> list[ReturnRow]:
    return await transactions.many(
        work,
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


reference_returns_by_id = q("reference_returns_by_id", Collection[UUID]).many(ReturnRow)


async def reference_returns_of(
    work: Work, crops: Collection[str], divisions: Collection[str], years: Collection[int] | None
) -> list[ReturnRow]:
    wanted = None if years is None else list(years)
    return await transactions.many(
        work, ReturnRow, Q["reference_returns_of"], list(crops), list(divisions), wanted
    )


pinned_contracts = q("pinned_contracts", Sequence[UUID]).many(PinnedContract)


async def add_reference_returns(work: Work, rows: Sequence[ReturnRow]) -> list[str]:
    written = await transactions.many(
        work, _ReturnId, Q["add_reference_returns"], transactions.rows_json(rows)
    )
    return [str(row.reference_return_id) for row in written]


async def change_reference_returns(work: Work, rows: Sequence[ReturnRow]) -> list[str]:
    written = await transactions.many(
        work, _ReturnId, Q["change_reference_returns"], transactions.rows_json(rows)
    )
    return [str(row.reference_return_id) for row in written]


async def market_prices(work: Work, wanted: MarketFilter) -> list[MarketPriceRow]:
    day, last_id = wanted.after or (None, None)
    return await transactions.many(
        work,
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


market_price = q("market_price", UUID).one(MarketPriceRow)
market_prices_of = q("market_prices_of", Collection[str], Collection[str], date, date).many(MarketPriceRow)


async def add_market_prices(work: Work, rows: Sequence[MarketPriceRow]) -> list[str]:
    written = await transactions.many(work, _MarketId, Q["add_market_prices"], transactions.rows_json(rows))
    return [str(row.market_price_id) for row in written]


async def change_market_prices(work: Work, rows: Sequence[MarketPriceRow]) -> list[str]:
    written = await transactions.many(
        work, _MarketId, Q["change_market_prices"], transactions.rows_json(rows)
    )
    return [str(row.market_price_id) for row in written]
