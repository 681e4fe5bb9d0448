"""What must hold for any order line, and every way a line can be incomplete."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from registry.gains.formula import order_line
from registry.gains.model import (
    COST_CLASSES,
    CostFact,
    DeliveryFact,
    EntryFact,
    HistoryFact,
    LandUseFact,
    Line,
    LineRef,
    OrderFacts,
    OwnSaleFact,
)
from registry.kernel import money
from registry.reference.cost_items import COST_ITEMS, item_code
from registry.reference.returns import LabourPrice, deflator
from tests.gains import cases

D = Decimal
DAY = date(2022, 8, 20)
RICE = cases.used("midseason_rice/420000000000/2021", 2022)
CHILI = cases.used("chili/421300000000/2022", 2022)
PEANUT = cases.used("peanut/420000000000/2024", 2024)
PRICE = LabourPrice(year=2022, price=D("95.30"))
kilograms = st.decimals(min_value=D("0.01"), max_value=D(20_000), places=2)
prices = st.decimals(min_value=D("0.0001"), max_value=D(50), places=4)
areas = st.decimals(min_value=D("0.01"), max_value=D(200), places=2)


def use(area: Decimal, number: int = 1, **more: Any) -> LandUseFact:
    values: dict[str, Any] = {"crops": (RICE.row.crop_code,), "rows": (RICE,), **more}
    return LandUseFact(land_use_id=UUID(int=number), area_mu=area, **values)


def delivery(kg: str, price: str | None = "4.0000", number: int = 1, **more: Any) -> DeliveryFact:
    return DeliveryFact(
        delivery_id=UUID(int=number),
        day=DAY + timedelta(days=number % 5),
        kg=D(kg),
        unit_price=None if price is None else D(price),
        **more,
    )


def cost(
    amount: str, cost_class: Any = "materials_services", item: str = "fertiliser", **more: Any
) -> CostFact:
    values: dict[str, Any] = {"record_id": UUID(int=50), **more}
    return CostFact(cost_class=cost_class, item=item, amount=D(amount), **values)


def entry(kind: Any, amount: str) -> EntryFact:
    return EntryFact(entry_id=UUID(int=70), kind=kind, day=DAY, amount=D(amount))


def facts(**more: Any) -> OrderFacts:
    """One mu of chili where rice stood, 1,500 kg at 4.00."""
    values: dict[str, Any] = {
        "method": "replaced_crop",
        "year": 2022,
        "crop_code": "chili",
        "area_mu": D("1.00"),
        "deliveries": (delivery("1500.00"),),
        "land_uses": (use(D("1.00")),),
        "cost_row": CHILI,
        "labour_price": PRICE,
        **more,
    }
    return OrderFacts(**values)


def history(**more: Any) -> HistoryFact:
    values: dict[str, Any] = {
        "crop_code": "chili",
        "year": 2021,
        "area_mu": D("2.00"),
        "cash_income": D(4000),
        "own_days": D(30),
        "deflator": deflator({2022: D(102)}, 2021, 2022),
        **more,
    }
    return HistoryFact(**values)


def part(line: Line, name: str) -> Decimal | None:
    found = [p.amount for p in line.parts if p.part == name]
    return money.total(found) if found else None


# --- incomplete lines: the gain is None and the gap has a name


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"deliveries": ()}, ["delivery"]),
        ({"deliveries": (delivery("1.00", None),)}, ["price:2022-08-21"]),
        ({"area_mu": None}, ["area"]),
        ({"area_mu": D("0.00")}, ["area"]),
        ({"area_mu": D("1.50")}, ["land_use_area"]),
        ({"land_uses": ()}, ["comparator"]),
        ({"land_uses": (use(D(1), rows=()),)}, ["row:midseason_rice"]),
        ({"cost_row": None}, ["cost:hired_labour", "cost:land_rent", "cost:materials_services"]),
        (
            {"cost_row": None, "complete_classes": frozenset({"hired_labour", "land_rent"})},
            ["cost:materials_services"],
        ),
        ({"method": "own_history"}, ["comparator"]),
        ({"method": "own_history", "history": (history(area_mu=D(0)),)}, ["comparator"]),
        ({"method": "own_history", "history": (history(),), "area_mu": None}, ["area"]),
        (
            {"method": "own_history", "history": (history(deflator=deflator({}, 2020, 2022)),)},
            ["deflator:2021", "deflator:2022"],
        ),
        (
            {"method": "own_history", "history": (history(deflator=deflator({}, 2023, 2022)),)},
            ["deflator:2021"],
        ),
        ({"method": "own_history", "history_missing": ("wheat",)}, ["history:wheat"]),
        ({"method": "price_premium"}, ["market_price:2022-08-21"]),
        (
            {"method": "price_premium", "deliveries": (delivery("1.00", None, market_price=D(3)),)},
            ["price:2022-08-21"],
        ),
    ],
)
def test_an_incomplete_line_has_no_gain_and_says_what_is_missing(
    changed: dict[str, Any], missing: list[str]
) -> None:
    line = order_line(facts(**changed))
    assert (line.state, list(line.missing)) == ("incomplete", missing)
    assert line.cash_gain is None
    assert line.labour_adjusted_gain is None
    assert line.yield_effect is None


def test_receipts_are_known_once_every_delivery_is_priced() -> None:
    assert order_line(facts(land_uses=())).receipts == D("6000.00")
    unpriced = order_line(facts(deliveries=(delivery("1.00"), delivery("2.00", None, 2))))
    assert (unpriced.receipts, unpriced.payable, unpriced.delivered_kg) == (None, None, D("3.00"))
    nothing = order_line(facts(deliveries=()))
    assert (nothing.receipts, nothing.payable) == (None, None)


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"labour_price": None}, ["labour_price"]),
        ({"labour_price": None, "own_days": D(10)}, ["labour_price"]),
        (
            {"cost_row": None, "complete_classes": frozenset(COST_CLASSES)},
            ["own_days"],
        ),
        ({"cost_row": replace(CHILI, row=replace(CHILI.row, family_days=None))}, ["own_days"]),
        (
            {"land_uses": (use(D(1), rows=(replace(RICE, row=replace(RICE.row, family_labour=None)),)),)},
            ["family_labour:midseason_rice"],
        ),
        ({"method": "own_history", "history": (history(own_days=None),)}, ["history_days"]),
        ({"method": "own_history", "history": (history(),), "labour_price": None}, ["labour_price"]),
    ],
)
def test_a_labour_gap_leaves_the_cash_gain(changed: dict[str, Any], missing: list[str]) -> None:
    line = order_line(facts(**changed))
    assert line.state == "complete"
    assert line.cash_gain is not None
    assert (line.labour_adjusted_gain, list(line.labour_missing)) == (None, missing)


def test_a_declared_failure_is_a_loss_and_no_gap() -> None:
    nothing = OwnSaleFact(own_sale_id=UUID(int=3), day=DAY, kg=D("0.00"), amount=D("0.00"))
    line = order_line(facts(deliveries=(), own_sales=(nothing,)))
    assert (line.state, line.receipts, line.payable) == ("complete", D("0.00"), D("0.00"))
    assert line.cash_gain == D("-3008.36")


# --- land


def counted_in(*, incomplete: bool) -> LineRef:
    return LineRef(
        participant_id=UUID(int=9), line_key="2022", label="示范合同 1 第 1 项", incomplete=incomplete
    )


def test_a_land_use_counted_elsewhere_shows_zero_and_shares_that_lines_state() -> None:
    line = order_line(facts(land_uses=(use(D(1), charged_in=counted_in(incomplete=False)),)))
    assert (line.cash_gain, part(line, "forgone"), part(line, "freed_labour")) == (
        D("3800.00"),
        D("0.00"),
        None,
    )
    assert [p.source for p in line.parts if p.part == "forgone"] == ["已计入：示范合同 1 第 1 项"]
    assert line.reference_rows[0].role == "cost"
    waiting = order_line(facts(land_uses=(use(D(1), charged_in=counted_in(incomplete=True)),)))
    assert waiting.missing == ("counted_line:示范合同 1 第 1 项",)


def test_land_charged_elsewhere_needs_no_own_history() -> None:
    land = (use(D("1.00"), charged_in=counted_in(incomplete=False)),)
    line = order_line(facts(method="own_history", land_uses=land, history_missing=("chili",)))
    assert (line.state, line.missing) == ("complete", ())
    assert [(p.rule, p.amount) for p in line.parts if p.part == "forgone"] == [
        ("land.counted_elsewhere", D(0))
    ]


def test_own_history_leaves_out_land_counted_elsewhere() -> None:
    land = (use(D("0.40"), charged_in=counted_in(incomplete=False)), use(D("0.60"), 2))
    line = order_line(facts(method="own_history", history=(history(),), land_uses=land))
    assert part(line, "forgone") == -money.yuan(D("0.60") * 4000 * D("1.02") / 2)
    assert part(line, "history_labour") == money.yuan(D("0.60") * 30 / 2 * D("95.30"))
    assert [p.rule for p in line.parts if p.part == "forgone"] == [
        "history.forgone",
        "land.counted_elsewhere",
    ]


def test_land_held_by_days_gives_up_its_share_of_the_year() -> None:
    line = order_line(facts(area_mu=D("5.50"), land_uses=(use(D("5.50"), days_used=184, days_in_year=365),)))
    assert part(line, "forgone") == -money.yuan(D("5.50") * D("808.36") * 184 / 365)
    assert part(line, "freed_labour") == money.yuan(D("5.50") * D("323.53") * 184 / 365)
    assert line.yield_effect is None


def test_land_leased_in_costs_its_rent_and_gives_up_nothing() -> None:
    line = order_line(facts(land_uses=(use(D(1), rented_in=True, rent_paid=D("400.00")),)))
    assert (part(line, "forgone"), part(line, "cost_land_rent"), part(line, "freed_labour")) == (
        D("0.00"),
        D("-400.00"),
        None,
    )
    assert line.cash_gain == D("3400.00")
    assert [use.role for use in line.reference_rows] == ["cost"]


def test_rent_paid_either_way_counts_on_both_sides() -> None:
    line = order_line(
        facts(land_uses=(use(D(1), rented_in=True, rent_either_way=True, rent_paid=D("400.00")),))
    )
    assert part(line, "forgone") == -(D("808.36") + D("19.75") - D("400.00"))
    assert part(line, "cost_land_rent") == D("-400.00")
    assert part(line, "freed_labour") == D("323.53")
    assert line.cash_gain == D("6000.00") - D("2200.00") - D("828.11")


def test_leased_land_beside_own_land_pays_the_reference_rent_on_the_rest() -> None:
    row = replace(CHILI, row=replace(CHILI.row, land_rent=D("30.00")))
    land = (use(D(1), rented_in=True, rent_paid=D("400.00")), use(D(2), 2))
    line = order_line(facts(area_mu=D(3), land_uses=land, cost_row=row))
    rents = [(p.rule, p.amount) for p in line.parts if p.part == "cost_land_rent"]
    assert rents == [("cost.rented_land", D("-400.00")), ("cost.reference", D("-60.00"))]
    unknown = order_line(facts(land_uses=(use(D(1), rented_in=True),), cost_row=row))
    assert part(unknown, "cost_land_rent") == D("-30.00")
    charged = use(D(1), rented_in=True, rent_paid=D("400.00"), charged_in=counted_in(incomplete=False))
    elsewhere = order_line(facts(land_uses=(charged,), cost_row=row))
    assert part(elsewhere, "cost_land_rent") is None


# --- cost


def test_a_complete_class_holds_everything_recorded_once() -> None:
    records = (cost("80.00"), cost("700.00", item="seedlings", advanced=True, record_id=UUID(int=51)))
    line = order_line(facts(costs=records, complete_classes=frozenset({"materials_services"})))
    assert part(line, "cost_materials_services") == D("-780.00")
    assert part(line, "cost_excluded_items") is None


def test_an_advance_comes_on_top_of_a_reference_only_where_the_row_excludes_it() -> None:
    records = (
        cost("90.00", advanced=True),
        cost("350.00", item="seedlings ", record_id=UUID(int=51)),
        cost("60.00", "hired_labour", "seedlings", record_id=UUID(int=52)),
    )
    line = order_line(facts(costs=records))
    assert part(line, "cost_materials_services") == D("-1300.00")
    assert part(line, "cost_excluded_items") == D("-410.00")


def test_fees_and_penalties_have_their_signs() -> None:
    entries = tuple(
        entry(kind, amount)
        for kind, amount in (
            ("fee", "10.00"),
            ("penalty_paid", "20.00"),
            ("penalty_received", "5.00"),
            ("indemnity", "7.00"),
        )
    )
    line = order_line(facts(entries=entries))
    assert line.cash_gain == D("2991.64") - D("18.00")
    assert (line.receipts, line.payable) == (D("6012.00"), D("6012.00"))


# --- premium


def test_a_premium_counts_input_benefit_and_extra_cost_but_no_advance_twice() -> None:
    records = (
        cost("700.00", advanced=True, market_value=D("750.00")),
        cost("30.00", item="bags", record_id=UUID(int=51)),
    )
    line = order_line(
        facts(
            method="price_premium",
            deliveries=(delivery("100.00", "4.0000", market_price=D("3.5")),),
            costs=records,
            entries=(entry("fee", "5.00"),),
            promised_kg=D(200),
            promised_premium=D("0.2000"),
        )
    )
    assert line.cash_gain == D("50.00") + D("50.00") - D("30.00") - D("5.00")
    assert line.labour_adjusted_gain == line.cash_gain
    assert (line.promised, line.receipts, line.reference_rows) == (D("40.00"), D("400.00"), ())
    gap = order_line(
        facts(
            method="price_premium",
            deliveries=(delivery("1.00", market_price=D(3)),),
            costs=(cost("7.00", advanced=True),),
        )
    )
    assert gap.missing == ("input_value:fertiliser",)


# --- promise


@pytest.mark.parametrize(
    ("changed", "promised"),
    [
        ({"promised_kg": None}, None),
        ({"promised_price": None}, None),
        ({"cost_row": None}, None),
        ({"land_uses": ()}, None),
        ({"area_mu": D("2.00")}, None),
        ({}, "2991.64"),
        ({"costs": (cost("1.00"),), "complete_classes": frozenset(COST_CLASSES)}, "2991.64"),
        ({"deliveries": ()}, "2991.64"),
        ({"method": "own_history", "history": (history(),)}, "1760.00"),
        ({"method": "price_premium", "promised_premium": None}, None),
    ],
)
def test_the_promise_takes_only_price_and_quantity_from_the_terms(
    changed: dict[str, Any], promised: str | None
) -> None:
    signed: dict[str, Any] = {"promised_kg": D(1500), "promised_price": D("4.0000"), **changed}
    got = order_line(facts(**signed)).promised
    assert (None if got is None else str(got)) == promised


def test_recorded_figures_do_not_rest_on_a_planning_row() -> None:
    assert order_line(facts()).planning
    recorded = order_line(facts(complete_classes=frozenset(COST_CLASSES), own_days=D(12)))
    assert not recorded.planning
    assert [row.role for row in recorded.reference_rows] == ["displaced", "promised"]


# --- effects


@pytest.mark.parametrize(
    "changed",
    [
        {"crop_code": "chili"},
        {"land_uses": (use(D(1), crops=("peanut",), rows=(PEANUT,)), use(D(1), 2))},
        {"land_uses": (use(D(2), crops=("peanut",), rows=(PEANUT,), rented_in=True),)},
        {
            "land_uses": (
                use(D(2), crops=("peanut",), rows=(replace(PEANUT, row=replace(PEANUT.row, yield_kg=D(0))),)),
            )
        },
        {
            "own_sales": (OwnSaleFact(own_sale_id=UUID(int=3), day=DAY, kg=D(0), amount=D(0)),),
            "deliveries": (),
        },
        {"method": "own_history", "history": (history(),)},
    ],
)
def test_no_effects_without_one_same_crop_and_something_sold(changed: dict[str, Any]) -> None:
    same: dict[str, Any] = {
        "crop_code": "peanut",
        "area_mu": D(2),
        "land_uses": (use(D(2), crops=("peanut",), rows=(PEANUT,)),),
        "cost_row": PEANUT,
    }
    assert order_line(facts(**same)).yield_effect is not None
    line = order_line(facts(**(same | changed)))
    assert line.state == "complete"
    assert (line.yield_effect, line.cost_effect, line.price_effect) == (None, None, None)


@given(area=areas, kg=kilograms, price=prices, fee=kilograms)
def test_effects_always_add_up_to_the_gain(area: Decimal, kg: Decimal, price: Decimal, fee: Decimal) -> None:
    line = order_line(
        facts(
            crop_code="peanut",
            area_mu=area,
            land_uses=(use(area, crops=("peanut",), rows=(PEANUT,)),),
            cost_row=PEANUT,
            deliveries=(delivery(str(kg), str(price)),),
            entries=(entry("fee", str(fee)),),
        )
    )
    assert line.yield_effect is not None
    assert line.cost_effect is not None
    assert line.price_effect is not None
    assert line.yield_effect + line.cost_effect + line.price_effect == line.cash_gain


# --- properties


@given(
    area=areas,
    sold=st.lists(st.tuples(kilograms, prices), min_size=1, max_size=8),
    days=st.none() | st.decimals(min_value=0, max_value=300, places=2),
    data=st.data(),
)
def test_parts_add_up_whatever_the_order_of_the_facts(
    area: Decimal, sold: list[tuple[Decimal, Decimal]], days: Decimal | None, data: st.DataObject
) -> None:
    deliveries = [delivery(str(kg), str(price), number) for number, (kg, price) in enumerate(sold)]
    land = (use(area / 2, 1), use(area - area / 2, 2, crops=(), rows=()))
    costs = [cost("12.34", record_id=UUID(int=n), item="seedlings") for n in (51, 52, 53)]
    one = facts(area_mu=area, deliveries=tuple(deliveries), land_uses=land, own_days=days, costs=tuple(costs))
    other = replace(
        one,
        deliveries=tuple(data.draw(st.permutations(deliveries))),
        land_uses=land[::-1],
        costs=tuple(data.draw(st.permutations(costs))),
    )
    line = order_line(one)
    assert order_line(other) == line
    cash = sum(p.amount for p in line.parts if p.basis == "cash")
    labour = sum(p.amount for p in line.parts if p.basis == "labour")
    assert (line.cash_gain, line.labour_adjusted_gain) == (cash, cash + labour)
    assert line.receipts == sum(money.yuan(kg * price) for kg, price in sold)
    assert all(p.amount == money.yuan(p.amount) for p in line.parts)


@given(sold=st.lists(st.tuples(kilograms, prices), min_size=2, max_size=6))
def test_voiding_a_delivery_restores_the_earlier_line(sold: list[tuple[Decimal, Decimal]]) -> None:
    deliveries = tuple(delivery(str(kg), str(price), number) for number, (kg, price) in enumerate(sold))
    before = order_line(facts(deliveries=deliveries[:-1]))
    after = order_line(facts(deliveries=deliveries))
    assert after.cash_gain is not None
    assert before.cash_gain is not None
    assert after.cash_gain - before.cash_gain == money.yuan(sold[-1][0] * sold[-1][1])
    assert order_line(facts(deliveries=deliveries[:-1])) == before


@pytest.mark.parametrize("bad", ["NaN", "Infinity"])
@pytest.mark.parametrize("where", ["area", "delivery", "cost", "entry"])
def test_what_is_no_number_is_refused(bad: str, where: str) -> None:
    changes: dict[str, dict[str, Any]] = {
        "area": {"area_mu": D(bad)},
        "delivery": {"deliveries": (delivery("1.00", bad),)},
        "cost": {"costs": (cost(bad),), "complete_classes": frozenset({"materials_services"})},
        "entry": {"entries": (entry("fee", bad),)},
    }
    with pytest.raises(ValueError, match="not a finite number"):
        order_line(facts(**changes[where]))


@pytest.mark.parametrize(
    ("typed", "code"),
    [("种苗", "seedlings"), (" 复合肥", "fertiliser"), ("Film", "film"), ("竹竿", "竹竿"), ("其它", "other")],
)
def test_items_are_compared_by_code(typed: str, code: str) -> None:
    assert item_code(typed) == code


def test_no_word_names_two_items() -> None:
    words = [word for code, names in COST_ITEMS.items() for word in (code, *names)]
    assert len(words) == len(set(words))


def test_an_excluded_item_counts_where_rent_covers_the_whole_area() -> None:
    rented = use(D(1), rented_in=True, rent_either_way=True, rent_paid=D(300))
    spent = CostFact(record_id=UUID(int=5), cost_class="land_rent", item="苗子", amount=D(40))
    line = order_line(facts(land_uses=(rented,), costs=(spent,)))
    assert part(line, "cost_excluded_items") == D(-40)
