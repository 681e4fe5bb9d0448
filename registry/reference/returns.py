"""Returns per mu of a crop: identities of a row, derived values, and which row, labour price and deflator a
year uses. Pure: loading and storing rows is the service's work."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from msgspec import Struct

from registry.divisions.model import parents
from registry.kernel import money

TOLERANCE: Final = Decimal("0.05")
RECENT_YEARS: Final = 3

IDENTITIES: Final[tuple[tuple[str, tuple[tuple[int, str], ...]], ...]] = (
    ("labour_cost", ((1, "family_labour"), (1, "hired_labour"))),
    ("land_cost", ((1, "land_rent"), (1, "own_land_rent"))),
    ("total_cost", ((1, "materials_services"), (1, "labour_cost"), (1, "land_cost"))),
    ("net_profit", ((1, "output_value"), (-1, "total_cost"))),
    ("output_value", ((1, "main_product"), (1, "by_product"))),
    ("cash_cost", ((1, "materials_services"), (1, "hired_labour"), (1, "land_rent"))),
    ("cash_income", ((1, "output_value"), (-1, "cash_cost"))),
    ("cash_income", ((1, "net_profit"), (1, "family_labour"), (1, "own_land_rent"))),
)
"""What must hold between the columns of a row (gains.md 1), each `total = ± term ± term`."""


class ReferenceRow(Struct, frozen=True, kw_only=True):
    """One crop, division and year: yuan, kg and days per mu, as published."""

    reference_return_id: UUID
    crop_code: str
    crop_name: str
    division_code: str
    year: int
    yield_kg: Decimal | None
    output_value: Decimal
    materials_services: Decimal
    hired_labour: Decimal
    land_rent: Decimal
    quality: str
    source_text: str
    price_per_50kg: Decimal | None = None
    family_labour: Decimal | None = None
    own_land_rent: Decimal | None = None
    family_days: Decimal | None = None
    hired_days: Decimal | None = None
    days_derived: bool = False
    excluded_items: tuple[str, ...] = ()

    @property
    def cash_cost(self) -> Decimal:
        """Materials & services + hired labour + land rent paid."""
        return self.materials_services + self.hired_labour + self.land_rent

    @property
    def cash_income(self) -> Decimal:
        """Output value − cash cost: what a mu leaves in the household's hand before own labour and land."""
        return self.output_value - self.cash_cost

    @property
    def is_planning(self) -> bool:
        """Figures based on it are 估算 and cannot enter a public notice."""
        return self.quality == "planning"


class Broken(Struct, frozen=True, kw_only=True):
    """An identity a row breaks, as written in `gains.md`, and by how much (yuan, positive)."""

    identity: str
    total: str
    difference: Decimal


class UsedRow(Struct, frozen=True, kw_only=True):
    """The row a line uses, how many years older than the line it is; reason: why it was pinned, or why a
    pinned one was not used."""

    row: ReferenceRow
    gap_years: int
    pinned: bool = False
    reason: str | None = None


class Pin(Struct, frozen=True, kw_only=True):
    """A row fixed by a person, with the reason (gains.md 1)."""

    row: ReferenceRow
    reason: str


class LabourPrice(Struct, frozen=True, kw_only=True):
    """Labour day price (劳动日工价) in yuan and its year; a later year uses the latest before it."""

    year: int
    price: Decimal


class Deflator(Struct, frozen=True, kw_only=True):
    """Product of (index ÷ 100) over base + 1 … year; None, naming the years without an index."""

    value: Decimal | None
    base_year: int
    indices: tuple[tuple[int, Decimal], ...] = ()
    missing_years: tuple[int, ...] = ()


def identity_text(total: str, terms: Sequence[tuple[int, str]]) -> str:
    """labour_cost = family_labour + hired_labour"""
    said = "".join(f" {'+' if sign > 0 else '−'} {name}" for sign, name in terms)
    return f"{total} = {said.removeprefix(' + ')}"


