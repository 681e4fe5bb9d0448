"""The drawn linkage: every box and contract is there, boxes do not overlap, edges end at their boxes."""

from decimal import Decimal

import pytest

from registry.kernel.http import templates
from registry.summaries import linkage
from registry.summaries.linkage import Box, Edge

BOXES = [
    Box(key="e", kind="enterprise", name="示范品源现代农业发展有限公司", fact="龙头企业", href="/o/1"),
    Box(key="v", kind="collective", name="挑水河村股份经济合作社"),
    Box(key="c", kind="cooperative", name="示范辣椒专业合作社"),
    Box(key="1", kind="household", name="一组", fact="34 户"),
    Box(key="2", kind="household", name="二组"),
]


def edge(start: str, end: str, amount: int | None = 0, *, ended: bool = False) -> Edge:
    said = None if amount is None else Decimal(amount)
    return Edge(start=start, end=end, label="订单 辣椒", amount=said, href=f"/c/{start}{end}", ended=ended)


EDGES = [
    edge("e", "v", 800),
    edge("e", "c", None, ended=True),
    edge("v", "2", 100),
    edge("v", "1", 101),
    edge("e", "1"),
]


def test_boxes_of_a_column_do_not_overlap() -> None:
    picture = linkage.draw(BOXES, EDGES)
    assert picture is not None
    for left in picture.boxes:
        for right in picture.boxes:
            if left is not right and left.x == right.x:
                assert left.y + left.height <= right.y or right.y + right.height <= left.y
    assert max(box.y + box.height for box in picture.boxes) <= picture.height
    assert {box.box.key for box in picture.boxes} == {box.key for box in BOXES}


def test_width_follows_the_amount_in_four_steps() -> None:
    picture = linkage.draw(BOXES, EDGES)
    assert picture is not None
    steps = {(placed.edge.start, placed.edge.end): placed.step for placed in picture.edges}
    assert steps == {("e", "v"): 4, ("e", "c"): 1, ("v", "2"): 1, ("v", "1"): 2, ("e", "1"): 1}


def test_edges_leave_in_the_order_of_their_ends() -> None:
    picture = linkage.draw(BOXES, EDGES)
    assert picture is not None
    leaving = [placed for placed in picture.edges if placed.edge.start == "e"]
    assert [placed.edge.end for placed in sorted(leaving, key=lambda placed: placed.above)] == ["v", "c", "1"]


def test_an_edge_within_a_column_goes_around() -> None:
    picture = linkage.draw(BOXES, [edge("v", "c", 5)])
    assert picture is not None
    (placed,) = picture.edges
    assert placed.path.endswith(f"H{2 * linkage.BOX_WIDTH + linkage.GAP}")


def test_nothing_to_draw_and_unknown_boxes() -> None:
    assert linkage.draw([], []) is None
    with pytest.raises(KeyError):
        linkage.draw(BOXES, [edge("e", "x")])


def test_every_contract_is_a_link_with_its_amount() -> None:
    source = '{% import "macros/linkage.html" as l %}{{ l.linkage(picture, "联结") }}'
    page = templates.environment().from_string(source).render(picture=linkage.draw(BOXES, EDGES))
    for contract in EDGES:
        assert f'<a href="{contract.href}">' in page
    assert "—（已终止）" in page
    assert "800.00 元" in page
    assert '<a href="/o/1">' in page
    assert page.count("edge--ended") == 1
