"""Structs filled from others, patches derived from what is sent."""

from typing import Annotated, Literal

import pytest
from msgspec import UNSET, Meta, Struct

from registry.kernel.db import records
from registry.kernel.errors import Invalid
from registry.kernel.fill import fill
from registry.kernel.forms.parsing import parse


class _Sent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str
    name: Annotated[str, Meta(max_length=3, title="名称")]
    note: str | None = None


class _Row(Struct, frozen=True, kw_only=True):
    code: str
    name: str
    day: int = 1


def test_same_named_fields_are_taken_values_first_then_the_first_source() -> None:
    first, second = _Sent(code="a", name="one"), _Row(code="b", name="two", day=7)
    assert fill(_Row, first) == _Row(code="a", name="one")
    assert fill(_Row, first, second) == _Row(code="a", name="one", day=7)
    assert fill(_Row, first, code="c", day=2) == _Row(code="c", name="one", day=2)


def test_a_missing_field_is_an_error() -> None:
    with pytest.raises(TypeError):
        fill(_Sent, _Row(code="a", name="b"), nothing=1)
    with pytest.raises(TypeError):
        fill(_Row, code="a")


class _Other(Struct, frozen=True, kw_only=True):
    name: int = 1
    day: Literal[1, 2] | None = None


def test_same_names_have_to_mean_the_same() -> None:
    with pytest.raises(TypeError, match="name"):
        fill(_Row, _Other(), code="a", day=1)
    with pytest.raises(TypeError, match=r"name|day"):
        fill(_Row, _Other(), code="a", name="b")


def test_a_narrower_type_fills_a_wider_one() -> None:
    class Wide(Struct):
        day: int | None

    class Narrow(Struct):
        day: Literal[1, 2]

    assert fill(Wide, Narrow(2)) == Wide(2)


def test_a_patch_has_the_fields_of_what_is_sent_without_its_key() -> None:
    patch = records.patch_of(_Sent, "Patch", without=["code"])
    assert patch.__struct_fields__ == ("name", "note")
    assert records.given_fields(patch()) == {}
    assert records.given_fields(parse(patch, {"note": None})) == {"note": None}
    assert records.given_fields(parse(patch, {"name": "abc"})) == {"name": "abc"}
    assert patch().name is UNSET


@pytest.mark.parametrize("sent", [{"name": "abcd"}, {"name": None}, {"code": "x"}])
def test_a_patch_keeps_the_rules_of_its_fields(sent: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        parse(records.patch_of(_Sent, "Patch", without=["code"]), sent)
