"""Geometry of pictures in pages: stacked bar by class, strip plot of gains. Pure; macros/chart.html draws.

Lengths are whole units of the viewBox: a picture needs no more, and no float comes near money.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from statistics import median_low
from typing import Final

import msgspec

WIDTH: Final = 960
DOT: Final = 4
MAX_ROWS: Final = 50


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One class of a stacked bar: name (wage, business, property, transfer), Chinese label, yuan."""

    name: str
    label: str
    amount: Decimal


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    part: Part
    x: int
    width: int


class Stacked(msgspec.Struct, frozen=True, kw_only=True):
    segments: tuple[Segment, ...]
    zero: int
    total: Decimal
    width: int = WIDTH


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    x: int
    value: Decimal


class Strip(msgspec.Struct, frozen=True, kw_only=True):
    """Each dot is `each` households: 1 unless too many. `zero` and `median` are their x."""

    more: str
    less: str
    zero: int
    median: int
    middle: Decimal
    ticks: tuple[Tick, ...]
    height: int
    each: int
    n: int
    losing: int
    width: int = WIDTH


def stacked(parts: Sequence[Part]) -> Stacked | None:
    """Negative parts to the left of zero, positive to the right, in the given order; None if all are zero."""
    size = sum((abs(part.amount) for part in parts), Decimal(0))
    if not size:
        return None
    negative = [part for part in parts if part.amount < 0]
    zero = _scaled(sum((-part.amount for part in negative), Decimal(0)), size)
    left = _row(negative, 0, size)
    right = _row([part for part in parts if part.amount > 0], zero, size)
    return Stacked(segments=(*left, *right), zero=zero, total=sum((p.amount for p in parts), Decimal(0)))


def strip(values: Iterable[Decimal]) -> Strip | None:
    """A dot per household above its gain, the zero line always in view; None without values."""
    known = sorted(values)
    if not known:
        return None
    ticks = _ticks(min(known[0], Decimal(0)), max(known[-1], Decimal(0)))
    low, span = ticks[0], ticks[-1] - ticks[0]

    def across(value: Decimal) -> int:
        return DOT + _scaled(value - low, span, WIDTH - 2 * DOT)

    columns = Counter((across(value) // DOT, value < 0) for value in known)
    fullest = max(Counter(column for column, _ in columns.elements()).values())
    each = -(-fullest // MAX_ROWS)
    height = DOT * (min(-(-fullest // each), MAX_ROWS) + 2)
    middle = median_low(known)
    return Strip(
        more=_dots(columns, losing=False, each=each, height=height),
        less=_dots(columns, losing=True, each=each, height=height),
        zero=across(Decimal(0)),
        median=across(middle),
        middle=middle,
        ticks=tuple(Tick(x=across(value), value=value) for value in ticks),
        height=height,
        each=each,
        n=len(known),
        losing=bisect_left(known, Decimal(0)),
    )


def _row(parts: Sequence[Part], start: int, size: Decimal) -> list[Segment]:
    """Segments beside each other; each end is rounded, so that no gap adds up."""
    segments, done = [], Decimal(0)
    for part in parts:
        x = start + _scaled(done, size)
        done += abs(part.amount)
        segments.append(Segment(part=part, x=x, width=start + _scaled(done, size) - x))
    return segments


def _dots(columns: Counter[tuple[int, bool]], *, losing: bool, each: int, height: int) -> str:
    """A path of points, one zero-length stroke each: round caps make them dots. Losses are lowest."""
    moves: list[str] = []
    for (column, below), count in sorted(columns.items()):
        if below is losing:
            first = 0 if losing else -(-columns[column, True] // each)
            rows = range(first, first + -(-count // each))
            moves += [f"M{column * DOT + DOT // 2} {height - DOT - row * DOT}h0" for row in rows]
    return "".join(moves)


def _ticks(low: Decimal, high: Decimal) -> list[Decimal]:
    """Round values around low … high, three to seven of them, zero among them."""
    step = _step((high - low) / 4)
    first = int((low / step).to_integral_value(ROUND_FLOOR))
    last = int((high / step).to_integral_value(ROUND_CEILING))
    return [step * index for index in range(first, max(last, first + 1) + 1)]


def _step(rough: Decimal) -> Decimal:
    """The next 1, 2 or 5 times a power of ten, at least 1."""
    power = Decimal(1)
    while power * 10 <= rough:
        power *= 10
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)


def _scaled(value: Decimal, size: Decimal, width: int = WIDTH) -> int:
    return int((value * width / size).to_integral_value(ROUND_HALF_EVEN))
