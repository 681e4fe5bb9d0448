"""A village's linkage: groups in the order in which people count them, price clauses by name."""

from decimal import Decimal
from uuid import uuid4

import pytest

from registry.contracts.kinds.order.terms import (
    Fixed,
    FloorOrMarket,
    Graded,
    GradeTerm,
    Ladder,
    OrderTerms,
    PriceClause,
)
from registry.summaries.flows import FlowRow, GroupFlow, in_order, linkage

FLOOR = FloorOrMarket(floor=Decimal("14.0000"))
GRADED = Graded(
    base=FLOOR, reference_grade="second", grades=(GradeTerm(grade_code="first", price=Decimal("16.5000")),)
)


def test_groups_by_their_number() -> None:
    names = ["未分组农户", "十一组", "十组", "二十组", "三组", "一组", "二十三组", "东湾"]
    assert sorted(names, key=in_order) == [
        "一组",
        "三组",
        "十组",
        "十一组",
        "二十组",
        "二十三组",
        "东湾",
        "未分组农户",
    ]


def flow(price: PriceClause) -> FlowRow:
    moisture = Ladder(above=Decimal("12.5"), step=Decimal("0.5"), percent=Decimal(1))
    return FlowRow(
        contract_id=uuid4(),
        title="示例合同",
        status="signed",
        component_id=uuid4(),
        number=1,
        kind="order",
        product_name="干辣椒",
        terms=OrderTerms(product_code="chili_dried", price=price, moisture=moisture),
        payer_id=uuid4(),
        payer_name="示范企业",
        payer_kind="enterprise",
        payee_id=None,
        payee_name=None,
        payee_kind=None,
    )


@pytest.mark.parametrize(
    ("price", "label"),
    [
        (GRADED, "干辣椒·分级，保底"),
        (FLOOR, "干辣椒·保底每公斤 14.00 元"),
        (Fixed(price=Decimal("4.0000")), "干辣椒·固定价每公斤 4.00 元"),
    ],
)
def test_an_edge_names_its_price_in_few_words(price: PriceClause, label: str) -> None:
    row = flow(price)
    group = GroupFlow(component_id=row.component_id, group_name="一组", households=3, amount=None)
    drawn = linkage([row], [group], [], "/households", {})
    assert [edge.label for edge in drawn.edges] == [label]


def test_the_table_names_grades() -> None:
    names = {"chili_dried": {"first": "一级", "second": "二级"}}
    (row,) = linkage([flow(GRADED)], [], [], "/households", names).links
    assert row.price.startswith(
        "以二级为准，保底每公斤 14.00 元，市场价高于保底时按当日市场价；一级保底每公斤 16.50 元"
    )
