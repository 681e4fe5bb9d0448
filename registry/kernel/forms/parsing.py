"""Reads what a client sent into a Struct and names all mistakes at once (msgspec stops at the first one).
One way for pages, JSON and imports. Objects and lists are `structures.py`, simple values `readers.py`."""

from collections.abc import Iterable
from typing import Any, Final, TypeVar

import msgspec

from registry.kernel.errors import DomainError, Invalid
from registry.kernel.forms.reading import BAD, Fraction, Reading, TooMany
from registry.kernel.forms.structures import reader

T = TypeVar("T")

KEYS: Final = 20_000
INDEX: Final = 100_000
KEY_DEPTH: Final = 6


class Malformed(DomainError):
    """The body is no JSON or no form at all, so there is no field to point at."""

    code = "malformed"
    status = 400
    title = "The body cannot be read"
    detail = "提交的内容无法读取：不是有效的 UTF-8 编码的 JSON 或表单，请检查后重新提交。"


def parse(kind: type[T], raw: object, *, text: bool = False) -> T:
    """`raw` (plain dicts, lists, scalars) as `kind`; Invalid with every mistake.

    `text`: values were typed (form, CSV): all are strings, "" is not sent, full-width digits, thousand
    separators and trailing units are understood. Else JSON: decimals are strings or whole numbers. A Struct's
    own `mistakes()` (an iterable of Mistake, pointers relative to it) is asked once its fields are right.
    """
    reading = Reading(text=text)
    found: Any = BAD
    shape: Any = kind
    try:
        found = reader(shape)(raw, "", reading)
    except TooMany:
        pass
    except RecursionError:
        reading.wrong("", "deep", "")
    if reading.mistakes:
        raise Invalid(reading.mistakes)
    return found  # type: ignore[no-any-return]


def read_json(body: bytes) -> object:
    """Plain values of a JSON body, fractions kept as written; Malformed if it is not JSON."""
    try:
        return _JSON.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as fault:
        raise Malformed from fault


def nested(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Form pairs as nested values: "annex-0-area_mu" is in row 0 of "annex"; a repeated name is a list.

    Rows keep their index as int keys, so that a pointer leads back to the field that was filled in.
    Raises Malformed on hostile input (too many or too deep names, a name used as value and as group).
    """
    root: dict[Any, Any] = {}
    for count, (name, value) in enumerate(pairs):
        path = [_step(part) for part in name.split("-")]
        if count >= KEYS or len(path) > KEY_DEPTH:
            raise Malformed
        group = root
        for part in path[:-1]:
            group = group.setdefault(part, {})
            if not isinstance(group, dict):
                raise Malformed
        _put(group, path[-1], value)
    return root


def field_name(pointer: str) -> str:
    """The form field of a pointer: "/annex/0/area_mu" is "annex-0-area_mu"."""
    return pointer.removeprefix("/").replace("/", "-")


def _step(part: str) -> str | int:
    """A part of a field name: a row number or a name."""
    if part.isascii() and part.isdigit():
        if len(part) > len(str(INDEX)):
            raise Malformed
        return int(part)
    return part


def _put(group: dict[Any, Any], key: str | int, value: Any) -> None:
    if key not in group:
        group[key] = value
    elif isinstance(group[key], dict):
        raise Malformed
    elif isinstance(group[key], list):
        group[key].append(value)
    else:
        group[key] = [group[key], value]


_JSON = msgspec.json.Decoder(float_hook=Fraction)
