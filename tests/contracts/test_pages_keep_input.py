"""What is typed or pasted on the pages, read without a database: blocks, crops, pointers, addresses."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.contracts import page_paste
from registry.contracts.page_contract import DONE
from registry.contracts.page_rows import Crops
from registry.contracts.page_steps import answered, rows_sent
from registry.contracts.pages import ListQuery
from registry.kernel.errors import Mistake, Warning_
from registry.kernel.forms.form_state import FormState

CROPS = Crops({"wheat": "小麦", "midseason_rice": "中籼稻", "late_rice": "晚籼稻"})


def lines(text: str, unit: str = "kg") -> list[tuple[object, ...]]:
    """who, number, name, area, planned, displaced of every line that could be read."""
    block = page_paste.read(text, unit)  # type: ignore[arg-type]
    assert block.mistakes == []
    return [(o.who, o.number, o.name, o.area_mu, o.planned, o.displaced) for o in block.lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03-017\t1.5\t1200\t中籼稻", ("03-017", None, None, "1.5", "1200.00", "中籼稻")),
        ("示例户甲 1.5亩 1200斤", ("示例户甲", None, None, "1.5", "600.00", None)),
        ("03-017  示例户 甲  1.5  1200公斤", (None, "03-017", "示例户 甲", "1.5", "1200.00", None)),
        ("03-017，１．５，１２００", ("03-017", None, None, "1.5", "1200.00", None)),
        ("03-017", ("03-017", None, None, None, None, None)),
        ("03-017\t\t1200", ("03-017", None, None, None, "1200.00", None)),
        ("03-017\t1.5\t\t小麦、中籼稻", ("03-017", None, None, "1.5", None, "小麦、中籼稻")),
    ],
)
def test_a_line_without_heading(text: str, expected: tuple[str | None, ...]) -> None:
    wanted = [Decimal(v) if v and i in (3, 4) else v for i, v in enumerate(expected)]
    assert lines(text) == [tuple(wanted)]


def test_columns_by_their_heading_in_any_order() -> None:
    text = (
        "序号\t亩数\t姓名\t户主身份证号\t联系电话\t预计产量（斤）\n1\t2\t示例户甲\t420000\t13900000000\t3000"
    )
    assert lines(text) == [(None, None, "示例户甲", Decimal(2), Decimal("1500.00"), None)]
    assert lines("户号或姓名\t计划公斤\n03-017\t3000", "jin") == [
        ("03-017", None, None, None, Decimal("3000.00"), None)
    ]
    assert lines("农户\t计划\n03-017\t3000", "jin") == [
        ("03-017", None, None, None, Decimal("1500.00"), None)
    ]


def test_all_wrong_lines_are_named_by_their_number() -> None:
    block = page_paste.read("甲 1\n\n乙 -1 2\n丙 1 二\n丁 1 2 稻 随便", "kg")
    assert [one.message[:6] for one in block.mistakes] == ["第 3 行：", "第 4 行：", "第 5 行："]
    assert [one.line for one in block.lines] == [1]


def test_a_block_is_not_endless() -> None:
    block = page_paste.read("甲 1\n" * 2001, "kg")
    assert "一次最多贴 2000 行" in block.mistakes[0].message


@given(st.text(max_size=300))
def test_any_text_is_read_or_reported(text: str) -> None:
    block = page_paste.read(text, "jin")
    assert all(one.pointer == "/paste" and one.message.startswith("第 ") for one in block.mistakes)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("小麦、中籼稻", ("wheat", "midseason_rice")),
        ("小麦+中籼稻", ("wheat", "midseason_rice")),
        ("麦", ("wheat",)),
        ("wheat", ("wheat",)),
        ("小麦 小麦", ("wheat",)),
        ("撂荒", ()),
        ("闲置", ()),
    ],
)
def test_crops_by_name(text: str, codes: tuple[str, ...]) -> None:
    assert CROPS.codes(text, "/displaced") == codes


def test_ambiguous_and_unknown_crops() -> None:
    several, none = (CROPS.codes(text, "/displaced") for text in ("籼稻", "小麦、玉米"))
    assert isinstance(several, Mistake)
    assert several.message == "“籼稻”可能是中籼稻、晚籼稻，请写全名称"
    assert isinstance(none, Mistake)
    assert "没有“玉米”这种作物" in none.message


def test_rows_of_a_form_by_their_numbers() -> None:
    form = FormState(
        values={"rows-3-a": "", "rows-0-b": "", "rows-x-c": "", "rows-9999-d": "", "others-1-e": ""}
    )
    assert rows_sent(form, "rows") == [0, 3]


def test_reasons_follow_their_warning() -> None:
    first, second = (Warning_(code=code, pointer="", message=code, rule="") for code in "ab")
    typed = answered(FormState(values={"x": "1"}), [second])
    typed = FormState(values={**typed.values, "overrides-0-reason": "因为"})
    again = answered(typed, [first, second])
    assert [again.value(f"overrides-{n}-reason") for n in (0, 1)] == ["", "因为"]
    assert again.value("x") == "1"


def test_the_address_of_a_list_is_its_state() -> None:
    query = ListQuery(division="421303187236", q="辣椒", offset=50)
    assert query.address() == "/contracts?division=421303187236&q=%E8%BE%A3%E6%A4%92"
    assert query.address(100).endswith("&offset=100")
    assert ListQuery().address() == "/contracts"
    assert set(DONE) == {"signed", "completed", "terminated", "cancelled", "filed"}
