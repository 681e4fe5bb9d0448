"""Reads one value of a simple type and names what is wrong with it. Numbers are `numbers.py`, objects and
lists are `parsing.py`."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import inspect

from registry.kernel.errors import Mistake
from registry.kernel.forms import numbers
from registry.kernel.forms.reading import BAD, Builder, Extra, Reader, Reading
from registry.kernel.text import normalise

TEXT_LENGTH: Final = 4000
YEARS: Final = (1900, 2199)

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32}")
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_HIDDEN = re.compile(f"[{_CONTROL}]")
_HIDDEN_OR_BREAK = re.compile(f"[{_CONTROL}\t\n\r\u2028\u2029]")


def leaf(kind: inspect.Type, extra: Extra, what: str) -> Reader | None:
    """The reader of a simple type, None if the type is not simple."""
    build = _LEAVES.get(type(kind))
    return build(kind, extra, what) if build else None


def _own_words(reading: Reading, at: str, code: str, what: str, extra: Extra) -> object:
    """A failed pattern or check has the message of the type."""
    if "say" not in extra:
        return reading.wrong(at, code, what)
    subject = f"{what}：" if what else ""
    english = f"{at.rpartition('/')[2] or 'the content'}: {extra.get('say_en', 'has the wrong form')}"
    reading.add(Mistake(pointer=at, code=code, message=f"{subject}{extra['say']}", english=english))
    return BAD


def _text(kind: inspect.StrType, extra: Extra, what: str) -> Reader:
    pattern = re.compile(kind.pattern) if kind.pattern else None
    hidden = _HIDDEN if extra.get("lines") else _HIDDEN_OR_BREAK
    low, high = kind.min_length or 0, TEXT_LENGTH if kind.max_length is None else kind.max_length
    clean = normalise.code if extra.get("fold") else normalise.line
    check = extra.get("check")

    def read(value: Any, at: str, reading: Reading) -> object:
        if not isinstance(value, str):
            return reading.wrong(at, "type.text", what)
        text = clean(value) if reading.text else value
        if hidden.search(text):
            return reading.wrong(at, "text.control", what)
        if not low <= len(text) <= high:
            code, limit = ("text.short", low) if len(text) < low else ("text.long", high)
            return reading.wrong(at, code, what, limit=limit)
        if pattern and not pattern.search(text):
            return _own_words(reading, at, "text.pattern", what, extra)
        if check and not check(text):
            return _own_words(reading, at, "text.check", what, extra)
        return text

    return read


def _yes_no(_: inspect.BoolType, extra: Extra, what: str) -> Reader:
    del extra

    def read(value: Any, at: str, reading: Reading) -> object:
        found = normalise.yes_no(value) if reading.text and isinstance(value, str) else value
        return found if isinstance(found, bool) else reading.wrong(at, "type.yes_no", what)

    return read


def _date(_: inspect.DateType, extra: Extra, what: str) -> Reader:
    low, high = extra.get("years", YEARS)

    def read(value: Any, at: str, reading: Reading) -> object:
        if type(value) is date:
            found = value
        else:
            if not isinstance(value, str):
                return reading.wrong(at, "date.form", what)
            text = normalise.day(value) if reading.text else value
            parts = _DAY.fullmatch(text)
            if parts is None:
                return reading.wrong(at, "date.form", what)
            try:
                found = date(*map(int, parts.groups()))
            except ValueError:
                return reading.wrong(at, "date.none", what, value=text)
        if not low <= found.year <= high:
            return reading.wrong(at, "date.range", what, low=low, high=high)
        return found

    return read


def _converted(target: type, tidy: Callable[[str], str]) -> Builder:
    """Times: msgspec's own reading of RFC 3339 is right; a date-time without an offset is refused."""

    def build(_: Any, extra: Extra, what: str) -> Reader:
        del extra

        def read(value: Any, at: str, reading: Reading) -> object:
            raw = tidy(value) if reading.text and isinstance(value, str) else value
            try:
                found: Any = msgspec.convert(raw, target)
            except msgspec.ValidationError:
                return reading.wrong(at, "time.form", what)
            if isinstance(found, datetime) and (
                found.tzinfo is None or not YEARS[0] <= found.year <= YEARS[1]
            ):
                return reading.wrong(at, "time.form", what)
            return found

        return read

    return build


def _uuid(_: inspect.UUIDType, extra: Extra, what: str) -> Reader:
    del extra

    def read(value: Any, at: str, reading: Reading) -> object:
        if isinstance(value, UUID):
            return value
        text = value.strip() if reading.text and isinstance(value, str) else value
        if not isinstance(text, str) or not _UUID.fullmatch(text):
            return reading.wrong(at, "id.form", what)
        return UUID(text)

    return read


def _choice(kind: inspect.EnumType | inspect.LiteralType, extra: Extra, what: str) -> Reader:
    """Enums and literals by value; typed, also by the Chinese label of the enum member or of `labels`."""
    known: dict[Any, Any] = (
        {member.value: member for member in kind.cls}
        if isinstance(kind, inspect.EnumType)
        else {value: value for value in kind.values}
    )
    labels: dict[str, Any] = {str(value): member for value, member in known.items()}
    words: dict[Any, str] = dict(extra.get("labels", {}))
    for value, member in known.items():
        words.setdefault(value, str(getattr(member, "label", value) if isinstance(member, Enum) else value))
        labels.setdefault(words[value], member)
    typed_choices = "、".join(dict.fromkeys(words.values()))
    choices = "、".join(map(str, known))

    def read(value: Any, at: str, reading: Reading) -> object:
        if reading.text and isinstance(value, str):
            text = normalise.half_width(value)
            found = labels.get(text, labels.get(value.strip(), BAD))
            return reading.wrong(at, "choice", what, choices=typed_choices) if found is BAD else found
        scalar = isinstance(value, str | int) and not isinstance(value, bool)
        if isinstance(value, Enum) and value in known.values():
            return value
        if not scalar or value not in known:
            return reading.wrong(at, "choice", what, choices=choices)
        return known[value]

    return read


_LEAVES: dict[type, Builder] = {
    inspect.StrType: _text,
    inspect.IntType: numbers.whole,
    inspect.DecimalType: numbers.decimal,
    inspect.BoolType: _yes_no,
    inspect.DateType: _date,
    inspect.DateTimeType: _converted(datetime, normalise.moment),
    inspect.TimeType: _converted(time, normalise.half_width),
    inspect.TimeDeltaType: _converted(timedelta, normalise.half_width),
    inspect.UUIDType: _uuid,
    inspect.EnumType: _choice,
    inspect.LiteralType: _choice,
}
