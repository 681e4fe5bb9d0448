"""Prices whatever the kind: the market price of a day, what is unusual, how prices are written. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from registry.kernel import money
from registry.kernel.money import UNIT_NAMES, WeightUnit

PROMISE_AGE_DAYS: Final = 30
"""A promised price may use a market price at most this many days before signing (gains.md 2)."""
Unit: TypeAlias = Annotated[
    Literal["jin", "kg", "dan", "ton"], Meta(title="单位", extra={"labels": UNIT_NAMES})
]


class MarketQuote(Struct, frozen=True, kw_only=True):
    """A market price row: yuan per kg of a product and grade on a day, as seen in a division."""

    market_price_id: UUID
    division_code: str
    grade_code: str | None
    day: date
    price: Decimal


def market_quote(
    quotes: Iterable[MarketQuote], chain: Sequence[str], grade_code: str | None, day: date, age_days: int
) -> MarketQuote | None:
    """The nearest division upward (`chain`: village first) with a price of that grade and day; failing that
    the last earlier day's, at most `age_days` before (domain.md 5). Later prices are never used."""
    distance = {code: index for index, code in enumerate(chain)}
    fitting = [
        quote
        for quote in quotes
        if quote.grade_code == grade_code
        and quote.division_code in distance
        and 0 <= (day - quote.day).days <= age_days
    ]
    return min(fitting, key=lambda q: (day - q.day, distance[q.division_code]), default=None)


def amount(kg: Decimal, unit_price: Decimal) -> Decimal:
    """Net kg × unit price, rounded once to 0.01 yuan."""
    return money.yuan(money.finite(kg) * money.finite(unit_price))


def unusual(value: Decimal, usual: Decimal) -> bool:
    """Outside 0.6–1.7 × the usual price or yield: perhaps 斤 typed as 公斤 (domain.md 5, magnitude slips)."""
    return not usual * Decimal("0.6") <= value <= usual * Decimal("1.7")


def plain(value: Decimal, places: int = 0) -> str:
    """A number without needless zeros, with at least `places` decimals: 5.0000 → 5, 2 → 2.00."""
    text = format(value.normalize(), "f")
    whole, _, tail = text.partition(".")
    tail = tail.ljust(places, "0")
    return f"{whole}.{tail}" if tail else whole


def price_text(price: Decimal, unit: WeightUnit) -> str:
    """Yuan per kg as text per `unit`: 4.0000 with "jin" → 每斤 2.00 元."""
    return f"每{UNIT_NAMES[unit]} {plain(money.price_per_unit(price, unit), 2)} 元"
