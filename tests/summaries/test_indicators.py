"""Indicators out of exact sums: the worked distribution, every zero divisor, every unknown."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel import money
from registry.summaries.indicators import (
    Indicator,
    Totals,
    indicators,
    lower_40_share,
)
from tests.gains import cases
from tests.summaries.oracle import contract_fulfilled, counted_quantity, distribution, percentile

D = Decimal
gain = st.decimals(min_value=D(-10_000), max_value=D(50_000), places=2)


def text(indicator: Indicator) -> str | None:
    return None if indicator.value is None else str(indicator.value)


def test_the_worked_distribution() -> None:
    data = cases.case("summary_distribution")
    gains = [D(value) for value in data["gains"]]
    expect = data["expect"]
    found = indicators(
        Totals(
            households_linked=len(gains) + data["provisional"] + data["incomplete"],
            households_with_result=len(gains),
            cash_gain=money.total(gains),
            **distribution(gains),
        )
    )
    names = (
        "households_linked",
        "cash_gain",
        "gain_per_household",
        "gain_p10",
        "gain_p50",
        "gain_p90",
        "gain_lower_40_share",
        "households_losing",
    )
    assert {name: text(found[name]) for name in names} == {name: str(expect[name]) for name in names}
    assert found["cash_gain"].n == expect["households_with_result"]
    assert str(found["gain_lower_40_share"].numerator) == expect["lower_40"]


def test_nothing_recognised_is_unknown_and_not_zero() -> None:
    found = indicators(Totals(households_linked=3, participations=4, households_registered=10))
    known = {name: text(indicator) for name, indicator in found.items() if indicator.value is not None}
    assert known == {"households_linked": "3", "participations": "4", "coverage": "30.00"}


def totals(**more: Any) -> dict[str, Indicator]:
    values: dict[str, Any] = {
        "households_linked": 9,
        "participations": 11,
        "households_registered": 12,
        "households_official": 450,
        "households_with_result": 8,
        "receipts": D("80000.00"),
        "cash_gain": D("20000.00"),
        "labour_adjusted_gain": D("9000.00"),
        "labour_households": 7,
        "mu_gain": D("20000.00"),
        "mu_area": D("16.50"),
        "mu_lines": 9,
        "person_gain": D("15000.00"),
        "persons": 22,
        "person_households": 6,
        "income": (D("0.00"), D("20000.00"), D("0.00"), D("0.00")),
        "person_income": (D("0.00"), D("15000.00"), D("0.00"), D("0.00")),
        "contracted_area": D("20.00"),
        "planted_area": D("64.00"),
        "order_lines": 11,
        "contracts_due": 3,
        "contracts_fulfilled": 2,
        "quantity_delivered": D("900.00"),
        "quantity_planned": D("1000.00"),
        "quantity_lines": 5,
        **more,
    }
    return indicators(Totals(**values))


def test_every_indicator_orders_can_fill() -> None:
    found = totals()
    assert {name: text(found[name]) for name in found if found[name].value is not None} == {
        "households_linked": "9",
        "participations": "11",
        "coverage": "75.00",
        "coverage_official": "2.00",
        "receipts": "80000.00",
        "cash_gain": "20000.00",
        "labour_adjusted_gain": "9000.00",
        "receipts_per_household": "10000.00",
        "gain_per_household": "2500.00",
        "gain_per_mu": "1212.12",
        "gain_per_person": "681.82",
        "households_without_residents": "2",
        "order_coverage": "31.25",
        "fulfilment_by_contract": "66.67",
        "fulfilment_by_quantity": "90.00",
        **{f"income_{name}": "0.00" for name in ("wage", "property", "transfer")},
        **{f"income_{name}_per_household": "0.00" for name in ("wage", "property", "transfer")},
        **{f"income_{name}_per_person": "0.00" for name in ("wage", "property", "transfer")},
        "income_business": "20000.00",
        "income_business_per_household": "2500.00",
        "income_business_per_person": "681.82",
    }
    assert found["gain_per_mu"].denominator == D("16.50")
    assert (found["labour_adjusted_gain"].n, found["gain_per_person"].n) == (7, 6)


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"households_registered": 0}, "coverage"),
        ({"households_official": None}, "coverage_official"),
        ({"mu_area": D("0.00")}, "gain_per_mu"),
        ({"persons": 0}, "gain_per_person"),
        ({"planted_area": None}, "order_coverage"),
        ({"contracts_due": 0}, "fulfilment_by_contract"),
        ({"quantity_planned": D("0.00")}, "fulfilment_by_quantity"),
        ({"labour_households": 0}, "labour_adjusted_gain"),
        ({}, "paid_share"),
        ({}, "arrears_over_90"),
    ],
)
def test_a_zero_or_unknown_divisor_is_unknown(changed: dict[str, Any], name: str) -> None:
    assert totals(**changed)[name].value is None


def test_more_than_was_planted_is_shown_and_flagged() -> None:
    found = totals(planted_area=D("16.00"))["order_coverage"]
    assert (text(found), found.flag) == ("125.00", "above_100")
    assert totals()["order_coverage"].flag is None


def test_few_households_or_a_total_loss_have_no_lower_share() -> None:
    def share(gains: list[Decimal]) -> Decimal | int | None:
        return lower_40_share(Totals(**distribution(gains))).value

    assert share([D(1)] * 4) is None
    assert share([D(-1)] * 5) is None
    assert share([D(1)] * 5) == D("40.00")


@given(st.lists(gain, min_size=1, max_size=60), st.sampled_from([10, 50, 90]))
def test_a_percentile_is_a_real_households_value(gains: list[Decimal], percent: int) -> None:
    ordered = sorted(gains)
    value = percentile(ordered, percent)
    assert value is not None
    assert value in gains
    assert sum(one <= value for one in gains) * 100 >= percent * len(gains)
    assert sum(one < value for one in gains) * 100 < percent * len(gains)


def test_a_contract_is_fulfilled_by_quantity_state_and_payment() -> None:
    whole: dict[str, Any] = {"completed": True, "delivered_kg": D(95), "planned_kg": D(100), "overdue": None}
    assert contract_fulfilled(**whole)
    assert contract_fulfilled(**whole | {"planned_kg": None, "delivered_kg": D(0)})
    assert not contract_fulfilled(**whole | {"delivered_kg": D("94.99")})
    assert not contract_fulfilled(**whole | {"completed": False})
    assert not contract_fulfilled(**whole | {"overdue": D("0.01")})
    assert contract_fulfilled(**whole | {"overdue": D("0.00")})
    assert (counted_quantity(D(120), D(100)), counted_quantity(D(80), D(100))) == (D(100), D(80))
