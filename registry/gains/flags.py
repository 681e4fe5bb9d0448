"""Flags of a household's year and the baseline they are held against (gains.md 7). Pure."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from registry.kernel import money

ABOVE_BASELINE: Final = Decimal("0.54")
"""Systematic reviews of contract farming find 23–54 %; a gain above that is worth a look."""


BaselineBasis: TypeAlias = Literal["recorded", "average", "unknown"]
"""The household's recorded income, an average of the place, or not checked."""


class Baseline(Struct, frozen=True, kw_only=True):
    """Income a year's gain is held against, yuan; None and "unknown": not checked."""

    amount: Decimal | None
    basis: BaselineBasis


class YearFlags(Struct, frozen=True, kw_only=True):
    """What is worth a look in a household's year, and what it was held against."""

    flags: tuple[str, ...]
    baseline: BaselineBasis


UNKNOWN: Final = Baseline(amount=None, basis="unknown")


class YearLine(Struct, frozen=True, kw_only=True):
    """A line of the household and year, as far as flags go; `recognised`: not provisional on the day."""

    recognised: bool
    cash_gain: Decimal | None


def baseline(recorded: Decimal | None, income_per_person: Decimal | None, residents: int | None) -> Baseline:
    """Recorded disposable income of the year before the first linkage; else rural disposable income per
    person (nearest division, the year before the line's) × residents, marked as an average; else not
    checked (gains.md 7)."""
    if recorded is not None:
        return Baseline(amount=money.yuan(recorded), basis="recorded")
    if income_per_person is not None and residents:
        return Baseline(amount=money.yuan(income_per_person * residents), basis="average")
    return Baseline(amount=None, basis="unknown")


def year_gain(lines: Iterable[YearLine]) -> Decimal | None:
    """The household's gain of the year, for flags and distribution: the sum of its recognised lines when all
    of them are complete and there is one; None otherwise (gains.md 7)."""
    gains = [line.cash_gain for line in lines if line.recognised]
    known = [gain for gain in gains if gain is not None]
    return money.total(known) if known and len(known) == len(gains) else None


def year_flags(lines: Iterable[YearLine], against: Baseline) -> YearFlags:
    """The flags of a household's year."""
    return YearFlags(flags=flags(year_gain(lines), against), baseline=against.basis)


def flags(gain: Decimal | None, against: Baseline) -> tuple[str, ...]:
    """`negative_gain`; `above_baseline`: a gain above 54 % of the baseline income. None is never flagged."""
    if gain is None:
        return ()
    if gain < 0:
        return ("negative_gain",)
    above = against.amount is not None and gain > 0 and gain > against.amount * ABOVE_BASELINE
    return ("above_baseline",) if above else ()
