"""What an operation takes from its address, and what is wrong with that, in the words of the forms."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

import msgspec
from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.routes import HTTPRoute

from registry.kernel.errors import Invalid, Mistake, NotFound
from registry.kernel.forms.messages import escape, mistake
from registry.kernel.forms.reading import Reading
from registry.kernel.forms.structures import reader
from registry.kernel.http.web import AnyRequest

_KINDS: Final = ("path", "query")


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter: its location, its name there, whether it is required, its type."""

    place: str
    name: str
    required: bool
    kind: Any


def plain(annotation: Any) -> Any:
    """A type as msgspec knows it: the framework's own marks taken off."""
    if get_origin(annotation) is not Annotated:
        return annotation
    inner, *marks = get_args(annotation)
    kept = tuple(mark for mark in marks if isinstance(mark, msgspec.Meta))
    return Annotated[(plain(inner), *kept)] if kept else plain(inner)


@cache
def hints(handler: HTTPRouteHandler) -> dict[str, Any]:
    """The annotations of a handler's function."""
    return get_type_hints(handler.fn, include_extras=True)


def declared(route: HTTPRoute, handler: HTTPRouteHandler) -> Sequence[Declared]:
    """The path and query parameters of a route's handler, in the order of their names."""
    model = next(model for one, model in route.route_handler_map.values() if one is handler)
    groups = (model.expected_path_params, model.expected_query_params)
    return [
        Declared(
            place=place,
            name=one.field_alias,
            required=one.is_required or place == "path",
            kind=plain(hints(handler)[one.field_name]),
        )
        for place, group in zip(_KINDS, groups, strict=True)
        for one in sorted(group, key=lambda one: one.field_alias)
        if one.field_name in hints(handler)
    ]


async def check(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard of every route of the interface: the framework converts, but forgets patterns and bounds.

    NotFound for an address with a text that names nothing, Invalid with every wrong parameter of the query.
    """
    request: Any = connection
    path, query = Reading(text=True), Reading(text=True)
    for one in described(request.app, request.route_handler):
        _read(one, request, path if one.place == "path" else query)
    if any(one.code.startswith("text.") for one in path.mistakes):
        raise NotFound
    if query.mistakes:
        raise Invalid(query.mistakes)


@cache
def described(app: Litestar, handler: HTTPRouteHandler) -> Sequence[Declared]:
    """The parameters of a handler of the interface; none of a page, which reads its query itself."""
    if not handler.resolve_include_in_schema():
        return ()
    routes = (one for one in app.routes if isinstance(one, HTTPRoute) and handler in one.route_handlers)
    return [one for route in routes for one in declared(route, handler)]


def mistakes(request: AnyRequest, named: Sequence[str]) -> list[Mistake]:
    """Every wrong parameter of a refused request. `named`: those the framework found wrong."""
    reading = Reading(text=True)
    handler: Any = request.scope["route_handler"]
    for one in described(request.app, handler):
        _read(one, request, reading)
    said = {found.pointer for found in reading.mistakes}
    for name in named:
        here = "" if name in ("", "data") else f"/{escape(name)}"
        if here not in said:
            reading.add(mistake(here, "parameter", name=name) if here else mistake(here, "required"))
    return reading.mistakes


def _read(one: Declared, request: AnyRequest, reading: Reading) -> None:
    here = f"/{escape(one.name)}"
    if one.place == "path":
        reader(one.kind)(str(request.path_params[one.name]), here, reading)
        return
    sent = request.query_params.getall(one.name, [])
    if sent:
        reader(one.kind)(sent[0] if len(sent) == 1 else sent, here, reading)
    elif one.required:
        reading.wrong(here, "required", one.name)
