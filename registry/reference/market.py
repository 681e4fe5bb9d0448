"""Market prices: reading, entering, changing, importing. Another price is a change of the one entered."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from registry.audit import batches
from registry.divisions import service as divisions
from registry.divisions.model import code_range
from registry.divisions.register import Register
from registry.kernel import batch, money
from registry.kernel.db import records
from registry.kernel.errors import Conflict, Mistake
from registry.kernel.types import new_id
from registry.kernel.work import Act, Cause, Work
from registry.reference import codes, figure_queries
from registry.reference.market_model import MarketPriceIn, MarketPriceRow
from registry.reference.model import unknown

CAUSE = "market_price"
_REACH: Final = timedelta(days=430)
"""How long after its day a price may still matter: a season that begins within a year, signed at most 30 days
after the price was seen, with some room."""


async def import_rows(work: Work, rows: Sequence[MarketPriceIn], dry_run: bool) -> list[batch.Outcome]:
    """Creates or updates prices by division, product, grade and day. A dry run writes nothing and answers
    what would happen."""
    store = batch.Store[MarketPriceIn, MarketPriceRow](
        key=_key,
        made=lambda new: records.new_row(MarketPriceRow, work.act, new, **_columns(new)),
        changed=lambda row, new: _updated(work.act, row, new),
        named=lambda row: str(row.market_price_id),
        add=lambda new: figure_queries.add_market_prices(work, new),
        change=lambda new: figure_queries.change_market_prices(work, new),
    )
    store = batches.recorded(work, "market_price", store)
    stored = {_key(row): row for row in await _stored(work, rows)}
    faults = await _faults(work, rows)
    done = await batch.merge(rows, store, stored=stored, faults=faults, dry_run=dry_run)
    if not dry_run:
        stale(work, done.written)
    return done.outcomes


def stale(work: Work, rows: Sequence[MarketPriceRow]) -> None:
    """What may use prices: tickets of their days and later ones, promises of contracts signed after them.
    One cause per division and product, however many days."""
    days: dict[tuple[str, str], list[date]] = defaultdict(list)
    for row in rows:
        days[row.division_code, row.product_code].append(row.day)
    for (division_code, product_code), seen in days.items():
        place = code_range(division_code)
        cause = Cause(
            kind=CAUSE,
            first=place.first,
            last=place.last,
            product_code=product_code,
            # A ticket weighed after the season's end, in January, counts in the year before.
            year=min(seen).year - 1,
            last_day=max(seen) + _REACH,
        )
        work.mark_stale(cause)


async def _stored(work: Work, rows: Sequence[MarketPriceIn | MarketPriceRow]) -> list[MarketPriceRow]:
    if not rows:
        return []
    products = {row.product_code for row in rows}
    places = {row.division_code for row in rows}
    days = [row.day for row in rows]
    return await figure_queries.market_prices_of(work, products, places, min(days), max(days))


def _key(row: MarketPriceIn | MarketPriceRow) -> tuple[str, str, str | None, date]:
    return row.division_code, row.product_code, row.grade_code, row.day


async def _conflict(work: Work, row: MarketPriceRow) -> Conflict:
    """Names the price there is, so that it can be changed."""
    standing = next((one for one in await _stored(work, [row]) if _key(one) == _key(row)), None)
    extra = {} if standing is None else {"market_price_id": str(standing.market_price_id)}
    return records.already_exists("market_price_key", **extra)


async def _faults(work: Work, rows: Sequence[MarketPriceIn | MarketPriceRow]) -> list[list[Mistake]]:
    """Unknown divisions, products and grades of each row."""
    outside = await divisions.outside(work, {row.division_code for row in rows})
    products = await codes.products_by_code(work, {row.product_code for row in rows})
    grades = await codes.grades_of(work, products)
    faults: list[list[Mistake]] = []
    for row in rows:
        mistakes = []
        if row.division_code in outside:
            mistakes.append(divisions.unknown("/division_code"))
        if row.product_code not in products:
            mistakes.append(unknown("/product_code", "产品", "product"))
        elif row.grade_code and row.grade_code not in [
            g.grade_code for g in grades.get(row.product_code, ())
        ]:
            mistakes.append(unknown("/grade_code", "等级", "grade of the product"))
        faults.append(mistakes)
    return faults


def _columns(new: MarketPriceIn) -> dict[str, Any]:
    price = money.price_per_kg(new.price, new.unit)
    return {"market_price_id": new_id(), "price": price, "typed_unit": new.unit}


def _updated(act: Act, row: MarketPriceRow, new: MarketPriceIn) -> MarketPriceRow:
    wanted = {
        "price": money.price_per_kg(new.price, new.unit),
        "typed_unit": new.unit,
        "source_text": new.source_text or row.source_text,
        "source_date": new.source_date or row.source_date,
    }
    return records.changed(row, act, wanted)


async def _new_columns(_work: Work, new: MarketPriceIn) -> dict[str, Any]:
    return _columns(new)


async def _changes(_work: Work, _row: MarketPriceRow, given: dict[str, Any]) -> dict[str, Any]:
    if "unit" not in given:
        return given
    unit = given.pop("unit")
    return {**given, "price": money.price_per_kg(given["price"], unit), "typed_unit": unit}


async def _unknown(work: Work, row: MarketPriceRow, before: MarketPriceRow | None) -> list[Mistake]:
    return [] if before else (await _faults(work, [row]))[0]


async def _after(work: Work, before: MarketPriceRow | None, row: MarketPriceRow) -> None:
    """Tickets that waited for it are priced after the commit; lines that may use it are stale."""
    if before is None or before.price != row.price:
        stale(work, [row])


prices = Register[MarketPriceRow, MarketPriceIn](
    "market_price",
    MarketPriceRow,
    {"market_price_id": UUID},
    rows=figure_queries.market_prices,
    placed=True,
    one=figure_queries.market_price,
    add=figure_queries.add_market_prices,
    change=figure_queries.change_market_prices,
    taken="market_price_key",
    columns=_new_columns,
    changes=_changes,
    faults=_unknown,
    after=_after,
    conflict=_conflict,
)