def broken_identities(values: Mapping[str, Decimal | None]) -> list[Broken]:
    """Every identity whose terms are present and that is off by more than 0.05 yuan (gains.md 1).

    `values`: columns and totals by name, whatever the source gives; a total that is not given but follows
    from given terms counts as present on the right side. ValueError for a number that is not finite.
    """
    known = {name: money.finite(value) for name, value in values.items() if value is not None}
    found = []
    for total, terms in IDENTITIES:
        right = _sum(terms, known)
        if total not in known or right is None:
            continue
        difference = abs(known[total] - right)
        if difference > TOLERANCE:
            found.append(Broken(identity=identity_text(total, terms), total=total, difference=difference))
    return found


def _sum(terms: Iterable[tuple[int, str]], known: Mapping[str, Decimal]) -> Decimal | None:
    values = [(sign, _known(name, known)) for sign, name in terms]
    if any(value is None for _, value in values):
        return None
    return sum((sign * value for sign, value in values if value is not None), Decimal(0))


def _known(name: str, known: Mapping[str, Decimal]) -> Decimal | None:
    """A value given, or the sum of a total's terms where those are given."""
    if name in known:
        return known[name]
    terms = next((terms for total, terms in IDENTITIES if total == name), None)
    return None if terms is None else _sum(terms, known)


def derived_family_days(family_labour: Decimal, price: Decimal) -> Decimal | None:
    """Family labour value ÷ labour day price of the row's year, where a source gives only the sum of days;
    the row is then marked `days_derived`. None for a zero price."""
    return money.days(family_labour / price) if price else None


def code_chain(code: str) -> tuple[str, ...]:
    """A division and those above it by code, nearest first: village, township … province."""
    return parents(code)


def look_up(
    rows: Iterable[ReferenceRow], crop_code: str, chain: Sequence[str], year: int, pins: Iterable[Pin] = ()
) -> UsedRow | None:
    """The row of a crop for a line of `year` in the village whose division chain (nearest first) is given.

    A pin of that crop wins, the first given (annex line before contract), unless its row is of a later year:
    then the reason says so. Otherwise never a later year; the nearest division with a row at most three years
    old, its latest; else the nearest's latest (gains.md 1).
    """
    pin = next((one for one in pins if one.row.crop_code == crop_code), None)
    if pin is not None and pin.row.year <= year:
        return UsedRow(row=pin.row, gap_years=year - pin.row.year, pinned=True, reason=pin.reason)
    passed_over = None if pin is None else f"固定的参照数据是 {pin.row.year} 年的，晚于 {year} 年，没有采用"
    distance = {code: index for index, code in enumerate(chain)}
    usable = [
        row
        for row in rows
        if row.crop_code == crop_code and row.division_code in distance and row.year <= year
    ]
    best = min(
        usable,
        key=lambda row: (year - row.year > RECENT_YEARS, distance[row.division_code], -row.year),
        default=None,
    )
    return None if best is None else UsedRow(row=best, gap_years=year - best.year, reason=passed_over)


def labour_price(prices: Iterable[LabourPrice], year: int) -> LabourPrice | None:
    """The labour day price of a year, or the latest before it (its own year is named in the result)."""
    return max((price for price in prices if price.year <= year), key=lambda price: price.year, default=None)


def deflator(indices: Mapping[int, Decimal], base_year: int, year: int) -> Deflator:
    """Rural CPI of the province (previous year = 100) from the base year to the line's year (gains.md 4)."""
    years = range(base_year + 1, year + 1)
    missing = tuple(y for y in years if y not in indices)
    if missing or base_year > year:
        return Deflator(value=None, base_year=base_year, missing_years=missing)
    value = Decimal(1)
    for y in years:
        value = value * indices[y] / 100
    return Deflator(value=value, base_year=base_year, indices=tuple((y, indices[y]) for y in years))
