"""Reads objects, lists and unions of them by the description msgspec gives of a type. Simple values are
`readers.py`, what is sent in is `parsing.py`."""

from collections.abc import Hashable, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import inspect

from registry.kernel.errors import Mistake
from registry.kernel.forms.messages import escape
from registry.kernel.forms.readers import leaf
from registry.kernel.forms.reading import BAD, Extra, Reader, Reading
from registry.kernel.text import normalise

ITEMS: Final = 20_000
POINTER_LENGTH: Final = 1_000
TECHNICAL: Final = frozenset({"idempotency_key", "csrf_token"})
"""Hidden form fields that are no content, like names that start with an underscore (buttons)."""


@cache
def reader(kind: Hashable) -> Reader:
    """The compiled reader of a type; TypeError at once if the type holds something a client cannot send."""
    return _build(inspect.type_info(kind), {}, "", {})


Known: TypeAlias = dict[Any, Reader]


def _build(kind: inspect.Type, extra: Extra, what: str, known: Known) -> Reader:
    """Reader of any type. `known` holds the Structs around it, so that a type may hold itself."""
    if isinstance(kind, inspect.Metadata):
        told = kind.extra_json_schema or {}
        return _build(kind.type, {**(kind.extra or {}), **extra}, what or told.get("title", ""), known)
    simple = leaf(kind, extra, what)
    if simple:
        return simple
    if isinstance(kind, inspect.StructType):
        return _struct(kind, what, known)
    if isinstance(kind, inspect.UnionType):
        return _union(kind, extra, what, known)
    if isinstance(kind, inspect.CollectionType):
        return _list(kind, _build(kind.item_type, {}, what, known), what)
    if isinstance(kind, inspect.DictType):
        return _dict(kind, extra, what, known)
    raise TypeError(f"{kind!r} cannot be read from a form or body")


def _struct(kind: inspect.StructType, what: str, known: Known) -> Reader:
    if kind.cls in known:
        return known[kind.cls]
    fields: list[tuple[inspect.Field, Reader, str]] = []
    names = {field.encode_name for field in kind.fields} | {kind.tag_field or ""}

    def read(value: Any, at: str, reading: Reading) -> object:
        if not isinstance(value, Mapping) or len(at) > POINTER_LENGTH:
            return reading.wrong(at, "deep" if len(at) > POINTER_LENGTH else "type.object", what)
        before = len(reading.mistakes)
        if kind.forbid_unknown_fields:
            _refuse_unknown(value, names, at, reading)
        _check_tag(kind, value, at, reading)
        found = _fields(fields, value, at, reading)
        if len(reading.mistakes) > before:
            return BAD
        return _made(kind.cls, found, at, reading)

    inside = {**known, kind.cls: read}
    fields.extend((field, _build(field.type, {}, "", inside), _title(field.type)) for field in kind.fields)
    return read


def _fields(
    fields: Sequence[tuple[inspect.Field, Reader, str]], value: Mapping[Any, Any], at: str, reading: Reading
) -> dict[str, object]:
    """The fields that were sent, by attribute name; a missing one that must be there is noted."""
    found: dict[str, object] = {}
    for field, read, what in fields:
        here = f"{at}/{escape(field.encode_name)}"
        if field.encode_name in value and not (reading.text and normalise.blank(value[field.encode_name])):
            found[field.name] = read(value[field.encode_name], here, reading)
        elif not field.required:
            continue
        elif reading.text and _nullable(field.type):
            found[field.name] = None
        else:
            reading.wrong(here, "required", what)
    return found


def _made(cls: Any, found: dict[str, object], at: str, reading: Reading) -> object:
    """The Struct itself, then its own rules over several fields."""
    try:
        made = cls(**found)
    except (ValueError, TypeError) as fault:  # raised by __post_init__
        reading.add(Mistake(pointer=at, code="rule", message=str(fault), english=str(fault)))
        return BAD
    own = getattr(made, "mistakes", None)
    before = len(reading.mistakes)
    for one in own() if callable(own) else ():
        reading.add(msgspec.structs.replace(one, pointer=at + one.pointer))
    return made if len(reading.mistakes) == before else BAD


def _refuse_unknown(value: Mapping[Any, Any], names: set[str], at: str, reading: Reading) -> None:
    for name in value:
        if name in names or (reading.text and (str(name) in TECHNICAL or str(name).startswith("_"))):
            continue
        shown = "".join(c for c in str(name)[:60] if c.isprintable())
        reading.wrong(f"{at}/{escape(shown)}", "unknown", "", name=shown)


