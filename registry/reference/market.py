"""Market prices: reading, entering, changing, importing. Another price is a change of the one entered."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from registry.audit import batches
from registry.audit import service as audit
from registry.divisions import service as divisions
from registry.divisions.model import code_range
from registry.kernel import batch, money
from registry.kernel.db import records
from registry.kernel.errors import Conflict, Invalid, Mistake
from registry.kernel.types import new_id
from registry.kernel.work import Act, Cause, Work
from registry.reference import codes, figure_queries
from registry.reference.figure_queries import MarketFilter
from registry.reference.market_model import MarketPriceIn, MarketPricePatch, MarketPriceRow
from registry.reference.model import unknown

CAUSE = "market_price"
_REACH: Final = timedelta(days=430)
"""How long after its day a price may still matter: a season that begins within a year, signed at most 30 days
after the price was seen, with some room."""


async def market_prices(
    work: Work, *, today: date, division: str | None, wanted: MarketFilter
) -> list[MarketPriceRow]:
    """Prices by day, `wanted.limit` at most. division: seen in the subtree of a division or in an area."""
    if division:
        place = await divisions.places(work, division, today)
        wanted = replace(wanted, firsts=place.firsts, lasts=place.lasts)
    return await figure_queries.market_prices(work, wanted)


async def market_price(work: Work, market_price_id: UUID) -> MarketPriceRow:
    """NotFound if it does not exist."""
    return await figure_queries.market_price(work, market_price_id)


async def create(work: Work, new: MarketPriceIn) -> MarketPriceRow:
    """Enters a price; tickets that waited for it are priced after the commit. Invalid; Conflict if the place
    has one for that product, grade and day (naming it, so that it can be changed)."""
    (mistakes,) = await _faults(work, [new])
    if mistakes:
        raise Invalid(mistakes)
    row = _made(work.act, new)
    if not await figure_queries.add_market_prices(work, [row]):
        raise await _taken(work, row)
    audit.created(work, "market_price", [row.market_price_id])
    stale(work, [row])
    return row


async def change(work: Work, market_price_id: UUID, patch: MarketPricePatch, version: int) -> MarketPriceRow:
    """NotFound, Stale. A new price marks the lines that may use it as stale."""
    row = await market_price(work, market_price_id)
    wanted = records.given_fields(patch)
    if "unit" in wanted:
        unit = wanted.pop("unit")
        wanted |= {"price": money.price_per_kg(wanted["price"], unit), "typed_unit": unit}
    await audit.watch(work, "market_price", market_price_id)
    done = await records.guarded_update(
        row,
        work.act,
        wanted,
        version,
        write=lambda rows: figure_queries.change_market_prices(work, rows),
        again=lambda: market_price(work, market_price_id),
    )
    if done.price != row.price:
        stale(work, [done])
    return done


async def import_rows(work: Work, rows: Sequence[MarketPriceIn], dry_run: bool) -> list[batch.Outcome]:
    """Creates or updates prices by division, product, grade and day. A dry run writes nothing and answers
    what would happen."""
    store = batch.Store[MarketPriceIn, MarketPriceRow](
        key=_key,
        made=lambda new: _made(work.act, new),
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


async def _taken(work: Work, row: MarketPriceRow) -> Conflict:
    standing = next((one for one in await _stored(work, [row]) if _key(one) == _key(row)), None)
    extra = {} if standing is None else {"market_price_id": str(standing.market_price_id)}
    return records.already_exists("market_price_key", **extra)


async def _faults(work: Work, rows: Sequence[MarketPriceIn]) -> list[list[Mistake]]:
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


def _made(act: Act, new: MarketPriceIn) -> MarketPriceRow:
    return MarketPriceRow(
        market_price_id=new_id(),
        division_code=new.division_code,
        product_code=new.product_code,
        grade_code=new.grade_code,
        day=new.day,
        price=money.price_per_kg(new.price, new.unit),
        typed_unit=new.unit,
        source_text=new.source_text,
        **records.audit_columns(act, source_date=new.source_date),
    )


def _updated(act: Act, row: MarketPriceRow, new: MarketPriceIn) -> MarketPriceRow:
    wanted = {
        "price": money.price_per_kg(new.price, new.unit),
        "typed_unit": new.unit,
        "source_text": new.source_text or row.source_text,
        "source_date": new.source_date or row.source_date,
    }
    return records.changed(row, act, wanted)
