"""Reference returns: reading, recording with every identity checked, changing, importing. Which row a line
uses is `returns.py`."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from registry.audit import batches
from registry.divisions import service as divisions
from registry.divisions.model import code_range
from registry.divisions.register import Register, one_of
from registry.kernel import batch
from registry.kernel.db import records
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Act, Cause, Work
from registry.reference import codes, figure_queries, returns
from registry.reference.model import unknown
from registry.reference.return_model import (
    NAMES,
    ReturnIn,
    ReturnRow,
    identity_mistakes,
)

CAUSE = "reference_return"
_PUBLISHED = (
    "yield_kg",
    "price_per_50kg",
    "materials_services",
    "family_labour",
    "hired_labour",
    "land_rent",
    "own_land_rent",
    "excluded_items",
    "quality",
    "source_text",
    "source_date",
)
"""Columns stored as they are sent."""


async def import_rows(work: Work, rows: Sequence[ReturnIn], dry_run: bool) -> list[batch.Outcome]:
    """Creates or updates rows by crop, division and year. A dry run writes nothing and answers what would
    happen. (Broken identities are found when a row is read.)"""
    crops = {row.crop_code for row in rows}
    places = {row.division_code for row in rows}
    years = {row.year for row in rows}
    known = await figure_queries.reference_returns_of(work, crops, places, years)
    prices = await _day_prices(work, years)
    store = batch.Store[ReturnIn, ReturnRow](
        key=lambda new: (new.crop_code, new.division_code, new.year),
        made=lambda new: _made(work.act, new, prices),
        changed=lambda row, new: records.changed(row, work.act, _values(new, prices)),
        named=lambda row: str(row.reference_return_id),
        add=lambda new: figure_queries.add_reference_returns(work, new),
        change=lambda new: figure_queries.change_reference_returns(work, new),
    )
    done = await batch.merge(
        rows,
        batches.recorded(work, "reference_return", store),
        stored={(row.crop_code, row.division_code, row.year): row for row in known},
        faults=await _faults(work, rows),
        dry_run=dry_run,
    )
    if not dry_run:
        await stale(work, done.written)
    return done.outcomes


async def _faults(work: Work, rows: Sequence[ReturnIn | ReturnRow]) -> list[list[Mistake]]:
    """Unknown crops and divisions of each row."""
    known = await codes.known_crops(work, {row.crop_code for row in rows})
    outside = await divisions.outside(work, {row.division_code for row in rows})
    faults: list[list[Mistake]] = []
    for row in rows:
        mistakes = [divisions.unknown("/division_code")] if row.division_code in outside else []
        if row.crop_code not in known:
            mistakes.append(unknown("/crop_code", "作物", "crop"))
        faults.append(mistakes)
    return faults


async def stale(work: Work, rows: Sequence[ReturnRow]) -> None:
    """Lines of the row's year and later ones, under its division, may use it from now on; those of contracts
    it is pinned to use it wherever they are."""
    for pinned in await figure_queries.pinned_contracts(work, [row.reference_return_id for row in rows]):
        village = pinned.village_code
        work.mark_stale(Cause(kind=CAUSE, first=village, last=village, contract_id=pinned.contract_id))
    for row in rows:
        place = code_range(row.division_code)
        cause = fill(Cause, place, row, kind=CAUSE)
        work.mark_stale(cause)


async def _day_prices(work: Work, years: Collection[int]) -> dict[int, Decimal]:
    found = await figure_queries.labour_day_prices_by_year(work, set(years))
    return {row.year: row.price for row in found}


def _family_days(family_labour: Decimal | None, price: Decimal | None) -> Decimal | None:
    if family_labour is None or price is None:
        return None
    return returns.derived_family_days(family_labour, price)


def _made(act: Act, new: ReturnIn, prices: Mapping[int, Decimal]) -> ReturnRow:
    return records.new_row(ReturnRow, act, new, reference_return_id=new_id(), **_values(new, prices))


def _values(new: ReturnIn, prices: Mapping[int, Decimal]) -> dict[str, Any]:
    """The columns a row is stored with; days as gains.md 1 derives them where only their sum is given."""
    family, derived = new.family_days, new.days_derived
    if family is None:
        family = _family_days(new.family_labour, prices.get(new.year))
        derived = family is not None
    hired = new.hired_days
    if hired is None and new.labour_days is not None and family is not None:
        hired = max(new.labour_days - family, Decimal(0))
    columns = {name: getattr(new, name) for name in _PUBLISHED}
    days = {"family_days": family, "hired_days": hired, "days_derived": derived}
    return {**columns, **days, "output_value": new.output}


def _columns(row: ReturnRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in NAMES if hasattr(row, name)}


async def _new_columns(work: Work, new: ReturnIn) -> dict[str, Any]:
    prices = await _day_prices(work, [new.year])
    return {"reference_return_id": new_id(), **_values(new, prices)}


async def _changes(work: Work, row: ReturnRow, given: dict[str, Any]) -> dict[str, Any]:
    """Totals are not stored but checked against the row as it would be: Invalid if an identity is broken."""
    totals = {name: given.pop(name) for name in NAMES if name in given and not hasattr(row, name)}
    if "family_days" in given:
        given["days_derived"] = False
    elif row.days_derived and "family_labour" in given:
        prices = await _day_prices(work, [row.year])
        given["family_days"] = _family_days(given["family_labour"], prices.get(row.year))
    mistakes = list(identity_mistakes({**_columns(replace(row, **given)), **totals}))
    if mistakes:
        raise Invalid(mistakes)
    return given


async def _unknown(work: Work, row: ReturnRow, before: ReturnRow | None) -> list[Mistake]:
    return [] if before else (await _faults(work, [row]))[0]


async def _after(work: Work, before: ReturnRow | None, row: ReturnRow) -> None:
    del before
    await stale(work, [row])


reference_returns = Register[ReturnRow, ReturnIn](
    "reference_return",
    ReturnRow,
    {"reference_return_id": UUID},
    rows=figure_queries.reference_returns,
    placed=True,
    one=one_of(figure_queries.reference_returns_by_id),
    add=figure_queries.add_reference_returns,
    change=figure_queries.change_reference_returns,
    taken="reference_return_key",
    columns=_new_columns,
    changes=_changes,
    faults=_unknown,
    after=_after,
)
