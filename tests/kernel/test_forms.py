"""Reading bodies and typed forms: every mistake named, nothing guessed, hostile input bounded."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from msgspec import UNSET, Meta, Struct, UnsetType

from registry.kernel.errors import Invalid, Mistake
from registry.kernel.forms import parsing, structures
from registry.kernel.forms.parsing import Malformed, field_name, nested, parse, read_json
from registry.kernel.forms.reading import MISTAKES_LISTED
from registry.kernel.types import (
    POSITIVE,
    CreditCode,
    DivisionCode,
    Kg,
    LongText,
    Mu,
    Percent,
    Quantity,
    ShortText,
    SignedYuan,
    UnitPrice,
    Yuan,
)

ID = "01859d2c-8f3a-7c61-9e0b-5a4c2f6d7e81"


class Unit(StrEnum):
    JIN = "jin"
    KG = "kg"

    @property
    def label(self) -> str:
        return {"jin": "斤", "kg": "公斤"}[self.value]


class Fixed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="fixed", tag_field="clause"):
    price: UnitPrice


class Floor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="floor", tag_field="clause"):
    floor: UnitPrice
    cap: UnitPrice | None = None

    def mistakes(self) -> Iterator[Mistake]:
        if self.cap is not None and self.floor > self.cap:
            yield Mistake(pointer="/floor", code="floor_above_cap", message="保底价不能高于封顶价")


class Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    household_id: UUID
    area_mu: Annotated[Mu, POSITIVE, Meta(title="面积")]


class TicketIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    gross: Annotated[Quantity, Meta(title="毛重")]
    unit: Unit
    day: date
    buyer: CreditCode
    terms: Fixed | Floor
    lines: Annotated[list[Line], Meta(min_length=1)]
    note: LongText | None = None
    grade: ShortText | UnsetType = UNSET
    tags: frozenset[Literal["低保", "脱贫"]] = frozenset()
    paid: bool = False


def ticket(**changed: object) -> dict[str, Any]:
    valid = {
        "gross": "980",
        "unit": "kg",
        "day": "2022-09-12",
        "buyer": "91421303MA49000102",
        "terms": {"clause": "fixed", "price": "4.00"},
        "lines": [{"household_id": ID, "area_mu": "1.00"}],
    }
    return {**valid, **changed}


def faults(kind: Any, raw: object, *, text: bool = False) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        parse(kind, raw, text=text)
    return [(one.pointer, one.code) for one in refused.value.mistakes]


def test_a_valid_body_is_what_msgspec_makes_of_it() -> None:
    body = ticket(note="第一行\n第二行", grade="一级", tags=["低保"], paid=True)
    assert parse(TicketIn, body) == msgspec.convert(body, TicketIn)
    assert parse(TicketIn, ticket()).grade is UNSET


def test_all_mistakes_of_a_body_are_named_at_their_places() -> None:
    body = ticket(
        gross=1.5,
        unit="担",
        day="2022-02-30",
        buyer="91421303MA49000103",
        terms={"clause": "floor", "floor": "3", "cap": "2"},
        lines=[{"household_id": "x", "area_mu": "0"}, {"area_mu": "1e3", "z/~": 1}],
        note="a\x00",
        tags=["低保", "五保"],
        paid="yes",
        netto=1,
    )
    assert sorted(faults(TicketIn, body)) == sorted(
        [
            ("/netto", "unknown"),
            ("/gross", "number.float"),
            ("/unit", "choice"),
            ("/day", "date.none"),
            ("/buyer", "text.check"),
            ("/terms/floor", "floor_above_cap"),
            ("/lines/0/household_id", "id.form"),
            ("/lines/0/area_mu", "number.positive"),
            ("/lines/1/z~1~0", "unknown"),
            ("/lines/1/household_id", "required"),
            ("/lines/1/area_mu", "number.exponent"),
            ("/note", "text.control"),
            ("/tags/1", "choice"),
            ("/paid", "type.yes_no"),
        ]
    )


def test_messages_say_what_to_do_in_both_languages() -> None:
    with pytest.raises(Invalid) as refused:
        parse(Line, {"household_id": ID, "area_mu": "-1"})
    (one,) = refused.value.mistakes
    assert one.message == "面积必须大于 0"
    assert one.english == "area_mu must be greater than 0"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.5, "number.float"),
        ("NaN", "number.infinite"),
        ("-Infinity", "number.infinite"),
        ("1e400", "number.exponent"),
        ("1E2", "number.exponent"),
        ("1,234.50", "type.number"),
        ("１２", "type.number"),
        ("12元", "type.number"),
        (" 12", "type.number"),
        ("", "type.number"),
        ("+1", "type.number"),
        ("007", "type.number"),
        (".5", "type.number"),
        ("0x10", "type.number"),
        (True, "type.number"),
        ([], "type.number"),
        (None, "type.number"),
        ("1.234", "number.scale"),
        ("-0.01", "number.negative"),
        ("1000000000000", "number.big"),
        (10**400, "type.number"),
        ("9" * 5000, "type.number"),
    ],
)
def test_decimals_of_a_body(value: object, code: str) -> None:
    assert faults(Yuan, value) == [("", code)]


def test_decimals_that_are_right() -> None:
    assert parse(Yuan, "1234.50") == Decimal("1234.50")
    assert parse(Yuan, 5) == Decimal(5)
    assert parse(Yuan, Decimal("1.5")) == Decimal("1.5")
    assert str(parse(Yuan, "-0.00")) == "0.00"


def test_json_numbers_never_become_floats() -> None:
    raw = read_json(b'{"price": 4.10}')
    assert faults(dict[str, UnitPrice], raw) == [("/price", "number.float")]
    assert faults(dict[str, int], read_json(b'{"year": 2022.0}')) == [("/year", "type.whole")]
    assert faults(dict[str, UnitPrice], read_json(b'{"price": 1e400}')) == [("/price", "number.float")]


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff", b'"\xed\xa0\x80"', b"[" * 100_000, b'"\\ud800"', b"NaN", b"", b"9" * 5000, b'{"a":1}x'],
)
def test_what_is_no_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_json(body)


@pytest.mark.parametrize("value", [1.0, "1", True, None, 2**31, -(2**31) - 1])
def test_whole_numbers_fit_their_columns(value: object) -> None:
    assert len(faults(int, value)) == 1
    assert parse(int, 2**31 - 1) == 2**31 - 1


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (Annotated[int, Meta(ge=2)], 1, "number.small"),
        (Annotated[int, Meta(gt=2)], 2, "number.positive"),
        (Annotated[int, Meta(lt=2)], 2, "number.below"),
        (Annotated[int, Meta(le=2)], 3, "number.big"),
        (Annotated[int, Meta(multiple_of=5)], 7, "number.step"),
        (Annotated[str, Meta(min_length=2)], "a", "text.short"),
        (Annotated[str, Meta(max_length=2)], "abc", "text.long"),
        (Annotated[str, Meta(pattern="^a")], "b", "text.pattern"),
        (Annotated[str, Meta(extra={"check": str.isupper})], "b", "text.check"),
        (str, "a\nb", "text.control"),
        (str, "a\u202eb", "text.control"),
        (str, "a\ud800", "text.control"),
        (str, "x" * 4001, "text.long"),
        (DivisionCode, "421303187000\n", "text.control"),
        (Annotated[list[int], Meta(max_length=1)], [1, 2], "list.many"),
        (list[int], "1", "type.list"),
        (dict[str, int], [], "type.object"),
        (Line, [], "type.object"),
        (date, "2022-9-12", "date.form"),
        (date, "1022-09-12", "date.range"),
        (date, 20220912, "date.form"),
        (datetime, "2022-09-12T08:00:00", "time.form"),
        (datetime, "0001-01-01T00:00:00Z", "time.form"),
        (time, "25:00:00", "time.form"),
        (UUID, "urn:uuid:" + ID, "id.form"),
        (Unit, True, "choice"),
        (Unit, {}, "choice"),
        (Literal[1, 2], True, "choice"),
        (Fixed | Floor, {"price": "1"}, "required"),
        (Fixed | Floor, {"clause": "other"}, "choice"),
        (Fixed | Floor, {"clause": []}, "choice"),
        (Fixed | Floor, 1, "type.object"),
        (Fixed, {"clause": "floor", "price": "1"}, "choice"),
    ],
)
def test_each_kind_of_mistake(kind: Any, value: object, code: str) -> None:
    assert [found for _, found in faults(kind, value)] == [code]


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        (date, date(2022, 9, 12), date(2022, 9, 12)),
        (datetime, "2022-09-12T08:00:00+08:00", datetime(2022, 9, 12, tzinfo=UTC)),
        (time, "08:30:00", time(8, 30)),
        (timedelta, "P1D", timedelta(days=1)),
        (UUID, UUID(ID), UUID(ID)),
        (UUID, ID.replace("-", ""), UUID(ID)),
        (Unit, Unit.JIN, Unit.JIN),
        (tuple[int, ...], [1, 2], (1, 2)),
        (set[str], ["a", "a"], {"a"}),
        (Fixed, {"price": "1.0000"}, Fixed(price=Decimal(1))),
        (int | None, None, None),
    ],
)
def test_each_kind_of_value(kind: Any, value: object, read: object) -> None:
    assert parse(kind, value) == read


TYPED = [
    (Yuan, "１，２３４。５元", Decimal("1234.5")),
    (Yuan, "￥1,234.50", Decimal("1234.5")),
    (Yuan, "5.", Decimal(5)),
    (Yuan, ".5", Decimal("0.5")),
    (Yuan, "+5", Decimal(5)),
    (Yuan, "007.50", Decimal("7.5")),
    (SignedYuan, "-007", Decimal(-7)),
    (Yuan, "0.5", Decimal("0.5")),
    (Yuan, "00", Decimal(0)),
    (Kg, "980 公斤", Decimal(980)),
    (Kg, "980KG", Decimal(980)),
    (Mu, " 1.00亩 ", Decimal(1)),
    (Percent, "12.5％", Decimal("12.5")),
    (int, "２０２２", 2022),
    (int, "1,000", 1000),
    (date, "2026.1.5", date(2026, 1, 5)),
    (date, "2026/1/5", date(2026, 1, 5)),
    (date, "２０２６年１月５日", date(2026, 1, 5)),
    (date, "20260105", date(2026, 1, 5)),
    (date, "2026-01-05 00:00:00", date(2026, 1, 5)),
    (date, "2026。1。5", date(2026, 1, 5)),
    (datetime, "2026/1/5 8:30", datetime(2026, 1, 5, 0, 30, tzinfo=UTC)),
    (datetime, "2026-01-05T08:30:00Z", datetime(2026, 1, 5, 8, 30, tzinfo=UTC)),
    (CreditCode, " 91421303ma4900 0102 ", "91421303MA49000102"),
    (DivisionCode, "'421303187236", "421303187236"),
    (ShortText, "　示例户　", "示例户"),
    (LongText, "一\r\n二", "一\n二"),
    (Unit, "斤", Unit.JIN),
    (Unit, "ｋｇ", Unit.KG),
    (Literal[1, 2], "2", 2),
    (bool, "是", True),
    (bool, "on", True),
    (bool, "否", False),
    (UUID, f" {ID} ", UUID(ID)),
    (list[str], "甲；乙", ["甲", "乙"]),
    (list[int], ["1", "", "2"], [1, 2]),
]


@pytest.mark.parametrize(("kind", "value", "read"), TYPED, ids=lambda one: str(one)[:30])
def test_what_people_type_is_understood(kind: Any, value: object, read: object) -> None:
    assert parse(kind, value, text=True) == read


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (Kg, "980斤", "number.unit"),
        (Mu, "1 公顷", "number.unit"),
        (Quantity, "980斤", "type.number"),
        (Yuan, "1,23", "type.number"),
        (Yuan, "1.2.3", "type.number"),
        (Yuan, "12345678901234567890123456789012345678901", "type.number"),
        (Yuan, "1.005", "number.scale"),
        (Yuan, "NaN", "number.infinite"),
        (Yuan, "1e400", "number.exponent"),
        (int, "一", "type.whole"),
        (int, "1.0", "type.whole"),
        (date, "去年", "date.form"),
        (date, "2026.2.30", "date.none"),
        (datetime, "2026-01-05", "time.form"),
        (Unit, "担", "choice"),
        (bool, "也许", "type.yes_no"),
    ],
)
def test_what_cannot_be_understood_is_not_guessed(kind: Any, value: str, code: str) -> None:
    assert faults(kind, value, text=True) == [("", code)]


FORM = [
    ("gross", "980"),
    ("unit", "公斤"),
    ("day", "2022年9月12日"),
    ("buyer", "91421303MA49000102"),
    ("terms-clause", "floor"),
    ("terms-floor", "4"),
    ("terms-cap", ""),
    ("lines-0-household_id", ID),
    ("lines-0-area_mu", "1亩"),
    ("lines-1-household_id", ""),
    ("lines-1-area_mu", " "),
    ("lines-7-household_id", ID),
    ("lines-7-area_mu", "2亩"),
    ("note", ""),
    ("tags", "低保"),
    ("tags", "脱贫"),
    ("tags", "低保"),
    ("paid", "on"),
    ("idempotency_key", "k"),
    ("_save", "保存"),
]


def test_a_posted_form_becomes_nested_values() -> None:
    read = parse(TicketIn, nested(FORM), text=True)
    assert [line.area_mu for line in read.lines] == [Decimal(1), Decimal(2)]
    assert read.terms == Floor(floor=Decimal(4))
    assert read.tags == {"低保", "脱贫"}
    assert read.note is None
    assert read.grade is UNSET
    assert read.paid


def test_a_mistake_leads_back_to_its_form_field() -> None:
    typed = {**dict(FORM), "lines-7-area_mu": "很多", "gross": ""}
    found = faults(TicketIn, nested(typed.items()), text=True)
    assert found == [("/gross", "required"), ("/lines/7/area_mu", "type.number")]
    assert [field_name(pointer) for pointer, _ in found] == ["gross", "lines-7-area_mu"]


class Choice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    must: ShortText | None
    may: ShortText = "默认"


def test_an_empty_field_is_not_sent() -> None:
    assert parse(Choice, {"must": "", "may": " "}, text=True) == Choice(must=None)
    assert faults(Choice, {"may": ""}) == [("/must", "required"), ("/may", "text.short")]
    assert faults(Choice, {"must": "", "surplus": "1"}, text=True) == [("/surplus", "unknown")]


@pytest.mark.parametrize(
    "pairs",
    [
        [("a", "1"), ("a-b", "2")],
        [("a-b", "1"), ("a", "2")],
        [("-".join("abcdefg"), "1")],
        [("rows-1234567-a", "1")],
        [(f"a{number}", "") for number in range(parsing.KEYS + 1)],
    ],
    ids=["value-then-group", "group-then-value", "deep", "index", "count"],
)
def test_hostile_form_names_are_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(Malformed):
        nested(pairs)


class Tree(Struct, frozen=True, kw_only=True):
    below: "list[Tree]" = []


def test_a_type_may_hold_itself_but_not_for_ever() -> None:
    raw: dict[str, Any] = {}
    for _ in range(5):
        raw = {"below": [raw]}
    assert parse(Tree, raw).below[0].below[0].below[0].below[0].below == [Tree()]
    for _ in range(400):
        raw = {"below": [raw]}
    assert [code for _, code in faults(Tree, raw)] == ["deep"]


class Thin(Struct, frozen=True, kw_only=True):
    a: "Thin | None" = None


def test_short_names_nested_deeply_are_refused_too() -> None:
    raw: dict[str, Any] = {}
    for _ in range(480):
        raw = {"a": raw}
    assert [code for _, code in faults(Thin, raw)] == ["deep"]


def test_the_list_of_mistakes_is_bounded() -> None:
    found = faults(list[int], ["x"] * (MISTAKES_LISTED + 500))
    assert len(found) == MISTAKES_LISTED + 1
    assert found[-1] == ("", "more")
    assert [code for _, code in faults(list[int], [1] * 20_001)] == ["list.many"]


class Whole(Struct, frozen=True, kw_only=True):
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("下限不能大于上限")


def test_a_struct_may_refuse_itself() -> None:
    assert faults(list[Whole], [{"low": 2, "high": 1}, {"low": "x", "high": 1}]) == [
        ("/0", "rule"),
        ("/1/low", "type.whole"),
    ]


@pytest.mark.parametrize("kind", [float, bytes, Any, int | str, Decimal | bool])
def test_types_a_client_cannot_send_fail_when_they_are_declared(kind: Any) -> None:
    with pytest.raises(TypeError):
        structures.reader(kind)
