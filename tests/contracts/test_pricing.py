"""Unit prices of a delivery day and promised prices; the worked cases to the last digit."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.contracts import prices
from registry.contracts.kinds.order import pricing
from registry.contracts.kinds.order.pricing import (
    delivery_price,
    promised_premium,
    promised_price,
)
from registry.contracts.kinds.order.sentences import terms_sentence
from registry.contracts.kinds.order.terms import (
    Fixed,
    FloorOrMarket,
    Graded,
    GradeTerm,
    MarketPlus,
    OrderTerms,
    PriceClause,
    typed_in_unit,
)
from registry.contracts.prices import MarketQuote
from registry.fulfilment.weighing import Ticket, weigh
from registry.reference.returns import code_chain
from tests.gains import cases

D = Decimal
DAY = date(2022, 8, 20)
CHAIN = code_chain("421303187236")
positive = st.decimals(min_value=D("0.01"), max_value=D(500), places=4)


def quote(
    price: str, *, day: date = DAY, division: str = CHAIN[0], grade: str | None = None, number: int = 1
) -> MarketQuote:
    return MarketQuote(
        market_price_id=UUID(int=number), division_code=division, grade_code=grade, day=day, price=D(price)
    )


def terms(clause: PriceClause, **more: Any) -> OrderTerms:
    return OrderTerms(product_code="chili_dried", price=clause, **more)


@pytest.mark.parametrize("name", cases.names("pricing"))
def test_worked_case(name: str) -> None:
    data = cases.case(name)
    agreed = typed_in_unit(msgspec.convert(data["terms"] | {"kind": "order"}, OrderTerms, strict=False))
    ticket = dict(data["ticket"])
    grade = ticket.pop("grade", None)
    weighed = weigh(
        msgspec.convert(ticket, Ticket, strict=False), moisture=agreed.moisture, impurity=agreed.impurity
    )
    expect = data["expect"]
    assert str(weighed.net_kg) == expect["net_kg"]
    assert terms_sentence(agreed) == expect["sentence"]
    assert pricing.market_grade(agreed, grade) == expect.get("market_grade", grade)
    for day in expect["day"]:
        priced = delivery_price(agreed, grade, quote(day["market"]) if "market" in day else None)
        assert priced.missing == day.get("missing")
        if priced.unit_price is None:
            continue
        assert str(priced.unit_price) == day["unit_price"]
        assert str(prices.amount(weighed.net_kg, priced.unit_price)) == day["amount"]


def test_the_nearest_division_with_a_price_of_the_day_is_taken() -> None:
    quotes = [
        quote("5.0", division=CHAIN[3]),
        quote("5.2", division=CHAIN[1], number=2),
        quote("5.4", division=CHAIN[0], day=DAY - timedelta(days=1), number=3),
        quote("9.9", division="421303188000", number=4),
        quote("9.8", division=CHAIN[0], grade="first", number=5),
        quote("9.7", division=CHAIN[0], day=DAY + timedelta(days=1), number=6),
    ]
    taken = prices.market_quote(quotes, CHAIN, None, DAY, 0)
    assert taken is not None
    assert taken.price == D("5.2")
    later = prices.market_quote(quotes[2:], CHAIN, None, DAY, 0)
    assert later is None
    aged = prices.market_quote(quotes[2:], CHAIN, None, DAY, 1)
    assert aged is not None
    assert aged.price == D("5.4")


def test_a_ticket_without_grade_counts_as_the_reference_grade() -> None:
    clause = Graded(
        base=FloorOrMarket(floor=D(4)),
        reference_grade="first",
        grades=(
            GradeTerm(grade_code="first", price=D("4.2")),
            GradeTerm(grade_code="second", price=D("3.6")),
        ),
    )
    agreed = terms(clause)
    assert pricing.market_grade(agreed, None) == "first"
    assert pricing.market_grade(agreed, "second") == "second"
    assert delivery_price(agreed, None, quote("4.0")).unit_price == D("4.2000")
    assert delivery_price(agreed, "third", quote("3.0")).unit_price == D("4.0000")
    missing = delivery_price(agreed, "second", None)
    assert (missing.unit_price, missing.missing, missing.grade_code) == (None, "market_price", "second")


def test_a_fixed_price_needs_no_market() -> None:
    clause = Graded(
        base=Fixed(price=D(4)), reference_grade="a", grades=(GradeTerm(grade_code="b", price=D("3.5")),)
    )
    assert delivery_price(terms(clause), "b", None).unit_price == D("3.5000")
    assert delivery_price(terms(Fixed(price=D("4"))), None, None).unit_price == D("4.0000")
    assert not pricing.needs_market(terms(clause))
    assert pricing.market_grade(terms(Fixed(price=D(4))), "b") == "b"


@given(market=positive, floor=positive, cap=positive, percent=st.integers(-50, 50), premium=positive)
def test_market_plus_stays_between_floor_and_cap(
    market: Decimal, floor: Decimal, cap: Decimal, percent: int, premium: Decimal
) -> None:
    low, high = sorted((floor, cap))
    clause = MarketPlus(percent=D(percent), premium=-premium, floor=low, cap=high)
    got = delivery_price(terms(clause), None, quote(str(market))).unit_price
    assert got is not None
    assert low <= got <= high
    assert got == pricing.delivery_price(terms(clause), None, quote(str(market))).unit_price


def test_a_price_is_never_below_zero() -> None:
    assert delivery_price(terms(MarketPlus(premium=D(-3))), None, quote("2.0")).unit_price == D("0.0000")


@given(market=positive, floor=positive)
def test_floor_or_market_is_the_higher_of_both(market: Decimal, floor: Decimal) -> None:
    got = delivery_price(terms(FloorOrMarket(floor=floor)), None, quote(str(market))).unit_price
    assert got == max(floor, market)


def graded(base: Fixed | FloorOrMarket | MarketPlus, **grade: Decimal) -> Graded:
    return Graded(base=base, reference_grade="a", grades=(GradeTerm(grade_code="a", **grade),))


@pytest.mark.parametrize(
    ("clause", "market", "promised"),
    [
        (Fixed(price=D(4)), None, "4.0000"),
        (FloorOrMarket(floor=D("2.8")), "9.0", "2.8000"),
        (MarketPlus(percent=D(5), premium=D("0.2"), floor=D(3)), "5.10", "5.5550"),
        (MarketPlus(percent=D(5), floor=D(3)), None, "3.0000"),
        (MarketPlus(percent=D(5)), None, None),
        (graded(Fixed(price=D(4)), price=D("4.4")), None, "4.4000"),
        (graded(FloorOrMarket(floor=D(4)), coefficient=D("0.9")), None, "3.6000"),
        (graded(MarketPlus(percent=D(5), floor=D(3)), price=D("3.3")), None, "3.3000"),
        (graded(MarketPlus(percent=D(5)), coefficient=D("0.9")), None, None),
    ],
)
def test_the_promised_price(clause: PriceClause, market: str | None, promised: str | None) -> None:
    got = promised_price(terms(clause), None if market is None else quote(market))
    assert (None if got is None else str(got)) == promised


@pytest.mark.parametrize(
    ("clause", "market", "premium"),
    [
        (MarketPlus(premium=D("0.2")), None, "0.2000"),
        (MarketPlus(percent=D(5), premium=D("0.2")), "5.00", "0.4500"),
        (MarketPlus(percent=D(5), premium=D("0.2")), None, None),
        (MarketPlus(premium=D("0.2"), cap=D(6)), "5.00", None),
        (Fixed(price=D(4)), "3.00", None),
        (FloorOrMarket(floor=D(4)), "3.00", None),
        (graded(MarketPlus(premium=D("0.2")), coefficient=D("0.9")), "5.00", None),
        (graded(MarketPlus(premium=D("0.2")), price=D(3)), None, "0.2000"),
    ],
)
def test_only_a_guaranteed_premium_is_promised(
    clause: PriceClause, market: str | None, premium: str | None
) -> None:
    got = promised_premium(terms(clause), None if market is None else quote(market))
    assert (None if got is None else str(got)) == premium


def test_jin_typed_as_kg_looks_unusual() -> None:
    assert prices.unusual(D("8.00"), D("4.00"))
    assert prices.unusual(D("2.00"), D("4.00"))
    assert not prices.unusual(D("2.40"), D("4.00"))
    assert not prices.unusual(D("6.80"), D("4.00"))
