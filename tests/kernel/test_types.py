"""Value types: credit codes by their vectors, ids, and that schema, pattern and bounds agree."""

import re
import time
from decimal import Decimal
from typing import Any, get_args
from uuid import RFC_4122

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.kernel import types
from registry.kernel.errors import Invalid
from registry.kernel.forms.parsing import parse
from registry.kernel.types import CREDIT_ALPHABET, CreditCode, credit_code_ok, new_id

DECIMALS = [
    types.Yuan,
    types.SignedYuan,
    types.Kg,
    types.Mu,
    types.ParcelMu,
    types.UnitPrice,
    types.SignedUnitPrice,
    types.Percent,
    types.SignedPercent,
    types.Days,
    types.Quantity,
    types.Ratio,
]


@pytest.mark.parametrize("code", ["91421303MA49000102", "93421303MA4900029Q", "N2421303MF4900035D"])
def test_valid_credit_codes(code: str) -> None:
    assert credit_code_ok(code)
    assert parse(CreditCode, code) == code


@given(position=st.integers(0, 17), other=st.sampled_from(CREDIT_ALPHABET))
def test_any_single_wrong_character_is_noticed(position: int, other: str) -> None:
    code = "91421303MA49000102"
    wrong = code[:position] + other + code[position + 1 :]
    assert credit_code_ok(wrong) == (wrong == code)


@pytest.mark.parametrize("code", ["", "9142130", "91421303MA4900010I", "91421303ma49000102", "9" * 19])
def test_malformed_credit_codes(code: str) -> None:
    assert not credit_code_ok(code)


def test_ids_are_version_7_rise_and_carry_the_time() -> None:
    before = time.time_ns() // 1_000_000
    ids = [new_id() for _ in range(5000)]
    after = time.time_ns() // 1_000_000 + 5
    assert ids == sorted(set(ids))
    assert {one.version for one in ids} == {7}
    assert {one.variant for one in ids} == {RFC_4122}
    assert before <= ids[0].int >> 80 <= ids[-1].int >> 80 <= after


@pytest.mark.parametrize("kind", DECIMALS, ids=str)
@settings(max_examples=40)
@given(data=st.data())
def test_schema_pattern_and_reader_agree(kind: Any, data: st.DataObject) -> None:
    """What the documented pattern admits is read, and what is read fits the pattern."""
    pattern = msgspec.json.schema(kind)["pattern"]
    text = data.draw(
        st.from_regex(pattern, fullmatch=True)
        | st.from_regex(r"-?[0-9]{1,13}(\.[0-9]{1,5})?", fullmatch=True)
    )
    fits = re.fullmatch(pattern, text) is not None
    extra = get_args(kind)[1].extra
    try:
        value = parse(kind, text)
    except Invalid:
        # A signed pattern cannot say that the lower bound ends where the upper does; zero may carry a sign.
        assert not fits or not extra["min"] <= Decimal(text) <= extra["max"]
    else:
        assert value == Decimal(text)
        assert fits or not value


@pytest.mark.parametrize("kind", DECIMALS, ids=str)
def test_examples_are_valid(kind: Any) -> None:
    for one in msgspec.json.schema(kind)["examples"]:
        parse(kind, one)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (types.DivisionCode, "421303187000", "42130318700"),
        (types.AreaCode, "Q12", "12"),
        (types.PlaceCode, "Q12", "X12"),
        (types.CountyCode, "421303", "4213031"),
        (types.CodeWord, "chili_dried", "Chili"),
        (types.ShortText, "示例户 03-017", " 空格开头"),
        (types.Reason, "重复登记", "重"),
        (types.LongText, "第一行\n第二行", "\x07"),
        (types.Year, 2022, 22),
        (types.Count, 0, -1),
        (types.Version, 1, 0),
    ],
    ids=lambda one: str(one)[:20],
)
def test_codes_and_texts(kind: Any, good: object, bad: object) -> None:
    assert parse(kind, good) == good
    with pytest.raises(Invalid):
        parse(kind, bad)
