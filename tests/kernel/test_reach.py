"""The codes of a scope, by which lists choose how they find their rows."""

from uuid import uuid4

import pytest

from registry.kernel.db.transactions import Scope

VILLAGE, TOWNSHIP, COUNTY = "421303187236", "421303187000", "421303000000"
FAR = "421321100200"


@pytest.mark.parametrize(
    ("scope", "counties", "ranges", "within"),
    [
        (Scope.of_division(VILLAGE), ["421303"], [(VILLAGE, VILLAGE)], True),
        (Scope.of_division(TOWNSHIP), ["421303"], [(TOWNSHIP, "421303187999")], True),
        (Scope.of_division(COUNTY), ["421303"], [(COUNTY, "421303999999")], False),
        (Scope.of_division("421300000000"), None, [("421300000000", "421399999999")], False),
        (Scope.ALL, None, [("0" * 12, "9" * 12)], False),
        (Scope(villages=(FAR, VILLAGE)), ["421303", "421321"], [(VILLAGE, VILLAGE), (FAR, FAR)], True),
        (Scope.EMPTY, [], [], False),
        (Scope(contracts=(uuid4(),)), [], [], False),
    ],
)
def test_reach(scope: Scope, counties: list[str] | None, ranges: list[tuple[str, str]], within: bool) -> None:
    reach = scope.reach
    assert reach.counties == counties
    assert list(zip(reach.firsts, reach.lasts, strict=True)) == ranges
    assert reach.within_counties is within


def test_a_village_inside_the_range_is_named_once() -> None:
    scope = Scope(first=TOWNSHIP, last="421303187999", villages=(VILLAGE, FAR))
    assert list(scope.reach.firsts) == [TOWNSHIP, FAR]
