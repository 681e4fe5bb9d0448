"""Identities of a reference row, and which row, labour price and deflator a year uses."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from registry.gains.model import row_source
from registry.reference.returns import (
    LabourPrice,
    Pin,
    ReferenceRow,
    broken_identities,
    code_chain,
    deflator,
    derived_family_days,
    labour_price,
    look_up,
)
from tests.gains import cases

D = Decimal
CHAIN = code_chain("421303187236")
PRICES = [
    LabourPrice(year=2021, price=D("92.20")),
    LabourPrice(year=2022, price=D("95.30")),
    LabourPrice(year=2024, price=D("99.92")),
]
GOOD = {
    "output_value": "1407.77",
    "materials_services": "690.79",
    "family_labour": "295.36",
    "hired_labour": "113.40",
    "land_rent": "39.87",
    "own_land_rent": "179.53",
    "labour_cost": "408.76",
    "land_cost": "219.40",
    "total_cost": "1318.95",
    "net_profit": "88.82",
    "cash_cost": "844.06",
    "cash_income": "563.71",
    "main_product": "1380.00",
    "by_product": "27.77",
}


def values(**changed: str) -> dict[str, Decimal | None]:
    return {name: D(value) for name, value in (GOOD | changed).items()}


def row(year: int, division: str = "420000000000", crop: str = "rice", **more: Any) -> ReferenceRow:
    return ReferenceRow(
        reference_return_id=UUID(int=year * 10**12 + int(division)),
        crop_code=crop,
        crop_name="稻",
        division_code=division,
        year=year,
        yield_kg=None,
        output_value=D(1500),
        materials_services=D(600),
        hired_labour=D(100),
        land_rent=D(20),
        quality="official",
        source_text="示例来源",
        **more,
    )


def test_a_row_that_breaks_its_identity_is_refused_by_name() -> None:
    data = cases.case("reference_row_refused")
    broken = broken_identities({name: D(value) for name, value in data["row"].items()})
    assert [(b.identity, str(b.difference)) for b in broken] == [
        (data["expect"]["identity"], data["expect"]["difference"])
    ]


def test_a_whole_row_keeps_every_identity() -> None:
    assert broken_identities(values()) == []
    assert broken_identities({**values(), "net_profit": None}) == []


@pytest.mark.parametrize(
    ("column", "wrong", "identities"),
    [
        ("labour_cost", "408.90", {"labour_cost", "total_cost"}),
        ("land_cost", "219.46", {"land_cost", "total_cost"}),
        ("by_product", "27.90", {"output_value"}),
        ("cash_cost", "844.20", {"cash_cost", "cash_income"}),
        ("net_profit", "88.70", {"net_profit", "cash_income"}),
    ],
)
def test_each_identity_is_checked(column: str, wrong: str, identities: set[str]) -> None:
    assert {b.total for b in broken_identities(values(**{column: wrong}))} == identities


def test_the_tolerance_is_five_fen() -> None:
    assert broken_identities(values(by_product="27.82")) == []
    assert len(broken_identities(values(by_product="27.83"))) == 1


def test_a_total_that_follows_from_given_terms_counts_as_present() -> None:
    given = {"materials_services": D(600), "family_labour": D(300), "hired_labour": D(100)}
    land = {"land_rent": D(20), "own_land_rent": D(80)}
    assert broken_identities({**given, **land, "total_cost": D(1100)}) == []
    assert [b.identity for b in broken_identities({**given, **land, "total_cost": D(1200)})] == [
        "total_cost = materials_services + labour_cost + land_cost"
    ]
    assert broken_identities({**given, "total_cost": D(1200)}) == []


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        broken_identities({"labour_cost": D("NaN")})


def test_derived_values() -> None:
    rice = cases.row("midseason_rice/420000000000/2021")
    assert (rice.cash_cost, rice.cash_income) == (D("724.09"), D("808.36"))
    assert not rice.is_planning
    assert cases.row("chili/421300000000/2022").is_planning


@pytest.mark.parametrize(
    ("labour", "price", "days"),
    [("295.36", "99.92", "2.96"), ("323.53", "92.20", "3.51"), ("255.37", "96.95", "2.63")],
)
def test_family_days_follow_from_their_value(labour: str, price: str, days: str) -> None:
    assert str(derived_family_days(D(labour), D(price))) == days
    assert derived_family_days(D(labour), D(0)) is None


def test_the_chain_goes_upward() -> None:
    assert CHAIN == ("421303187236", "421303187000", "421303000000", "421300000000", "420000000000")
    assert code_chain("420000000000") == ("420000000000",)


@pytest.mark.parametrize(
    ("rows", "year", "expected"),
    [
        ([row(2021), row(2023), row(2024)], 2022, (2021, "420000000000")),
        ([row(2021), row(2022)], 2024, (2022, "420000000000")),
        ([row(2024), row(2021, "421300000000")], 2024, (2021, "421300000000")),
        ([row(2024), row(2020, "421300000000")], 2024, (2024, "420000000000")),
        ([row(2019), row(2020, "421300000000"), row(2015, "421300000000")], 2024, (2020, "421300000000")),
        ([row(2024, "421100000000"), row(2024, crop="wheat"), row(2025)], 2024, None),
    ],
)
def test_the_row_of_a_year(rows: list[ReferenceRow], year: int, expected: tuple[int, str] | None) -> None:
    for ordered in (rows, rows[::-1]):
        found = look_up(ordered, "rice", CHAIN, year)
        assert (None if found is None else (found.row.year, found.row.division_code)) == expected
        assert found is None or (found.gap_years == year - found.row.year and not found.pinned)


def test_a_pin_wins_and_keeps_its_reason() -> None:
    pins = [Pin(row=row(2020, crop="wheat"), reason="其他作物"), Pin(row=row(2021), reason="按当年核定")]
    found = look_up([row(2024)], "rice", CHAIN, 2024, pins)
    assert found is not None
    assert (found.row.year, found.gap_years, found.pinned, found.reason) == (2021, 3, True, "按当年核定")


def test_a_pin_of_a_later_year_is_not_used_and_says_so() -> None:
    found = look_up([row(2021), row(2024)], "rice", CHAIN, 2022, [Pin(row=row(2023), reason="按当年核定")])
    assert found is not None
    assert (found.row.year, found.gap_years, found.pinned) == (2021, 1, False)
    assert found.reason == "固定的参照数据是 2023 年的，晚于 2022 年，没有采用"
    assert row_source(found).endswith(f"（{found.reason}）")


def test_the_labour_day_price_is_the_latest_before() -> None:
    assert labour_price(PRICES, 2022) == PRICES[1]
    assert labour_price(PRICES, 2023) == PRICES[1]
    assert labour_price(reversed(PRICES), 2030) == PRICES[2]
    assert labour_price(PRICES, 2020) is None


def test_the_deflator_multiplies_every_year_after_the_base() -> None:
    indices = {2022: D("102.0"), 2023: D("100.1"), 2024: D("100.5")}
    whole = deflator(indices, 2022, 2024)
    assert whole.value == D("1.006005")
    assert whole.indices == ((2023, D("100.1")), (2024, D("100.5")))
    assert deflator(indices, 2024, 2024).value == 1
    gap = deflator(indices, 2020, 2024)
    assert (gap.value, gap.missing_years) == (None, (2021,))
    assert deflator(indices, 2024, 2022).value is None
