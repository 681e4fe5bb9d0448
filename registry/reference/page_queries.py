"""Typed functions over sql/queries/reference_pages.sql: lists, choices and what waits, for pages only."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from registry.kernel.db.statements import Queries
from registry.kernel.errors import NotFound
from registry.kernel.money import WeightUnit
from registry.kernel.work import Work

q = Queries("reference_pages")


class PriceView(Struct, frozen=True, kw_only=True):
    """A market price with the names of place, product and grade. `price`: yuan per kg."""

    market_price_id: UUID
    division_code: str
    place_name: str
    product_code: str
    product_name: str
    grade_code: str | None
    grade_name: str | None
    day: date
    price: Decimal
    typed_unit: WeightUnit
    source_text: str | None
    version: int
    updated_at: datetime
    updated_by: str


class PriceFilter(Struct, frozen=True, kw_only=True):
    """Ranges None: everywhere. Days are both included."""

    firsts: list[str] | None = None
    lasts: list[str] | None = None
    product: str | None = None
    first_day: date | None = None
    last_day: date | None = None


class Waiting(Struct, frozen=True, kw_only=True):
    """A product, grade and day without market price, and how many tickets of a township wait for it."""

    township_code: str
    product_code: str
    product_name: str
    grade_code: str | None
    grade_name: str | None
    day: date
    tickets: int


class PricePlace(Struct, frozen=True, kw_only=True):
    division_code: str
    name: str


class Good(Struct, frozen=True, kw_only=True):
    """A product, or one grade of it."""

    product_code: str
    product_name: str
    grade_code: str | None
    grade_name: str | None
    position: int


_prices = q("prices_seen", PriceFilter, tuple[date, UUID] | None, UUID | None, int).many(PriceView)
prices_count = q("prices_count", PriceFilter).value(int)


async def price_views(
    work: Work, wanted: PriceFilter, after: tuple[date, UUID] | None, limit: int
) -> list[PriceView]:
    return await _prices(work, wanted, after, None, limit)


async def price_view(work: Work, market_price_id: UUID) -> PriceView:
    """NotFound if it does not exist."""
    found = await _prices(work, PriceFilter(), None, market_price_id, 1)
    if not found:
        raise NotFound
    return found[0]


tickets_waiting = q("tickets_waiting").many(Waiting)
tickets_waiting_count = q("tickets_waiting_count").value(int)
price_places = q("price_places").many(PricePlace)
price_goods = q("price_goods").many(Good)
