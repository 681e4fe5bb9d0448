"""The inputs of a form from the Struct it is read into: a field declares its label, unit and choices."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import inspect

from registry.kernel.text.formats import plain


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """One input. kind: how it is typed; suffix: shown behind it; unit: of a measure; hint: an example;
    required: it may not be left empty."""

    name: str
    label: str
    kind: Literal["short", "figure", "day", "choice"]
    suffix: str = ""
    unit: str = ""
    options: Sequence[tuple[str, str]] = ()
    hint: str = ""
    required: bool = False


def inputs_of(kind: type[msgspec.Struct]) -> list[Input]:
    """An input for each field, in their order. TypeError for a field that is no single value."""
    shape = inspect.type_info(kind)
    if not isinstance(shape, inspect.StructType):
        raise TypeError(f"{kind!r} is no Struct")
    return [
        msgspec.structs.replace(_input(field.encode_name, field.type, {}, ""), required=field.required)
        for field in shape.fields
    ]


def _input(name: str, kind: inspect.Type, extra: dict[str, Any], title: str) -> Input:
    if isinstance(kind, inspect.Metadata):
        said = (kind.extra_json_schema or {}).get("title", "")
        return _input(name, kind.type, {**(kind.extra or {}), **extra}, title or said)
    if isinstance(kind, inspect.UnionType):
        given = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
        return _input(name, given, extra, title)
    hint = extra.get("hint", "")
    labels = extra.get("labels") or _labels(kind)
    if labels:
        return Input(name=name, label=title, kind="choice", options=tuple(labels.items()), hint=hint)
    if isinstance(kind, inspect.DecimalType | inspect.IntType):
        unit = extra.get("unit", "")
        suffix = unit or next(iter(extra.get("suffixes", ())), "")
        return Input(name=name, label=title, kind="figure", suffix=suffix, unit=unit, hint=hint)
    if isinstance(kind, inspect.DateType):
        return Input(name=name, label=title, kind="day", hint=hint)
    if isinstance(kind, inspect.StrType):
        return Input(name=name, label=title, kind="short", hint=hint)
    raise TypeError(f"{name} cannot be typed into one input")


def _labels(kind: inspect.Type) -> dict[str, str]:
    """Value and label of each member of an enumeration whose members have a label."""
    members = list(kind.cls) if isinstance(kind, inspect.EnumType) else []
    return {str(one.value): str(getattr(one, "label", one.value)) for one in members}


def typed(value: object) -> str:
    """A stored value as its input shows it; None is empty."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def titles(kind: type[msgspec.Struct]) -> dict[str, str]:
    """The Chinese name of each field; its own where it has none."""
    shape = inspect.type_info(kind)
    fields = shape.fields if isinstance(shape, inspect.StructType) else ()
    return {field.encode_name: _title(field.type) or field.encode_name for field in fields}


def _title(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.UnionType):
        return next((found for found in map(_title, kind.types) if found), "")
    if not isinstance(kind, inspect.Metadata):
        return ""
    return str((kind.extra_json_schema or {}).get("title", "")) or _title(kind.type)


def headings(kind: type[msgspec.Struct]) -> dict[str, str]:
    """The headings of a table by field: the label, with the unit of a measure."""
    return {one.name: f"{one.label}（{one.unit}）" if one.unit else one.label for one in inputs_of(kind)}
