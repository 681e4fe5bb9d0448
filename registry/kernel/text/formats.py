"""Formats figures, dates and times for Chinese pages. Formatting never rounds: money.py did, once, before.

None is always "—": unknown, never 0. A minus is "−".
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

from registry.kernel import money as rounding

UNKNOWN: Final = "—"
MINUS: Final = "−"
LOCAL: Final = ZoneInfo("Asia/Shanghai")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Number = Decimal | int | None


def number(value: Number, places: int = 2) -> str:
    """Thousands separators and at least `places` decimals; more where the value has more."""
    if value is None:
        return UNKNOWN
    whole, _, tail = format(abs(Decimal(value)), ",f").partition(".")
    tail = tail.rstrip("0").ljust(places, "0")
    return f"{MINUS if value < 0 else ''}{whole}{'.' if tail else ''}{tail}"


def money(value: Number) -> str:
    """Yuan without the unit: 1409.5 → 1,409.50."""
    return number(value, 2)


def price(value: Number) -> str:
    """Yuan per kg, two decimals or as many as it has up to four."""
    return number(value, 2)


def signed(value: Number) -> str:
    """With its sign always shown: +2,991.64 / −410.20; zero has none."""
    return f"+{number(value)}" if value is not None and value > 0 else number(value)


def gain(value: Number) -> str:
    """A gain by word and sign: 多挣 +2,991.64 / 少挣 −410.20 / 持平 0.00."""
    if value is None:
        return UNKNOWN
    word = "多挣" if value > 0 else "少挣" if value < 0 else "持平"
    return f"{word} {signed(value)}"


def direction(value: Number) -> str:
    """The class of a gain's colour: more, less or nothing."""
    return "" if not value else "more" if value > 0 else "less"


def mu(value: Number) -> str:
    """Mu without the unit, two decimals or the parcel's four."""
    return number(value, 2)


def kg(value: Number) -> str:
    """Kilograms without the unit."""
    return number(value, 2)


def weight(value: Decimal | None, unit: rounding.WeightUnit = "jin") -> str:
    """Kilograms in the unit the user chose, 公斤 beside it: 3,000.00 斤（1,500.00 公斤）."""
    if value is None:
        return UNKNOWN
    if unit == "kg":
        return f"{kg(value)} 公斤"
    return f"{number(rounding.from_kg(value, unit))} {rounding.UNIT_NAMES[unit]}（{kg(value)} 公斤）"


def figure(text: str | None) -> str:
    """A stored decimal or day in text form as people write it; any other text as it is."""
    if text is None:
        return UNKNOWN
    if _DAY.fullmatch(text):
        return day(date.fromisoformat(text))
    try:
        return number(Decimal(text))
    except InvalidOperation:
        return text


def count(value: int | None) -> str:
    return number(value, 0)


def percent(value: Number) -> str:
    """A share given in percent: 85.3 → 85.30%."""
    return UNKNOWN if value is None else f"{number(value)}%"


def plain(value: Decimal | None) -> str:
    """For the value of an input: no separators, no needless zeros beyond two decimals; None is empty."""
    return "" if value is None else number(value).replace(",", "").replace(MINUS, "-")


def day(value: date | None) -> str:
    """2022年9月12日."""
    return UNKNOWN if value is None else f"{value.year}年{value.month}月{value.day}日"


def span(first: date | None, last: date | None) -> str:
    """2022年9月1日至2022年10月31日; an open end is named."""
    if first is None and last is None:
        return UNKNOWN
    return f"{day(first)}至{'今' if last is None else day(last)}"


def moment(value: datetime | None) -> str:
    """2022年9月12日 10:32, Chinese time. ValueError for a time without offset."""
    if value is None:
        return UNKNOWN
    if value.tzinfo is None:
        raise ValueError("a time needs its offset")
    local = value.astimezone(LOCAL)
    return f"{day(local.date())} {local:%H:%M}"


def words(value: Decimal | None) -> str:
    """An amount in words for check pages and paper (大写)."""
    return UNKNOWN if value is None else rounding.in_words(value)


FILTERS: Final[Mapping[str, Callable[..., str]]] = {
    "count": count,
    "day": day,
    "direction": direction,
    "figure": figure,
    "gain": gain,
    "kg": kg,
    "moment": moment,
    "money": money,
    "mu": mu,
    "number": number,
    "percent": percent,
    "plain": plain,
    "price": price,
    "signed": signed,
    "weight": weight,
    "words": words,
}
