"""Reading files as they come: encodings, separators, titles, totals, headings. No database."""

import pytest

from registry.exchange import columns, sheets
from registry.exchange.name_lookup import short
from registry.exchange.service import above
from registry.exchange.sheets import BadSheet
from registry.features import IMPORTS
from registry.households.roster_model import RosterIn
from registry.reference.return_model import ReturnIn

TABLE = "村代码,户号,户主姓名\r\n421303187236,012,示例户甲\r\n"
NAMES = IMPORTS["households"].names


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_every_usual_encoding_and_separator_is_read(encoding: str, separator: str) -> None:
    sheet = sheets.read(TABLE.replace(",", separator).encode(encoding))
    assert [line.cells for line in sheet.lines] == [
        ("村代码", "户号", "户主姓名"),
        ("421303187236", "012", "示例户甲"),
    ]


def test_lines_keep_their_number_in_the_file() -> None:
    data = b'a,b\n\n"1\n2",3\n,,\n4,5\n'
    assert [(line.number, line.cells) for line in sheets.read(data).lines] == [
        (1, ("a", "b")),
        (3, ("1\n2", "3")),
        (6, ("4", "5")),
    ]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "空"),
        (b" \r\n,,\r\n", "空"),
        (b"PK\x03\x04rest", "另存为"),
        (b"\xd0\xcf\x11\xe0rest", "另存为"),
        (b"a,b\n\xff\xff\xff\x81", "编码"),
        (b"\xff\xfea", "CSV"),
        (b"a,b\n1,\x00\n", "空字符"),
        (b'a,b\n1,"' + b"x" * 200_000, "第 2 行"),
    ],
)
def test_what_is_no_table_says_what_to_do(data: bytes, told: str) -> None:
    with pytest.raises(BadSheet) as refused:
        sheets.read(data)
    assert told in refused.value.detail


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS", 2)
    with pytest.raises(BadSheet, match="3 行"):
        sheets.read(b"a\n1\n2\n")


def bound(text: str, given: tuple[str, ...] = ()) -> columns.BoundSheet:
    return columns.bind(sheets.read(text.encode()), RosterIn, NAMES, given)


def test_the_header_may_stand_below_a_title_and_name_columns_in_many_ways() -> None:
    above = "淅河镇农户花名册,,,\n填表人：示例,,,\n"
    found = bound(f"{above}行政村代码,农户编号,户 主,耕地面积（亩）\n421303187236,1,示例,2\n")
    assert found.header.number == 3
    assert found.fields == ("village_code", "number", "head_name", "contracted_mu")
    english = bound("Village Code*,number,HEAD_NAME,colour\n")
    assert english.fields == ("village_code", "number", "head_name", None)
    assert english.ignored == ["colour"]
    assert english.heading("number") == "number"
    assert english.heading("tags") == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1,2,3\n4,5,6\n", "没有找到表头"),
        ("户号,承包地面积\n", "缺少“户主姓名”列"),
        ("村代码,户号,户主,姓名\n", "“户主姓名”有两列"),
    ],
)
def test_a_header_that_does_not_do_says_why(text: str, told: str) -> None:
    with pytest.raises(BadSheet) as refused:
        bound(text)
    assert told in refused.value.detail


def test_a_column_that_is_given_otherwise_may_be_missing() -> None:
    assert bound("户号,户主\n", ("village_code",)).fields == ("number", "head_name")


def test_the_published_reference_table_is_understood_as_it_is() -> None:
    heading = (
        "crop,crop_name,division_code,year,yield_kg,price_per_50kg,output_value,materials_services,family_labour,"
        "hired_labour,land_rent,own_land_rent,family_days,hired_days,days_derived,excluded_items,quality,source"
    )
    found = columns.bind(sheets.read(heading.encode()), ReturnIn, IMPORTS["reference-returns"].names, ())
    assert found.ignored == ["crop_name"]


@pytest.mark.parametrize(
    ("cells", "total"),
    [(("", " 合 计 ", "3"), True), (("总计：",), True), (("合计数", "1"), False), (("1", "合计"), False)],
)
def test_rows_of_sums_are_known(cells: tuple[str, ...], total: bool) -> None:
    assert sheets.is_total(sheets.Line(number=1, cells=cells)) is total


def test_formulas_are_made_harmless_and_numbers_stay() -> None:
    cells = ["=1+1", "-5", "+1,234.5", "@x", "示例", "-示例", " =2"]
    assert sheets.neutral(cells) == ["'=1+1", "-5", "+1,234.5", "'@x", "示例", "'-示例", "' =2"]


def test_villages_have_one_short_name() -> None:
    assert {short(name) for name in ("挑水河村委会", "挑水河村", "挑水河", "挑水河村民委员会")} == {"挑水河"}
    assert short("村") == "村"


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], []),
        (["421303187236"], ["421303187236", "421303187000", "421303000000", "421300000000", "420000000000"]),
        (["421303187202", "421303187236"], ["421303187000", "421303000000", "421300000000", "420000000000"]),
        (["110000000000", "420000000000"], []),
    ],
)
def test_the_division_of_a_batch_holds_all_its_rows(codes: list[str], expected: list[str]) -> None:
    assert above(codes) == expected
