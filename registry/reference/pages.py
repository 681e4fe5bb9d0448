"""Pages of market prices: the list with the form to enter one, and changing one. JSON: `market_routes.py`."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from registry.divisions import service as divisions
from registry.kernel import money
from registry.kernel.db.transactions import Scope
from registry.kernel.errors import Conflict
from registry.kernel.fill import fill
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.callers import EVERYBODY, TOWNSHIP, admits
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import attempt, parse_query, show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Work
from registry.reference import market, page_queries
from registry.reference.market_model import MarketPriceRow
from registry.reference.page_forms import FIELDS, UNITS, ChangeForm, ListQuery, PriceForm
from registry.reference.page_queries import PriceFilter, PriceView, Waiting

PAGE: Final = 50


class Shown(Struct, frozen=True, kw_only=True):
    """A price as it was typed, and per kg. `own`: of a place where the caller enters prices."""

    row: PriceView
    typed: Decimal
    unit: str
    own: bool

    @classmethod
    def of(cls, row: PriceView, writable: Scope = Scope.EMPTY) -> "Shown":
        typed = money.price_per_unit(row.price, row.typed_unit)
        own = writable.covers(row.division_code)
        return cls(row=row, typed=typed, unit=money.UNIT_NAMES[row.typed_unit], own=own)


class PricesPage(Struct, frozen=True, kw_only=True):
    """The list and the form. `standing`: the existing price an attempt conflicts with. `own_places`: where
    the caller enters prices."""

    rows: Sequence[Shown]
    total: int
    query: ListQuery
    form: FormState
    standing: Shown | None
    waiting: Sequence[Waiting]
    waiting_tickets: int
    places: Sequence[tuple[str, str]]
    own_places: Sequence[tuple[str, str]]
    goods: Sequence[tuple[str, str]]
    products: Sequence[tuple[str, str]]
    units: Sequence[tuple[str, str]]
    today: date
    next_href: str
    first_href: str
    key: str


class ChangePage(Struct, frozen=True, kw_only=True):
    """One price with the form to change it."""

    price: Shown
    form: FormState
    units: Sequence[tuple[str, str]]
    key: str


@get("/market-prices", include_in_schema=False)
async def prices_page(request: AnyRequest, reader: NamedDependency[Work]) -> Response[str]:
    """Market prices, newest first, with the form to enter one and the tickets that wait for one."""
    return await _list(request, reader, parse_query(request, ListQuery), form=FormState())


@post("/market-prices", include_in_schema=False)
async def enter_price(request: AnyRequest, writer: NamedDependency[Work]) -> Redirect:
    """Enters a price; tickets that waited for it are priced after the commit."""
    taken: list[UUID] = []

    async def effect(data: PriceForm) -> MarketPriceRow:
        try:
            with FIELDS.applied():
                return await market.prices.create(writer, data.new())
        except Conflict as error:
            taken.extend(UUID(text) for text in [error.extra.get("market_price_id")] if text)
            raise

    async def shown(form: FormState) -> Response[Any]:
        standing = await page_queries.price_view(writer, taken[0]) if taken else None
        return await _list(request, writer, ListQuery(), form=form, standing=standing)

    made = await attempt(request, writer, PriceForm, effect, shown)
    return _saved(made.market_price_id)


@get("/market-prices/{market_price_id:uuid}/edit", include_in_schema=False, opt=admits(read=TOWNSHIP))
async def change_page(
    request: AnyRequest, reader: NamedDependency[Work], market_price_id: FromPath[UUID]
) -> Response[str]:
    """Another price for the same place, product and day. `price`, `unit`: what was typed elsewhere."""
    asked = {name: request.query_params[name] for name in ("price", "unit") if name in request.query_params}
    return await _change(request, reader, market_price_id, FormState(values=asked))


@post("/market-prices/{market_price_id:uuid}/edit", include_in_schema=False)
async def change_price(
    request: AnyRequest,
    writer: NamedDependency[Work],
    market_price_id: FromPath[UUID],
) -> Redirect:
    """Changes the price; lines that may use it are recomputed."""

    async def effect(data: ChangeForm) -> MarketPriceRow:
        return await market.prices.change(writer, [market_price_id], data.patch(), data.version)

    async def shown(form: FormState) -> Response[Any]:
        return await _change(request, writer, market_price_id, form)

    await attempt(request, writer, ChangeForm, effect, shown)
    return _saved(market_price_id)


def _saved(market_price_id: UUID) -> Redirect:
    return Redirect(f"/market-prices?saved={market_price_id}", status_code=303)


async def _list(
    request: AnyRequest,
    work: Work,
    query: ListQuery,
    *,
    form: FormState,
    standing: PriceView | None = None,
) -> Response[str]:
    wanted = await _wanted(work, query)
    found = await page_queries.price_views(
        work, wanted, after_keys(query.cursor, tuple[date, UUID]), PAGE + 1
    )
    cut = cut_keys(found, PAGE, lambda row: (row.day, row.market_price_id))
    goods = await page_queries.price_goods(work)
    places = [(one.division_code, one.name) for one in await page_queries.price_places(work)]
    writable = await divisions.write_scope(work)
    following = urlencode(query.kept | {"cursor": cut.next_cursor or ""})
    page = PricesPage(
        rows=[Shown.of(row, writable) for row in cut.items],
        total=await page_queries.prices_count(work, wanted),
        query=query,
        form=form,
        standing=Shown.of(standing) if standing else None,
        waiting=await page_queries.tickets_waiting(work),
        waiting_tickets=await page_queries.tickets_waiting_count(work),
        places=places,
        own_places=[(code, name) for code, name in places if writable.covers(code)],
        goods=[(_good(one.product_code, one.grade_code), _named(one)) for one in goods],
        products=[(one.product_code, one.product_name) for one in goods if one.grade_code is None],
        units=tuple(UNITS.items()),
        today=work.act.today,
        next_href=f"/market-prices?{following}" if cut.next_cursor else "",
        first_href=f"/market-prices?{urlencode(query.kept)}" if query.cursor else "",
        key=str(uuid4()),
    )
    notice = await _notice(work, query.saved) if query.saved else ""
    return show("reference/prices.html", page, frame(request, notice=notice))


async def _wanted(work: Work, query: ListQuery) -> PriceFilter:
    place = await divisions.places(work, query.division, work.act.today) if query.division else None
    return fill(
        PriceFilter, query, firsts=place.firsts if place else None, lasts=place.lasts if place else None
    )


def _good(product_code: str, grade_code: str | None) -> str:
    return f"{product_code}/{grade_code}" if grade_code else product_code


def _named(one: page_queries.Good) -> str:
    return f"{one.product_name} {one.grade_name}" if one.grade_name else one.product_name


async def _notice(work: Work, market_price_id: UUID) -> str:
    row = Shown.of(await page_queries.price_view(work, market_price_id))
    name = " ".join(part for part in (row.row.product_name, row.row.grade_name) if part)
    return (
        f"已保存：{row.row.place_name} {row.row.day:%Y-%m-%d} {name}。"
        "用到这个价格的过磅单和增收明细正在重新计算，几秒钟后可以看到新结果。"
    )


async def _change(request: AnyRequest, work: Work, market_price_id: UUID, form: FormState) -> Response[str]:
    row = Shown.of(await page_queries.price_view(work, market_price_id))
    page = ChangePage(price=row, form=form, units=tuple(UNITS.items()), key=str(uuid4()))
    return show("reference/price.html", page, frame(request, Link("市场价", "/market-prices")))


router = Router(
    path="/",
    opt=admits(read=EVERYBODY, write=TOWNSHIP),
    route_handlers=[prices_page, enter_price, change_page, change_price],
    include_in_schema=False,
)
