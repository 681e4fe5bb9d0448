"""One land use is charged once, on the line the rule names; flags and their baseline."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.gains.flags import Baseline, YearLine, baseline, flags, year_gain
from registry.gains.land_claims import Claim, charged_lines

D = Decimal
LAND = UUID(int=500)
RANKS = {"lease": 10, "equity": 20, "service": 30, "order": 40}


def claim(number: int, kind: str = "order", **more: Any) -> Claim:
    values: dict[str, Any] = {
        "participant_id": UUID(int=number),
        "line_key": f"season {number}",
        "land_use_id": LAND,
        "period": "2024",
        "kind": kind,
        "kind_rank": RANKS.get(kind),
        "charges_land": True,
        "signed_on": date(2024, 3, 1),
        "component_number": 1,
        **more,
    }
    return Claim(**values)


def first(*claims: Claim) -> int:
    charged = charged_lines(claims)
    lines = {charged[c.line, c.land_use_id] for c in claims if c.charges_land}
    assert len(lines) == 1
    return lines.pop()[0].int


def test_the_kind_comes_first() -> None:
    numbered = [claim(10 - index, kind) for index, kind in enumerate(RANKS)]
    assert first(*numbered) == 10
    assert first(*numbered[1:]) == 9
    assert first(*numbered[2:][::-1]) == 8


def test_then_the_signing_date_then_the_component() -> None:
    assert first(claim(1), claim(2, signed_on=date(2024, 2, 28))) == 2
    assert first(claim(1, component_number=3), claim(2, component_number=2)) == 2
    assert first(claim(2), claim(1)) == 1


def test_a_method_that_charges_no_land_is_passed_over() -> None:
    premium = claim(1, charges_land=False)
    order = claim(2, signed_on=date(2024, 5, 1))
    assert charged_lines([premium, order]) == {(order.line, LAND): order.line}


def test_another_season_or_land_use_is_charged_again() -> None:
    spring, autumn = claim(1, period="spring"), claim(1, period="autumn", line_key="autumn")
    other = claim(3, land_use_id=UUID(int=501))
    charged = charged_lines([spring, autumn, other])
    assert all(line == charged_to for (line, _), charged_to in charged.items())
    assert len(charged) == 3


def test_a_kind_without_land_is_refused() -> None:
    with pytest.raises(ValueError, match="needs no land"):
        charged_lines([claim(1, "employment")])


@given(
    st.permutations([claim(1), claim(2, "lease"), claim(3, "service"), claim(4, signed_on=date(2023, 1, 1))])
)
def test_the_order_of_the_claims_is_irrelevant(claims: list[Claim]) -> None:
    assert first(*claims) == 2


@pytest.mark.parametrize(
    ("recorded", "per_person", "residents", "expected"),
    [
        ("30000.00", "20133.00", 4, ("30000.00", "recorded")),
        (None, "20133.00", 4, ("80532.00", "average")),
        (None, "20133.00", None, (None, "unknown")),
        (None, "20133.00", 0, (None, "unknown")),
        (None, None, 4, (None, "unknown")),
    ],
)
def test_the_baseline(
    recorded: str | None, per_person: str | None, residents: int | None, expected: tuple[str | None, str]
) -> None:
    got = baseline(
        None if recorded is None else D(recorded), None if per_person is None else D(per_person), residents
    )
    assert (None if got.amount is None else str(got.amount), got.basis) == expected


@pytest.mark.parametrize(
    ("gain", "amount", "expected"),
    [
        ("-0.01", "10000.00", ("negative_gain",)),
        ("0.00", "10000.00", ()),
        ("5400.00", "10000.00", ()),
        ("5400.01", "10000.00", ("above_baseline",)),
        ("5400.01", None, ()),
        (None, "10000.00", ()),
    ],
)
def test_flags(gain: str | None, amount: str | None, expected: tuple[str, ...]) -> None:
    against = Baseline(amount=None if amount is None else D(amount), basis="recorded")
    assert flags(None if gain is None else D(gain), against) == expected


def test_the_gain_of_a_year_needs_every_recognised_line() -> None:
    done, running = YearLine(recognised=True, cash_gain=D("5.00")), YearLine(recognised=False, cash_gain=None)
    lost = YearLine(recognised=True, cash_gain=D("-7.00"))
    assert year_gain([done, running, lost]) == D("-2.00")
    assert year_gain([done, YearLine(recognised=True, cash_gain=None)]) is None
    assert year_gain([running]) is None
    assert year_gain([]) is None
