"""Inputs of a form from the Struct it is read into."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import pytest
from msgspec import Meta, Struct

from registry.kernel.forms.form_inputs import Input, headings, inputs_of, typed
from registry.kernel.types import Mu, ShortText


class _Fields(Struct, frozen=True, kw_only=True):
    name: Annotated[ShortText, Meta(title="名称", extra={"hint": "例如 三组"})]
    area: Annotated[Mu, Meta(title="面积")] | None = None
    people: Annotated[int, Meta(title="人数", extra={"suffixes": ("人", "口")})] | None = None
    day: Annotated[date, Meta(title="日期")] | None = None
    signed: Annotated[bool, Meta(title="签了", extra={"labels": {"true": "是", "false": "否"}})] | None = None


def test_each_field_says_how_it_is_typed() -> None:
    assert inputs_of(_Fields) == [
        Input(name="name", label="名称", kind="short", hint="例如 三组", required=True),
        Input(name="area", label="面积", kind="figure", suffix="亩", unit="亩"),
        Input(name="people", label="人数", kind="figure", suffix="人"),
        Input(name="day", label="日期", kind="day"),
        Input(name="signed", label="签了", kind="choice", options=(("true", "是"), ("false", "否"))),
    ]


def test_a_heading_has_the_unit_of_a_measure() -> None:
    assert list(headings(_Fields).values()) == ["名称", "面积（亩）", "人数", "日期", "签了"]


def test_what_is_no_single_value_has_no_input() -> None:
    class Nested(Struct):
        rows: list[_Fields]

    with pytest.raises(TypeError):
        inputs_of(Nested)


def test_stored_values_as_they_are_typed() -> None:
    values = [None, Decimal("1234.50"), Decimal("-0.5"), True, date(2022, 1, 5), 3, "三组"]
    assert [typed(one) for one in values] == ["", "1234.50", "-0.50", "true", "2022-01-05", "3", "三组"]
