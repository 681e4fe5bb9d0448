"""For made-up Structs: a valid value reads as msgspec reads it; n planted mistakes are n, each in place."""

from contextlib import suppress
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Meta

from registry.kernel.errors import Invalid
from registry.kernel.forms.parsing import Malformed, parse, read_json
from registry.kernel.types import DivisionCode, Kg, Percent, ShortText, SignedYuan

JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


class Leaf(NamedTuple):
    """A simple type with values it takes and values it refuses."""

    kind: Any
    good: st.SearchStrategy[Any]
    bad: st.SearchStrategy[Any]


LEAVES = [
    Leaf(
        SignedYuan, st.decimals(-1000, 1000, places=2).map(str), st.sampled_from(["NaN", 1.5, "1e3", "1.005"])
    ),
    Leaf(Kg, st.integers(0, 10_000), st.sampled_from([-1, "-0.01", True, [], "十"])),
    Leaf(Percent, st.decimals(0, 100, places=4).map(str), st.sampled_from(["100.0001", "Infinity", {}])),
    Leaf(
        ShortText,
        st.text("甲乙丙abc 1", min_size=1).map(lambda t: f"a{t}"[:200]),
        st.sampled_from(["", "a\x00", 5]),
    ),
    Leaf(
        DivisionCode,
        st.from_regex("[0-9]{12}", fullmatch=True),
        st.sampled_from(["1", 421303187000, "４" * 12]),
    ),
    Leaf(
        date,
        st.dates(date(1950, 1, 1), date(2150, 1, 1)).map(str),
        st.sampled_from(["2022-13-01", "1.1.22", 0]),
    ),
    Leaf(UUID, st.uuids().map(str), st.sampled_from(["", "x", 1])),
    Leaf(bool, st.booleans(), st.sampled_from(["true", 0, "是"])),
    Leaf(Literal["a", "b"], st.sampled_from(["a", "b"]), st.sampled_from(["c", 1, ["a"]])),
    Leaf(Annotated[int, Meta(ge=0, le=9)], st.integers(0, 9), st.sampled_from([10, -1, "5", 5.5])),
]


class Case(NamedTuple):
    """A type, a valid value, and the same value with mistakes at the pointers."""

    kind: Any
    valid: Any
    broken: Any
    pointers: frozenset[str]


@st.composite
def cases(draw: st.DrawFn, depth: int = 0, at: str = "") -> Case:
    shape = draw(st.sampled_from(["leaf", "leaf", "struct", "list"])) if depth < 3 else "leaf"
    if depth == 0:
        shape = "struct"
    return draw({"leaf": leaf_cases, "struct": struct_cases, "list": list_cases}[shape](depth, at))


@st.composite
def leaf_cases(draw: st.DrawFn, _: int, at: str) -> Case:
    leaf = draw(st.sampled_from(LEAVES))
    valid = draw(leaf.good)
    if draw(st.booleans()):
        return Case(leaf.kind, valid, draw(leaf.bad), frozenset({at}))
    return Case(leaf.kind, valid, valid, frozenset())


@st.composite
def struct_cases(draw: st.DrawFn, depth: int, at: str) -> Case:
    names = [f"f{number}" for number in range(draw(st.integers(1, 4)))]
    inner = {name: draw(cases(depth + 1, f"{at}/{name}")) for name in names}
    fields: list[Any] = [(name, one.kind) for name, one in inner.items()]
    kind = msgspec.defstruct("Made", fields, forbid_unknown_fields=True, kw_only=True)
    valid = {name: one.valid for name, one in inner.items()}
    broken = {name: one.broken for name, one in inner.items()}
    pointers = frozenset[str]().union(*(one.pointers for one in inner.values()))
    if draw(st.booleans()):
        broken["surplus"] = 1
        pointers |= {f"{at}/surplus"}
    missing = draw(st.none() | st.sampled_from(names))
    if missing:
        del broken[missing]
        inside = {one for one in pointers if f"{one}/".startswith(f"{at}/{missing}/")}
        pointers = (pointers - inside) | {f"{at}/{missing}"}
    return Case(kind, valid, broken, pointers)


@st.composite
def list_cases(draw: st.DrawFn, depth: int, at: str) -> Case:
    # All items share one type: the first made decides, the others repeat its valid value.
    first = draw(cases(depth + 1, f"{at}/0"))
    extra = draw(st.integers(0, 2))
    return Case(
        list[first.kind],  # type: ignore[name-defined]
        [first.valid] * (1 + extra),
        [first.broken] + [first.valid] * extra,
        first.pointers,
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(case=cases())
def test_valid_values_and_planted_mistakes(case: Case) -> None:
    assert parse(case.kind, case.valid) == msgspec.convert(case.valid, case.kind)
    if not case.pointers:
        return
    with pytest.raises(Invalid) as refused:
        parse(case.kind, case.broken)
    assert sorted(one.pointer for one in refused.value.mistakes) == sorted(case.pointers)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(leaf=st.sampled_from(LEAVES), raw=JUNK, text=st.booleans())
def test_whatever_is_sent_is_read_or_refused(leaf: Leaf, raw: Any, text: bool) -> None:
    """No input ends in another exception; what is read is a value of the type."""
    many = list[leaf.kind]  # type: ignore[name-defined]
    made = msgspec.defstruct("Made", [("one", leaf.kind), ("many", many, [])], forbid_unknown_fields=True)
    for value in (raw, {"one": raw, "many": raw}):
        with suppress(Invalid):
            read = parse(made, value, text=text)
            assert msgspec.convert(msgspec.to_builtins(read), made) == read


@given(body=st.binary() | JUNK.map(msgspec.json.encode))
def test_any_body_is_json_or_malformed(body: bytes) -> None:
    with suppress(Malformed):
        read_json(body)
