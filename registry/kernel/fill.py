"""Makes a Struct of others without naming each field again."""

from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

T = TypeVar("T", bound=msgspec.Struct)


def fill(kind: type[T], /, *sources: msgspec.Struct, **values: Any) -> T:
    """A `kind` of `values` and of the same-named fields of the sources; of two sources the first counts.

    TypeError if a field without a default is in none of them, or if the field taken may hold what this one
    may not: a value that the caller has narrowed is given by name.
    """
    found = dict(values)
    for source in sources:
        for name, fits in _shared(kind, type(source)):
            if name in found:
                continue
            if not fits:
                raise TypeError(f"{kind.__name__}.{name} is not that of {type(source).__name__}")
            found[name] = getattr(source, name)
    return kind(**found)


@cache
def _shared(kind: type[msgspec.Struct], source: type[msgspec.Struct]) -> tuple[tuple[str, bool], ...]:
    """The names both have, and whether what the source may hold is what the kind may."""
    wanted = {field.name: set(_plain(field.type)) for field in _fields(kind)}
    return tuple(
        (field.name, object in wanted[field.name] or set(_plain(field.type)) <= wanted[field.name])
        for field in _fields(source)
        if field.name in wanted
    )


def _fields(kind: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    shape = inspect.type_info(kind)
    return shape.fields if isinstance(shape, inspect.StructType) else ()


def _plain(kind: inspect.Type) -> Iterator[Any]:
    """What a field may hold, without names, bounds and units: its alternatives."""
    if isinstance(kind, inspect.Metadata):
        yield from _plain(kind.type)
    elif isinstance(kind, inspect.UnionType):
        for arm in kind.types:
            yield from _plain(arm)
    elif isinstance(kind, inspect.LiteralType):
        yield from {type(value) for value in kind.values}
    elif isinstance(kind, inspect.StructType | inspect.EnumType | inspect.CustomType):
        yield kind.cls
    elif isinstance(kind, inspect.AnyType):
        yield object
    else:
        yield _SCALARS.get(type(kind), type(kind))


_SCALARS: dict[type, type] = {inspect.StrType: str, inspect.IntType: int, inspect.BoolType: bool}
"""As the values of a Literal name them."""
