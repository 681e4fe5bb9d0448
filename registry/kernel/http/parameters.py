"""What an operation takes from its address, and what is wrong with that, in the words of the forms."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import PathParameter, QueryParameter
from litestar.typing import FieldDefinition

from registry.kernel.errors import Invalid, Mistake, NotFound
from registry.kernel.forms.messages import escape, mistake
from registry.kernel.forms.reading import Reading
from registry.kernel.forms.structures import reader
from registry.kernel.http.web import AnyRequest


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


def declared(handler: HTTPRouteHandler) -> Sequence[Declared]:
    """The path parameters of a handler, then those of its query, in the order of their names."""
    found = [one for field in handler.parsed_fn_signature.parameters.values() if (one := _declared(field))]
    return sorted(found, key=lambda one: (one.place != "path", one.name))


def _declared(field: FieldDefinition) -> Declared | None:
    """What a parameter marked FromPath or FromQuery is; None for dependencies and bodies."""
    mark = field.kwarg_definition
    if not isinstance(mark, PathParameter | QueryParameter):
        return None
    return Declared(
        place="path" if isinstance(mark, PathParameter) else "query",
        name=mark.name or field.name,
        required=isinstance(mark, PathParameter) or field.is_required,
        kind=plain(field.raw),
    )


async def check(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard of every route of the interface: the framework converts, but forgets patterns and bounds.

    NotFound for an address with a text that names nothing, Invalid with every wrong parameter of the query.
    """
    request: Any = connection
    path, query = Reading(text=True), Reading(text=True)
    for one in described(request.route_handler):
        _read(one, request, path if one.place == "path" else query)
    if any(one.code.startswith("text.") for one in path.mistakes):
        raise NotFound
    if query.mistakes:
        raise Invalid(query.mistakes)


@cache
def described(handler: HTTPRouteHandler) -> Sequence[Declared]:
    """The parameters of a handler of the interface; none of a page, which reads its query itself."""
    if not handler.resolve_include_in_schema():
        return ()
    return declared(handler)


def mistakes(request: AnyRequest, named: Sequence[str]) -> list[Mistake]:
    """Every wrong parameter of a refused request. `named`: those the framework found wrong."""
    reading = Reading(text=True)
    handler: Any = request.scope["route_handler"]
    for one in described(handler):
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
