"""Reads whole numbers and decimals. No floats: a JSON fraction is refused with a clear word."""

import re
from decimal import Decimal
from typing import Any, Final, TypeAlias

from msgspec import inspect

from registry.kernel.forms.reading import BAD, Extra, Fraction, Reader, Reading
from registry.kernel.text import normalise

WHOLE: Final = (-(2**31), 2**31 - 1)
"""Bounds of a whole number that names none: those of the integer columns."""

Bounds: TypeAlias = tuple[Any, Any, Any, Any]
"""Lowest, highest, exclusive lower, exclusive upper; None where there is no such bound."""

_PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_EXPONENT = re.compile(r"[+-]?[0-9.]+[eE][+-]?[0-9]+")
_ENDLESS = re.compile(r"[+-]?(s?nan[0-9]*|inf(inity)?)", re.IGNORECASE)


def _outside(value: Any, bounds: Bounds, at: str, what: str, reading: Reading) -> bool:
    """Notes the first bound a number breaks."""
    low, high, above, below = bounds
    broken = (
        ("number.positive", above, above is not None and value <= above),
        ("number.negative" if low == 0 else "number.small", low, low is not None and value < low),
        ("number.big", high, high is not None and value > high),
        ("number.below", below, below is not None and value >= below),
    )
    for code, limit, holds in broken:
        if holds:
            reading.wrong(at, code, what, limit=limit)
            return True
    return False


def whole(kind: inspect.IntType, extra: Extra, what: str) -> Reader:
    low, high = extra.get("min", kind.ge), extra.get("max", kind.le)
    above, below = extra.get("above", kind.gt), kind.lt
    low = WHOLE[0] if low is None and above is None else low
    high = WHOLE[1] if high is None and below is None else high
    suffixes = extra.get("suffixes", ())

    def read(value: Any, at: str, reading: Reading) -> object:
        found = value
        if reading.text and isinstance(value, str):
            text = normalise.number(value, suffixes)
            found = int(text) if re.fullmatch("-?[0-9]{1,19}", text) else None
        if isinstance(found, bool) or not isinstance(found, int):
            return reading.wrong(at, "type.whole", what)
        if _outside(found, (low, high, above, below), at, what, reading):
            return BAD
        if kind.multiple_of and found % kind.multiple_of:
            return reading.wrong(at, "number.step", what, limit=kind.multiple_of)
        return found

    return read


def decimal(_: inspect.DecimalType, extra: Extra, what: str) -> Reader:
    scale: int | None = extra.get("scale")
    bounds = (extra.get("min"), extra.get("max"), extra.get("above"), None)
    suffixes = extra.get("suffixes", ())
    example = "1" if scale == 0 else f"1.{'50'.ljust(scale or 2, '0')}"

    def read(value: Any, at: str, reading: Reading) -> object:
        if isinstance(value, float | Fraction):
            return reading.wrong(at, "number.float", what, example=example)
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            return reading.wrong(at, "type.number", what)
        text = normalise.number(value, suffixes) if reading.text and isinstance(value, str) else str(value)
        if len(text) > 40 or not _PLAIN.fullmatch(text):
            return _no_number(text, at, what, extra, reading)
        whole, _, places = text.partition(".")
        if reading.text:
            places = places.rstrip("0")
        if scale is not None and len(places) > scale:
            return reading.wrong(at, "number.scale", what, limit=scale)
        number = Decimal(f"{whole}.{places}" if places else whole)
        if _outside(number, bounds, at, what, reading):
            return BAD
        return number if number else abs(number)

    return read


def _no_number(text: str, at: str, what: str, extra: Extra, reading: Reading) -> object:
    """The mistake of a text that is not a plain decimal."""
    if _EXPONENT.fullmatch(text):
        return reading.wrong(at, "number.exponent", what)
    if _ENDLESS.fullmatch(text):
        return reading.wrong(at, "number.infinite", what)
    unit = extra.get("unit")
    if reading.text and unit and re.fullmatch(r"-?[0-9.,]+\s*[^\W\d_]+", text):
        return reading.wrong(at, "number.unit", what, unit=unit)
    return reading.wrong(at, "type.number", what)
