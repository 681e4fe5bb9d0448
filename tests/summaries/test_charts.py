"""Geometry of the pictures: nothing lost, nothing overlapping, losses left of zero."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.summaries import charts
from registry.summaries.charts import DOT, MAX_ROWS, WIDTH, Part

amounts = st.decimals(min_value=-1_000_000, max_value=1_000_000, places=2)


def parts(*values: str) -> list[Part]:
    names = ("wage", "business", "property", "transfer")
    return [Part(name=n, label=n, amount=Decimal(v)) for n, v in zip(names, values, strict=False)]


def test_classes_stand_beside_each_other_in_proportion() -> None:
    chart = charts.stacked(parts("25", "50", "0", "25"))
    assert chart is not None
    assert [(s.part.name, s.x, s.width) for s in chart.segments] == [
        ("wage", 0, 240),
        ("business", 240, 480),
        ("transfer", 720, 240),
    ]
    assert (chart.zero, chart.total) == (0, Decimal(100))


def test_a_negative_class_lies_left_of_zero() -> None:
    chart = charts.stacked(parts("75", "-25"))
    assert chart is not None
    assert [(s.part.name, s.x, s.width) for s in chart.segments] == [("business", 0, 240), ("wage", 240, 720)]
    assert (chart.zero, chart.total) == (240, Decimal(50))


def test_nothing_to_draw() -> None:
    assert charts.stacked(parts("0", "0")) is None
    assert charts.strip([]) is None


@given(st.lists(amounts, min_size=1, max_size=4))
def test_segments_fill_the_bar_without_gaps(values: list[Decimal]) -> None:
    chart = charts.stacked(parts(*map(str, values)))
    if chart is None:
        assert not any(values)
        return
    assert sum(segment.width for segment in chart.segments) == WIDTH
    assert all(left.x + left.width == right.x for left, right in pairwise(chart.segments))


def dots(path: str) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in (move.split() for move in path.replace("h0", "").split("M")[1:])]


@given(st.lists(amounts, min_size=1, max_size=200))
def test_every_household_is_a_dot_on_its_side_of_zero(values: list[Decimal]) -> None:
    chart = charts.strip(values)
    assert chart is not None
    drawn = dots(chart.more) + dots(chart.less)
    assert len(drawn) == len(set(drawn))
    assert all(0 < x < WIDTH and 0 < y < chart.height for x, y in drawn)
    assert chart.n == len(values)
    assert chart.losing == sum(value < 0 for value in values)
    if chart.each == 1:
        assert (len(dots(chart.more)), len(dots(chart.less))) == (chart.n - chart.losing, chart.losing)
    assert all(x <= chart.zero + DOT for x, _ in dots(chart.less))
    assert chart.ticks[0].value <= min(values)
    assert chart.ticks[-1].value >= max(values)
    assert 2 <= len(chart.ticks) <= 7


@pytest.mark.parametrize(("values", "each"), [([1] * MAX_ROWS, 1), ([1] * (MAX_ROWS + 1), 2)])
def test_a_dot_represents_more_when_there_is_no_room(values: Sequence[int], each: int) -> None:
    chart = charts.strip([Decimal(value) for value in values])
    assert chart is not None
    assert chart.each == each
    assert chart.middle == 1


def test_the_picture_does_not_grow_with_the_households() -> None:
    chart = charts.strip([Decimal(n % 5000) for n in range(200_000)])
    assert chart is not None
    assert len(chart.more) < 200_000
