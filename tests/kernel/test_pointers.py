"""Pointers of a request and of what is shown."""

import pytest

from registry.kernel.errors import Invalid, Mistake, Warned, Warning_
from registry.kernel.findings import Override
from registry.kernel.forms.pointers import Pointers, below

FORM = Pointers({"/participants/0": "/rows/7", "/participants/0/land_uses": "/rows/7/displaced"})


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("/participants/0/area_mu", "/rows/7/area_mu"),
        ("/participants/0/land_uses/1/area_mu", "/rows/7/displaced/1/area_mu"),
        ("/participants/0", "/rows/7"),
        ("/participants/01", "/participants/01"),
    ],
)
def test_pointers_lead_to_what_is_shown_and_back(sent: str, shown: str) -> None:
    assert FORM.shown(sent) == shown
    assert FORM.sent(shown) == sent
    assert FORM.back([Override(code="a", pointer=shown, reason="因为")])[0].pointer == sent


def test_a_request_shown_as_a_part() -> None:
    row = below("/items/3")
    assert [one.pointer for one in row.moved([Mistake("", "a", "b"), Mistake("/day", "a", "b")])] == [
        "/items/3",
        "/items/3/day",
    ]
    assert row.sent("/items/3/day") == "/day"
    assert row.sent("/items/30/day") == "/items/30/day"


def test_mistakes_and_warnings_raised_inside_point_to_what_is_shown() -> None:
    with pytest.raises(Invalid) as invalid, below("/a").applied():
        raise Invalid([Mistake("/day", "a", "b")])
    assert [one.pointer for one in invalid.value.mistakes] == ["/a/day"]
    with pytest.raises(Warned) as warned, below("/a").applied():
        raise Warned([Warning_("code", "/day", "b", "rule")])
    assert [one.pointer for one in warned.value.warnings] == ["/a/day"]
