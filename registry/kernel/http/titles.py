"""What people call the fields of the interface: the titles its inputs declare."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from litestar import Litestar
from litestar.routes import HTTPRoute
from msgspec import inspect

from registry.kernel.http.parameters import hints, plain


@cache
def titles(app: Litestar) -> Mapping[str, str]:
    """The title of each field of a body that has the same one wherever it is sent."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            body = hints(handler).get("data") if handler.resolve_include_in_schema() else None
            if body is not None:
                for name, title in _titled(inspect.type_info(plain(body)), frozenset()):
                    found[name].add(title)
    return {name: next(iter(known)) for name, known in found.items() if len(known) == 1}


def _titled(kind: inspect.Type, around: frozenset[type]) -> Iterator[tuple[str, str]]:
    """Fields of Structs with their titles, those of Structs within included."""
    if isinstance(kind, inspect.Metadata):
        yield from _titled(kind.type, around)
    elif isinstance(kind, inspect.UnionType):
        for arm in kind.types:
            yield from _titled(arm, around)
    elif isinstance(kind, inspect.CollectionType):
        yield from _titled(kind.item_type, around)
    elif isinstance(kind, inspect.StructType) and kind.cls not in around:
        for field in kind.fields:
            if title := _title(field.type):
                yield field.encode_name, title
            yield from _titled(field.type, around | {kind.cls})


def _title(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.UnionType):
        return next((title for arm in kind.types if (title := _title(arm))), "")
    if not isinstance(kind, inspect.Metadata):
        return ""
    return str((kind.extra_json_schema or {}).get("title", "")) or _title(kind.type)
