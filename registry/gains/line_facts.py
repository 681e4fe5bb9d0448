"""Facts of a line that kinds share: reference row, market price, land. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from registry.contracts.prices import MarketQuote, market_quote
from registry.gains.due import Due
from registry.gains.load_facts import Facts
from registry.gains.model import LandUseFact, LineRef
from registry.gains.rows import AnnexLineRow, LandUseRow
from registry.reference import returns
from registry.reference.returns import Pin, UsedRow, code_chain


def used_row(facts: Facts, line: AnnexLineRow, crop: str) -> UsedRow | None:
    """The reference row of a crop for a line: pinned on the annex line, on the contract, or looked up."""
    rows = {row.reference_return_id: row for found in facts.reference.values() for row in found}
    pins = [
        Pin(row=rows[pin.reference_return_id], reason=f"{pin.reason}（{pin.created_by}）")
        for pin in sorted(facts.pins.get(line.contract_id, ()), key=lambda pin: pin.participant_id is None)
        if pin.participant_id in (None, line.participant_id) and pin.reference_return_id in rows
    ]
    chain = code_chain(line.village_code)
    return returns.look_up(facts.reference.get(crop, ()), crop, chain, facts.year, pins)


def quote(
    facts: Facts, village_code: str, priced: tuple[str, str | None], day: date, age: int
) -> MarketQuote | None:
    """The market price of a (product, grade) in a village on a day, at most `age` days old."""
    quotes = (
        MarketQuote(
            market_price_id=row.market_price_id,
            division_code=row.division_code,
            grade_code=row.grade_code,
            day=row.day,
            price=row.price,
        )
        for row in facts.quotes.get(priced, ())
        if day - timedelta(days=age) <= row.day <= day
    )
    return market_quote(quotes, code_chain(village_code), priced[1], day, age)


def land_use(facts: Facts, due: Due, use: LandUseRow, charged_in: Mapping[UUID, LineRef]) -> LandUseFact:
    """A land use of a line, with the reference rows of what it would otherwise have carried."""
    found = [used_row(facts, due.line, crop) for crop in use.displaced_crops]
    days, of_year = _days(use, facts.year)
    return LandUseFact(
        land_use_id=use.land_use_id,
        area_mu=use.area_mu,
        crops=use.displaced_crops,
        rows=tuple(row for row in found if row is not None),
        days_used=days,
        days_in_year=of_year,
        rented_in=use.rented_in,
        rent_either_way=use.rent_either_way,
        rent_paid=_rent(use, days),
        charged_in=charged_in.get(use.land_use_id),
    )


def _days(use: LandUseRow, year: int) -> tuple[int, int] | tuple[None, None]:
    """Days of use within the calendar year, and the days of that year; None for land of a season."""
    if use.use_from is None or use.use_to is None:
        return None, None
    first, last = max(use.use_from, date(year, 1, 1)), min(use.use_to, date(year, 12, 31))
    return max((last - first).days + 1, 0), (date(year + 1, 1, 1) - date(year, 1, 1)).days


def _rent(use: LandUseRow, days: int | None) -> Decimal | None:
    """The rent paid for the season, or for the days of the year out of all days of use; not rounded yet."""
    if days is None or use.rent_paid is None or use.use_from is None or use.use_to is None:
        return use.rent_paid
    return use.rent_paid * days / ((use.use_to - use.use_from).days + 1)
