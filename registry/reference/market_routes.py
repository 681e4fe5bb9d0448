"""Market prices over REST."""

from datetime import date, datetime
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.web import AnyRequest, Page, listed, require_if_match, row_limit, versioned
from registry.kernel.types import CodeWord, PlaceCode
from registry.kernel.work import Work
from registry.reference import market
from registry.reference.figure_queries import MarketFilter
from registry.reference.market_model import MarketPriceIn, MarketPricePatch, MarketPriceRow
from registry.reference.model import GradeWord


@get("/market-prices")
async def list_market_prices(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[PlaceCode | None] = None,
    product: FromQuery[CodeWord | None] = None,
    grade: FromQuery[GradeWord | None] = None,
    first_day: FromQuery[date | None] = None,
    last_day: FromQuery[date | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[MarketPriceRow]]:
    """Market prices by day (yuan per kg)

    `division`: seen in the subtree of a division or in an area. `first_day`, `last_day`: both included.
    """
    count = row_limit(limit)
    wanted = MarketFilter(
        product=product,
        grade=grade,
        first_day=first_day,
        last_day=last_day,
        updated_since=updated_since,
        after=after_keys(cursor, tuple[date, UUID]),
        limit=count + 1,
    )
    rows = await market.market_prices(reader, today=reader.act.today, division=division, wanted=wanted)
    return listed(request, cut_keys(rows, count, lambda row: (row.day, row.market_price_id)))


@get("/market-prices/{market_price_id:uuid}")
async def get_market_price(
    request: AnyRequest, reader: NamedDependency[Work], market_price_id: FromPath[UUID]
) -> Response[MarketPriceRow]:
    """A market price"""
    found = await market.market_price(reader, market_price_id)
    return versioned(request, found, found.version)


@post("/market-prices")
async def create_market_price(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    data: JSONBody[MarketPriceIn],
) -> Response[MarketPriceRow]:
    """Enter a market price in the unit it was seen in

    Tickets that waited for it are priced. One price per place, product, grade and day: another one is a
    change of that record, which the conflict names.
    """
    made = await market.create(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/market-prices/{market_price_id:uuid}")
async def change_market_price(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    market_price_id: FromPath[UUID],
    data: JSONBody[MarketPricePatch],
) -> Response[MarketPriceRow]:
    """Change a market price; lines that may rest on it are computed anew"""
    made = await market.change(writer, market_price_id, data, require_if_match(request))
    return versioned(request, made, made.version)


handlers = (list_market_prices, get_market_price, create_market_price, change_market_price)