def _check_tag(kind: inspect.StructType, value: Mapping[Any, Any], at: str, reading: Reading) -> None:
    """A tagged Struct outside a union may be sent without its tag, but not with another one."""
    field = kind.tag_field
    if (
        field
        and value.get(field, kind.tag) != kind.tag
        and not (reading.text and value[field] == str(kind.tag))
    ):
        reading.wrong(f"{at}/{escape(field)}", "choice", "", choices=kind.tag)


def _title(kind: inspect.Type) -> str:
    """The Chinese name given by `Meta(title=...)`."""
    told = kind.extra_json_schema if isinstance(kind, inspect.Metadata) else None
    return str((told or {}).get("title", ""))


def _nullable(kind: inspect.Type) -> bool:
    inner = kind.type if isinstance(kind, inspect.Metadata) else kind
    return isinstance(inner, inspect.UnionType) and inner.includes_none


def _union(kind: inspect.UnionType, extra: Extra, what: str, known: Known) -> Reader:
    """Besides None one type, or Structs distinguished by their tag. Other unions are ambiguous in a form."""
    others = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
    structs = [one for one in others if isinstance(one, inspect.StructType)]
    if len(others) == 1:
        inner = _build(others[0], extra, what, known)
    elif structs and len(structs) == len(others):
        inner = _tagged(structs, what, known)
    else:
        raise TypeError(f"{kind!r} is ambiguous for a form")
    if not kind.includes_none:
        return inner

    def read(value: Any, at: str, reading: Reading) -> object:
        return None if value is None else inner(value, at, reading)

    return read


def _tagged(structs: Sequence[inspect.StructType], what: str, known: Known) -> Reader:
    field = structs[0].tag_field or ""
    by_tag = {str(one.tag): _struct(one, what, known) for one in structs}
    choices = "、".join(by_tag)

    def read(value: Any, at: str, reading: Reading) -> object:
        if not isinstance(value, Mapping):
            return reading.wrong(at, "type.object", what)
        tag = value.get(field)
        here = f"{at}/{escape(field)}"
        if tag is None or (reading.text and normalise.blank(tag)):
            return reading.wrong(here, "required", "")
        if not isinstance(tag, str | int) or str(tag) not in by_tag:
            return reading.wrong(here, "choice", "", choices=choices)
        return by_tag[str(tag)](value, at, reading)

    return read


def _list(kind: inspect.CollectionType, item: Reader, what: str) -> Reader:
    """Lists, tuples, sets. Typed: rows by number without blank ones, repeated values, "甲；乙" in a cell."""
    low, high = kind.min_length or 0, ITEMS if kind.max_length is None else kind.max_length
    shape = _SHAPES[type(kind)]

    def read(value: Any, at: str, reading: Reading) -> object:
        rows = _rows(value, typed_in=reading.text)
        if rows is None:
            return reading.wrong(at, "type.list", what)
        if not low <= len(rows) <= high:
            code, limit = ("list.few", low) if len(rows) < low else ("list.many", high)
            return reading.wrong(at, code, what, limit=limit)
        found = [item(one, f"{at}/{index}", reading) for index, one in rows]
        return BAD if any(one is BAD for one in found) else shape(found)

    return read


def _rows(value: Any, *, typed_in: bool) -> list[tuple[int, Any]] | None:
    """Items with their index; None if the value is no list."""
    if typed_in and isinstance(value, Mapping) and all(isinstance(key, int) for key in value):
        return [(key, value[key]) for key in sorted(value) if not normalise.blank(value[key])]
    if typed_in and isinstance(value, str):
        return list(enumerate(normalise.several(value)))
    if not isinstance(value, list | tuple):
        return None
    return [(index, one) for index, one in enumerate(value) if not (typed_in and normalise.blank(one))]


def _dict(kind: inspect.DictType, extra: Extra, what: str, known: Known) -> Reader:
    key_reader = _build(kind.key_type, extra, what, known)
    value_reader = _build(kind.value_type, {}, what, known)

    def read(value: Any, at: str, reading: Reading) -> object:
        if not isinstance(value, Mapping) or len(value) > ITEMS:
            return reading.wrong(at, "type.object", what)
        found: dict[Any, object] = {}
        before = len(reading.mistakes)
        for name, one in value.items():
            here = f"{at}/{escape(name)}"
            found[key_reader(name, here, reading)] = value_reader(one, here, reading)
        return found if len(reading.mistakes) == before else BAD

    return read


_SHAPES: dict[type, Any] = {
    inspect.ListType: list,
    inspect.VarTupleType: tuple,
    inspect.SetType: set,
    inspect.FrozenSetType: frozenset,
}
