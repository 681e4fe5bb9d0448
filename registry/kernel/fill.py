"""Makes a Struct of others without naming each field again."""

from functools import cache
from typing import Any, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)


def fill(kind: type[T], *sources: msgspec.Struct, **values: Any) -> T:
    """A `kind` of `values` and of the same-named fields of the sources; of two sources the first counts.

    TypeError if a field without a default is in none of them.
    """
    found = dict(values)
    for source in sources:
        for name in _shared(kind, type(source)):
            if name not in found:
                found[name] = getattr(source, name)
    return kind(**found)


@cache
def _shared(kind: type[msgspec.Struct], source: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(name for name in kind.__struct_fields__ if name in source.__struct_fields__)
