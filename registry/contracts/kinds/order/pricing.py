"""Unit prices out of a price clause: on a delivery day, and as promised on the day of signing.

Pure: which market price rows exist is handed in, loading them and storing prices is the services' work.
"""

from decimal import Decimal
from typing import assert_never

from msgspec import Struct

from registry.contracts.kinds.order.terms import (
    BaseClause,
    Fixed,
    FloorOrMarket,
    Graded,
    GradeTerm,
    MarketPlus,
    OrderTerms,
    base_of,
    grade_of,
)
from registry.contracts.prices import MarketQuote
from registry.kernel import money


class Priced(Struct, frozen=True, kw_only=True):
    """A unit price (yuan per kg, 4 decimals) and the market price it is based on; or None and what is
    missing.

    `missing` is "market_price"; `grade_code` is the grade whose market price was or is wanted.
    """

    unit_price: Decimal | None
    market: MarketQuote | None = None
    missing: str | None = None
    grade_code: str | None = None


def needs_market(terms: OrderTerms) -> bool:
    """Whether a delivery's price depends on the market price of the day."""
    return not isinstance(base_of(terms.price), Fixed)


def market_grade(terms: OrderTerms, grade_code: str | None) -> str | None:
    """The grade whose market price prices a delivery of `grade_code`: its own, or the reference grade of the
    terms where the ticket names none or the terms multiply it by a coefficient (domain.md 5, `graded`)."""
    if not isinstance(terms.price, Graded):
        return grade_code
    term = grade_of(terms.price, grade_code)
    multiplied = term is not None and term.coefficient is not None
    return terms.price.reference_grade if multiplied or grade_code is None else grade_code


def ticket_grade(terms: OrderTerms, grade_code: str | None) -> str | None:
    """The grade whose market price is looked up: the clause's, or under a fixed price the ticket's own."""
    if needs_market(terms):
        return market_grade(terms, grade_code)
    if grade_code is None and isinstance(terms.price, Graded):
        return terms.price.reference_grade
    return grade_code


def delivery_price(terms: OrderTerms, grade_code: str | None, market: MarketQuote | None) -> Priced:
    """Unit price on the delivery day (domain.md 5); unpriced, naming what is missing, without a market price.

    `market` is the quote for `market_grade(terms, grade_code)`; it is not looked at by a fixed price.
    """
    wanted = market_grade(terms, grade_code)
    if not needs_market(terms):
        return Priced(unit_price=_price(terms, grade_code, Decimal(0)), grade_code=wanted)
    if market is None:
        return Priced(unit_price=None, missing="market_price", grade_code=wanted)
    return Priced(unit_price=_price(terms, grade_code, market.price), market=market, grade_code=wanted)


def promised_price(terms: OrderTerms, market: MarketQuote | None) -> Decimal | None:
    """The price promised on the day of signing (gains.md 2), of the reference grade; None is unknown.

    `market`: the latest quote of `market_grade(terms, None)` at most `PROMISE_AGE_DAYS` before signing.
    """
    base, term = base_of(terms.price), grade_of(terms.price, None)
    if not isinstance(base, MarketPlus):
        return _price(terms, None, Decimal(0))
    if market is not None:
        return _price(terms, None, market.price)
    floor = base.floor if term is None or term.price is None else term.price
    return None if floor is None else _multiplied(floor, term)


def promised_premium(terms: OrderTerms, market: MarketQuote | None) -> Decimal | None:
    """Premium over the market in yuan per kg that the clause guarantees (gains.md 2, `price_premium`).

    Only an uncapped `market_plus` guarantees one: the percent of the latest market price plus the premium.
    Every other clause promises a price and no premium: None.
    """
    base, term = base_of(terms.price), grade_of(terms.price, None)
    multiplied = term is not None and term.coefficient not in (None, Decimal(1))
    if not isinstance(base, MarketPlus) or base.cap is not None or multiplied:
        return None
    if not base.percent:
        return money.unit_price(base.premium)
    if market is None:
        return None
    return money.unit_price(market.price * base.percent / 100 + base.premium)


def _price(terms: OrderTerms, grade_code: str | None, market: Decimal) -> Decimal:
    """The clause on a known market price: base, then the grade's own price in it, its coefficient last."""
    term = grade_of(terms.price, grade_code)
    own = None if term is None else term.price
    return _multiplied(_clause_price(base_of(terms.price), market, own), term)


def _clause_price(clause: BaseClause, market: Decimal, own: Decimal | None) -> Decimal:
    """Unrounded price of a clause, never below 0; `own` replaces the agreed or floor price of a grade."""
    match clause:
        case Fixed(price=price):
            return price if own is None else own
        case FloorOrMarket(floor=floor):
            return max(floor if own is None else own, market)
        case MarketPlus():
            price = market * (1 + clause.percent / 100) + clause.premium
            low = clause.floor if own is None else own
            price = max(price, low or Decimal(0))
            return price if clause.cap is None else min(price, clause.cap)
        case _:
            assert_never(clause)


def _multiplied(price: Decimal, term: GradeTerm | None) -> Decimal:
    """The coefficient of a grade comes last; then the one rounding of a unit price."""
    factor = None if term is None else term.coefficient
    return money.unit_price(price if factor is None else price * factor)
