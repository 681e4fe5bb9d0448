"""Terms of an order: what cannot be agreed, how they are stored, how they read."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.contracts.kinds import Terms
from registry.contracts.kinds.order.sentences import terms_sentence
from registry.contracts.kinds.order.terms import (
    Fixed,
    FloorOrMarket,
    Graded,
    GradeTerm,
    Ladder,
    MarketPlus,
    OrderTerms,
    PriceClause,
    mistakes,
    shown_in_unit,
    typed_in_unit,
)
from registry.contracts.prices import plain

D = Decimal
price = st.decimals(min_value=D("0.0001"), max_value=D(5000), places=4)


def terms(clause: PriceClause, **more: Any) -> OrderTerms:
    return OrderTerms(product_code="chili_dried", price=clause, **more)


def found(clause: PriceClause, **more: Any) -> list[tuple[str, str]]:
    return [(m.pointer, m.code) for m in mistakes(terms(clause, **more))]


def test_terms_that_can_stand_have_no_mistakes() -> None:
    graded = Graded(
        base=MarketPlus(percent=D(5), floor=D(3), cap=D(6)),
        reference_grade="first",
        grades=(
            GradeTerm(grade_code="second", price=D("2.5")),
            GradeTerm(grade_code="third", coefficient=D("0.8")),
        ),
    )
    assert found(graded, moisture=Ladder(above=D("12.5"), step=D("0.5"), percent=D(1))) == []
    assert found(FloorOrMarket(floor=D(4))) == []
    assert found(MarketPlus()) == []


def test_floor_above_cap_is_refused_in_the_unit_typed() -> None:
    refused = mistakes(terms(MarketPlus(floor=D(7), cap=D(6)), price_unit="jin"), "/components/0/terms")
    assert [(m.pointer, m.code) for m in refused] == [
        ("/components/0/terms/price/floor", "terms.floor_above_cap")
    ]
    assert refused[0].message == "保底价（每斤 3.5 元）不能高于封顶价（每斤 3 元），请检查"


def test_a_grade_of_its_own_floor_keeps_below_the_cap() -> None:
    clause = Graded(
        base=MarketPlus(cap=D(6)),
        reference_grade="first",
        grades=(GradeTerm(grade_code="first", price=D(7)), GradeTerm(grade_code="second", price=D(5))),
    )
    assert found(clause) == [("/price/grades/0/price", "terms.floor_above_cap")]


def test_grades_say_something_and_only_once() -> None:
    clause = Graded(
        base=Fixed(price=D(4)),
        reference_grade="first",
        grades=(GradeTerm(grade_code="a"), GradeTerm(grade_code="a", coefficient=D("0.9"))),
    )
    assert found(clause) == [
        ("/price/grades/0", "terms.grade_empty"),
        ("/price/grades/1/grade_code", "terms.grade_twice"),
    ]


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "0", "-1", "10001"])
def test_a_price_is_a_number_above_zero(bad: str) -> None:
    assert found(Fixed(price=D(bad))) == [("/price/price", "terms.price_range")]
    graded = Graded(
        base=FloorOrMarket(floor=D(bad)),
        reference_grade="a",
        grades=(GradeTerm(grade_code="a", coefficient=D(bad)), GradeTerm(grade_code="b", price=D(bad))),
    )
    assert [pointer for pointer, _ in found(graded)] == [
        "/price/base/floor",
        "/price/grades/0/coefficient",
        "/price/grades/1/price",
    ]


def test_percent_and_premium_may_be_negative_but_not_all_of_the_price() -> None:
    assert found(MarketPlus(percent=D("-10"), premium=D("-0.5"))) == []
    assert found(MarketPlus(percent=D("-100"))) == [("/price/percent", "terms.percent_range")]
    assert found(MarketPlus(percent=D("NaN"), premium=D("Infinity"))) == [
        ("/price/percent", "terms.price_range"),
        ("/price/premium", "terms.price_range"),
    ]


def test_ladders_are_percents() -> None:
    wrong = Ladder(above=D("NaN"), step=D(0), percent=D(100))
    assert [pointer for pointer, _ in found(Fixed(price=D(4)), moisture=wrong, impurity=wrong)] == [
        "/moisture/above",
        "/moisture/step",
        "/moisture/percent",
        "/impurity/above",
        "/impurity/step",
        "/impurity/percent",
    ]


@given(floor=price, cap=price, premium=price)
def test_stored_terms_come_back_as_they_were_typed(floor: Decimal, cap: Decimal, premium: Decimal) -> None:
    clause = Graded(
        base=MarketPlus(percent=D(5), premium=premium, floor=floor, cap=cap),
        reference_grade="first",
        grades=(
            GradeTerm(grade_code="first", price=floor),
            GradeTerm(grade_code="second", coefficient=D("0.9")),
        ),
    )
    typed = terms(clause, price_unit="jin")
    stored = typed_in_unit(typed)
    assert shown_in_unit(stored) == typed
    assert msgspec.json.decode(msgspec.json.encode(stored), type=Terms) == stored


@pytest.mark.parametrize("clause", [Fixed(price=D(3)), FloorOrMarket(floor=D(3)), MarketPlus()])
def test_each_clause_is_stored_per_kg(clause: PriceClause) -> None:
    typed = terms(clause, price_unit="jin")
    assert shown_in_unit(typed_in_unit(typed)) == typed


def test_the_tag_says_which_kind_and_clause() -> None:
    stored = msgspec.json.decode(msgspec.json.encode(terms(Fixed(price=D("4.0000")))))
    assert stored["kind"] == "order"
    assert stored["price"] == {"clause": "fixed", "price": "4.0000"}


def test_sentences() -> None:
    names = {"first": "一级", "second": "二级"}
    graded = Graded(
        base=Fixed(price=D(4)),
        reference_grade="first",
        grades=(GradeTerm(grade_code="second", price=D("3.6"), coefficient=D("0.95")),),
    )
    assert terms_sentence(terms(graded, price_unit="jin", market_age_days=3), names) == (
        "以一级为准，固定价每斤 2.00 元；二级每斤 1.80 元，按价格的 0.95 倍"
    )
    assert terms_sentence(terms(MarketPlus())) == "按当日市场价"
    impure = Ladder(above=D(2), step=D(1), percent=D("1.5"))
    assert terms_sentence(terms(Fixed(price=D("1.6667")), impurity=impure)).endswith(
        "；杂质超过 2% 的，每超 1 个百分点（不足一档按一档）扣重 1.5%"
    )
    assert plain(D("1000")) == "1000"
