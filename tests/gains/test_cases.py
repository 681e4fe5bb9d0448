"""The worked cases of order lines, to the last digit, and what must hold for each of them."""

from decimal import Decimal
from typing import Any

import pytest

from registry.gains.formula import order_line
from registry.gains.model import FORMULA_VERSION, Line
from registry.gains.wording import PART_NAMES, missing_sentence
from registry.kernel import money
from tests.gains import cases

AMOUNTS = (
    "receipts",
    "payable",
    "promised",
    "cash_gain",
    "labour_adjusted_gain",
    "yield_effect",
    "cost_effect",
    "price_effect",
)


def amounts(line: Line, part: str) -> list[Decimal]:
    return [p.amount for p in line.parts if p.part == part]


@pytest.fixture(params=cases.names("order", "premium", "history"))
def worked(request: pytest.FixtureRequest) -> tuple[dict[str, Any], Line]:
    data = cases.case(request.param)
    return data, order_line(cases.order_facts(data))


def test_the_line_is_exact(worked: tuple[dict[str, Any], Line]) -> None:
    data, line = worked
    expect = data["expect"]
    assert line.state == expect["state"]
    assert list(line.missing) == expect.get("missing", [])
    assert {name: str(getattr(line, name)) for name in AMOUNTS if name in expect} == {
        name: expect[name] for name in AMOUNTS if name in expect
    }
    for name in ("labour_missing", "planning"):
        if name in expect:
            got = getattr(line, name)
            assert (list(got) if isinstance(got, tuple) else got) == expect[name]
    assert line.formula_version == FORMULA_VERSION


def test_the_parts_are_exact_and_add_up(worked: tuple[dict[str, Any], Line]) -> None:
    data, line = worked
    assert {name: amounts(line, name) for name, _ in cases.expected_parts(data)} == dict(
        cases.expected_parts(data)
    )
    cash = money.total(p.amount for p in line.parts if p.basis == "cash")
    labour = money.total(p.amount for p in line.parts if p.basis == "labour")
    if line.state == "complete":
        assert line.cash_gain == cash
    else:
        assert line.cash_gain is None
        assert line.labour_adjusted_gain is None
    if line.labour_adjusted_gain is not None:
        assert line.labour_adjusted_gain == cash + labour
    for part in line.parts:
        assert part.part in PART_NAMES
        assert part.rule
        assert part.source
        assert part.inputs or part.rule == "cost.recorded"
        assert part.income_class == "business"


def test_figures_per_mu_and_per_person(worked: tuple[dict[str, Any], Line]) -> None:
    data, line = worked
    expect = data["expect"]
    if "per_mu" in expect:
        assert line.cash_gain is not None
        assert line.area_mu is not None
        assert str(money.per(line.cash_gain, line.area_mu)) == expect["per_mu"]["cash_gain"]
    if "per_person" in expect:
        assert line.cash_gain is not None
        wanted = expect["per_person"]
        assert str(money.per(line.cash_gain, wanted["residents"])) == wanted["cash_gain"]


def test_a_premium_shows_both_rounded_amounts_of_each_delivery() -> None:
    data = cases.case("premium_peanuts_grown_anyway")
    line = order_line(cases.order_facts(data))
    pairs = zip(amounts(line, "delivery"), amounts(line, "market_amount"), strict=True)
    assert [str(contract + market) for contract, market in pairs] == data["expect"]["by_delivery"]


def test_effects_add_up_to_the_gain() -> None:
    line = order_line(cases.order_facts(cases.case("order_same_crop_effects")))
    assert line.yield_effect is not None
    assert line.cost_effect is not None
    assert line.price_effect is not None
    assert line.yield_effect + line.cost_effect + line.price_effect == line.cash_gain


def test_the_receipt_of_a_class_not_complete_is_shown_beside_the_reference() -> None:
    line = order_line(cases.order_facts(cases.case("order_recorded_costs_and_advance")))
    part = next(p for p in line.parts if p.part == "cost_materials_services")
    assert {i.name: i.value for i in part.inputs}["recorded_beside"] == "80.00"


def test_the_row_used_is_named_with_its_gap() -> None:
    line = order_line(cases.order_facts(cases.case("order_one_mu_of_chili")))
    assert [(r.role, r.crop_code, r.year, r.gap_years, r.quality) for r in line.reference_rows] == [
        ("displaced", "midseason_rice", 2021, 1, "official"),
        ("cost", "chili", 2022, 0, "planning"),
    ]


def test_every_gap_has_its_sentence() -> None:
    assert (
        missing_sentence("row:midseason_rice", {"midseason_rice": "中籼稻"}) == "缺 中籼稻 的每亩收益参照数据"
    )
    assert missing_sentence("cost:hired_labour").startswith("雇工费用未知")
    assert missing_sentence("price:2022-08-21").startswith("2022年8月21日 的交售")
