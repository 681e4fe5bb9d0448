"""The arithmetic of division codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.divisions.model import Level, Range, code_range, level_of, merged, parents
from registry.kernel.db.transactions import Scope


@pytest.mark.parametrize(
    ("code", "level", "last"),
    [
        ("420000000000", Level.PROVINCE, "429999999999"),
        ("421300000000", Level.PREFECTURE, "421399999999"),
        ("421000000000", Level.PREFECTURE, "421099999999"),
        ("421303000000", Level.COUNTY, "421303999999"),
        ("421303187000", Level.TOWNSHIP, "421303187999"),
        ("421303100000", Level.TOWNSHIP, "421303100999"),
        ("421303187200", Level.VILLAGE, "421303187200"),
        ("421303187236", Level.VILLAGE, "421303187236"),
    ],
)
def test_the_level_and_the_subtree_follow_from_the_zeros(code: str, level: Level, last: str) -> None:
    assert level_of(code) is level
    assert code_range(code) == Range(first=code, last=last)
    assert Scope.of_division(code) == Scope(first=code, last=last)


def test_the_chain_goes_from_the_village_to_the_province() -> None:
    assert parents("421303187236") == (
        "421303187236",
        "421303187000",
        "421303000000",
        "421300000000",
        "420000000000",
    )
    assert parents("420000000000") == ("420000000000",)


def test_a_prefecture_without_counties_occurs_once() -> None:
    assert parents("441900003001") == ("441900003001", "441900003000", "441900000000", "440000000000")


@given(st.text("0123456789", min_size=12, max_size=12).filter(lambda code: not code.startswith("00")))
def test_a_division_lies_in_the_subtree_of_everything_above_it(code: str) -> None:
    assert all(code in code_range(above) for above in parents(code))
    assert parents(code)[0] == code


def test_merged_ranges_are_disjoint_and_lose_nothing() -> None:
    village, township, other = map(code_range, ("421303187236", "421303187000", "421321101000"))
    assert merged([other, village, township]) == (township, other)
    assert merged([]) == ()
    assert Level.TOWNSHIP.label == "乡镇"
