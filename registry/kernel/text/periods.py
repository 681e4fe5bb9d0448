"""Reporting periods: a year, a quarter or a month, as written in an address (2022, 2022Q3, 2022-10)."""

import re
from datetime import date, timedelta
from functools import cache
from typing import Annotated, Final, TypeAlias

from msgspec import Meta, Struct

from registry.kernel.errors import Invalid, Mistake

_FORM: Final = re.compile(r"(?P<year>(?:19|20|21)[0-9]{2})(?:Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")

PeriodText: TypeAlias = Annotated[
    str, Meta(pattern="^(19|20|21)[0-9]{2}(Q[1-4]|-(0[1-9]|1[0-2]))?$", examples=["2022"])
]


Days: TypeAlias = tuple[date, date]


class Period(Struct, frozen=True, kw_only=True):
    """A period with its first and last day, both included."""

    text: str
    first: date
    last: date

    @property
    def days(self) -> "Days":
        """The first and the last day."""
        return self.first, self.last

    @property
    def is_year(self) -> bool:
        return self.text == f"{self.first.year:04}"

    @property
    def label(self) -> str:
        """2022 年, 2022 年第 3 季度, 2022 年 10 月"""
        year, quarter, month = f"{self.first.year} 年", (self.first.month + 2) // 3, self.first.month
        if "Q" in self.text:
            return f"{year}第 {quarter} 季度"
        return f"{year} {month} 月" if "-" in self.text else year


def period(text: str) -> Period:
    """The period a text names. ValueError for any other text."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"not a period: {text!r}")
    year = int(found["year"])
    if found["quarter"]:
        month, months = int(found["quarter"]) * 3 - 2, 3
    elif found["month"]:
        month, months = int(found["month"]), 1
    else:
        month, months = 1, 12
    return Period(text=text, first=date(year, month, 1), last=_last(year, month + months - 1))


def parse_period(text: str) -> Period:
    """The period of an address. Invalid for a text that names none."""
    try:
        return period(text)
    except ValueError as fault:
        say = "时期请填年（2022）、季度（2022Q3）或月（2022-10）"
        english = "give a year (2022), a quarter (2022Q3) or a month (2022-10)"
        raise Invalid([Mistake(pointer="/period", code="period", message=say, english=english)]) from fault


def of_year(year: int) -> Period:
    """The calendar year."""
    return period(f"{year:04}")


@cache
def containing(day: date) -> tuple[Period, Period, Period]:
    """The year, the quarter and the month of a day."""
    year, quarter = f"{day.year:04}", (day.month + 2) // 3
    return period(year), period(f"{year}Q{quarter}"), period(f"{year}-{day.month:02}")


def _last(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
