"""Weigh tickets and allocations, and everything that makes one impossible."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.contracts.kinds.order.terms import Ladder
from registry.fulfilment.weighing import (
    Ticket,
    allocate,
    allocate_by_household,
    allocated_amounts,
    ladder_percent,
    mistakes,
    weigh,
)
from registry.kernel import money
from registry.kernel.errors import Invalid
from tests.gains import cases

D = Decimal
MOISTURE = Ladder(above=D("12.5"), step=D("0.5"), percent=D(1))
IMPURITY = Ladder(above=D(2), step=D(1), percent=D("1.5"))


def ticket(**values: Any) -> Ticket:
    typed: dict[str, Any] = {"unit": "kg", "gross": D(1000), "tare": D(200), **values}
    return Ticket(**typed)


def codes(found: Any) -> list[tuple[str, str]]:
    return [(m.pointer, m.code) for m in found]


@pytest.mark.parametrize(
    ("reading", "percent"), [("12.5", 0), ("12.6", 1), ("13.0", 1), ("13.01", 2), ("14.1", 4), ("11", 0)]
)
def test_a_started_step_counts(reading: str, percent: int) -> None:
    assert ladder_percent(MOISTURE, D(reading)) == percent


def test_without_ladder_or_reading_nothing_is_taken_off() -> None:
    assert ladder_percent(None, D(20)) == 0
    assert ladder_percent(MOISTURE, None) == 0
    weighed = weigh(ticket(moisture_percent=D(20)))
    assert (str(weighed.net_kg), weighed.percent_from) == ("800.00", "none")


def test_the_percents_of_two_ladders_add() -> None:
    weighed = weigh(
        ticket(moisture_percent=D(13), impurity_percent=D("2.5")), moisture=MOISTURE, impurity=IMPURITY
    )
    assert weighed.deduction_percent == D("2.5")
    assert (str(weighed.net_kg), weighed.percent_from) == ("780.00", "ladder")


def test_a_typed_percent_replaces_the_ladder_with_a_reason() -> None:
    typed = ticket(moisture_percent=D(14), deduction_percent=D(2))
    assert codes(mistakes(typed, moisture=MOISTURE)) == [("/deduction_reason", "delivery.reason_missing")]
    weighed = weigh(
        ticket(moisture_percent=D(14), deduction_percent=D(2), deduction_reason="双方商定"), moisture=MOISTURE
    )
    assert (str(weighed.net_kg), weighed.percent_from) == ("784.00", "typed")
    assert mistakes(ticket(moisture_percent=D(14), deduction_percent=D(3)), moisture=MOISTURE) == []
    assert mistakes(ticket(deduction_percent=D(3)), moisture=MOISTURE) == []


def test_weights_are_computed_in_the_unit_typed_and_rounded_once() -> None:
    typed = ticket(
        unit="jin", gross=D("2573.01"), tare=D(624), deduction_percent=D(3), deduction_weight=D("1.5")
    )
    assert str(weigh(typed).net_kg) == "944.52"


def test_a_net_weight_must_be_left() -> None:
    assert codes(mistakes(ticket(tare=D(1000)))) == [("/tare", "delivery.tare_not_below_gross")]
    empty = mistakes(ticket(gross=D(960), tare=D(0), deduction_weight=D(980)))
    assert codes(empty) == [("/deduction_weight", "delivery.net_not_positive")]
    assert empty[0].message == "扣除后净重为 -20 公斤，净重必须大于 0，请检查扣重"
    assert codes(mistakes(ticket(deduction_percent=D(100)))) == [
        ("/deduction_weight", "delivery.net_not_positive")
    ]
    with pytest.raises(Invalid) as refused:
        weigh(ticket(tare=D(1200)))
    assert "皮重（1200 公斤）不能大于或等于毛重（1000 公斤），请检查" in refused.value.mistakes[0].message


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-1"])
def test_weights_and_percents_are_numbers(bad: str) -> None:
    wrong = ticket(
        gross=D(bad),
        tare=D(bad),
        deduction_weight=D(bad),
        deduction_percent=D(bad),
        moisture_percent=D(bad),
        impurity_percent=D(bad),
    )
    assert codes(mistakes(wrong, moisture=MOISTURE)) == [
        ("/gross", "delivery.weight_range"),
        ("/tare", "delivery.weight_range"),
        ("/deduction_weight", "delivery.weight_range"),
        ("/deduction_percent", "delivery.percent_range"),
        ("/moisture_percent", "delivery.percent_range"),
        ("/impurity_percent", "delivery.percent_range"),
    ]


def test_the_worked_truck() -> None:
    data = cases.case("allocation_one_truck")
    shares = allocate(D(data["net_kg"]), [D(declared) for declared in data["declared"]])
    amounts, amount = allocated_amounts(shares, D(data["unit_price"]))
    assert [str(share) for share in shares] == data["expect"]["allocated"]
    assert [str(value) for value in amounts] == data["expect"]["amounts"]
    assert str(amount) == data["expect"]["amount"]


@pytest.mark.parametrize(
    ("net", "declared", "wanted"),
    [
        ("10.00", [], [("/allocations", "allocation.none")]),
        (
            "10.00",
            ["1", "0", "NaN"],
            [
                ("/allocations/1/declared_kg", "allocation.not_positive"),
                ("/allocations/2/declared_kg", "allocation.not_positive"),
            ],
        ),
        ("0.01", ["1", "1"], [("/allocations/1/declared_kg", "allocation.too_small")]),
    ],
)
def test_allocations_that_cannot_be(net: str, declared: list[str], wanted: list[tuple[str, str]]) -> None:
    with pytest.raises(Invalid) as refused:
        allocate(D(net), [D(value) for value in declared])
    assert codes(refused.value.mistakes) == wanted


kilograms = st.decimals(min_value=D("0.01"), max_value=D(50_000), places=2)


@given(net=st.decimals(min_value=D(100), max_value=D(60_000), places=2), data=st.data())
def test_an_allocation_adds_up_whatever_the_order(net: Decimal, data: st.DataObject) -> None:
    declared = {
        ("421303187236", number): D(weight)
        for number, weight in enumerate(data.draw(st.lists(st.integers(50, 900), min_size=1, max_size=30)))
    }
    shuffled = dict(data.draw(st.permutations(list(declared.items()))))
    shares = allocate_by_household(net, declared)
    assert money.total(shares.values()) == net
    assert allocate_by_household(net, shuffled) == shares
    amounts, amount = allocated_amounts(list(shares.values()), D("4.1234"))
    assert money.total(amounts) == amount


@given(gross=kilograms, tare=kilograms, percent=st.decimals(min_value=0, max_value=100, places=4))
def test_a_ticket_has_a_net_above_zero_or_a_mistake(gross: Decimal, tare: Decimal, percent: Decimal) -> None:
    typed = ticket(gross=gross, tare=tare, deduction_percent=percent)
    if not mistakes(typed):
        net = weigh(typed).net_kg
        assert 0 < net <= gross
