"""The OpenAPI 3.1 document, made of the routes and of the same Structs that read and write the bodies."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin

import msgspec
from litestar import Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect
from litestar.routes import HTTPRoute

from registry.kernel.http.examples import example
from registry.kernel.http.idempotency import HEADER, KEY_LENGTH, NEVER, OPTION, REQUIRED
from registry.kernel.http.parameters import Declared, declared, hints, plain
from registry.kernel.http.problems import MEDIA_TYPE, Problem

PREFIX: Final = "/api/v1"
VERSION: Final = "1.0.0"
"""Of the interface; changes inside v1 only add."""
REFERENCE: Final = "#/components/schemas/{name}"
CSV_EXAMPLE: Final = "csv_example"
"""Key of a handler's `opt`: its body is a CSV file, for instance this one."""
_ERRORS: Final[Mapping[str, str]] = {
    "400": "The body cannot be read, or a required Idempotency-Key is missing",
    "401": "Nobody is signed in, or the token is not valid (any more)",
    "403": "The role or the token does not allow it",
    "404": "Missing, or outside the caller's scope",
    "409": "The stored state forbids it",
    "412": "The record has changed since",
    "413": "The body is too large",
    "415": "The body is not application/json",
    "422": "The content has mistakes (all are listed), or warnings that need an override",
    "428": "If-Match is required",
    "429": "Too many requests: try again after Retry-After seconds",
    "503": "Temporarily unavailable: try again after Retry-After seconds",
}


SECURITY: Final[Mapping[str, Any]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token of a program"},
    "basic": {"type": "http", "scheme": "basic", "description": "The same token as the password"},
}


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One method of one address, with the types it takes and answers."""

    path: str
    method: str
    handler: HTTPRouteHandler
    parameters: Sequence[Declared]
    body: Any = None
    answers: dict[str, Any] = {}

    @property
    def types(self) -> Iterator[Any]:
        yield from (one.kind for one in self.parameters)
        yield from (kind for kind in (self.body, *self.answers.values()) if kind is not None)


def document(app: Litestar) -> dict[str, Any]:
    """The whole document as plain values."""
    found = list(operations(app))
    types = list(dict.fromkeys([Problem, *(kind for one in found for kind in one.types)]))
    schemas, components = msgspec.json.schema_components(types, ref_template=REFERENCE)
    known = dict(zip(types, schemas, strict=True))
    paths: dict[str, Any] = {}
    for one in found:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, known, components)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": "村企联结登记 registry", "version": VERSION, "description": _ABOUT},
        "security": [{name: []} for name in SECURITY],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": components, "securitySchemes": dict(SECURITY)},
    }


def operations(app: Litestar) -> Iterator[Operation]:
    """Every operation of the REST interface, from the application's own routes."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or not route.path_format.startswith(PREFIX):
            continue
        for handler in route.route_handlers:
            if "OPTIONS" in handler.http_methods or not handler.resolve_include_in_schema():
                continue
            [method] = handler.http_methods
            known = hints(handler)
            yield Operation(
                path=route.path_format,
                method=method,
                handler=handler,
                parameters=declared(handler),
                body=plain(known["data"]) if "data" in known else None,
                answers=answers(known.get("return", NoneType)),
            )


def answers(annotation: Any) -> dict[str, Any]:
    """Media type to type of what a handler returns: Response[T], several of them, T itself or nothing."""
    if get_origin(annotation) in (Union, UnionType) and any(
        _is_response(one) for one in get_args(annotation)
    ):
        return {media: kind for one in get_args(annotation) for media, kind in answers(one).items()}
    if _is_response(annotation):
        origin = get_origin(annotation) or annotation
        inner = get_args(annotation)[0] if get_args(annotation) else None
        return {} if issubclass(origin, Redirect) or inner is None else answers(inner)
    if annotation in (None, NoneType, Any):
        return {}
    if annotation in (bytes, str):
        return {"text/csv": str}
    return {"application/json": plain(annotation)}


def _is_response(annotation: Any) -> bool:
    origin = get_origin(annotation) or annotation
    return inspect.isclass(origin) and issubclass(origin, Response)


def _operation(one: Operation, known: Mapping[Any, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    summary, _, rest = inspect.cleandoc(one.handler.fn.__doc__ or "").partition("\n")
    made: dict[str, Any] = {
        "operationId": one.handler.fn.__name__,
        "summary": one.handler.summary or summary or one.handler.fn.__name__.replace("_", " "),
        "tags": list(one.handler.resolve_tags()) or [one.path.removeprefix(f"{PREFIX}/").partition("/")[0]],
        "parameters": [*_parameters(one, known), *_headers(one)],
        "responses": _responses(one, known, components),
    }
    if one.handler.opt.get("open"):
        made["security"] = []
    if rest.strip():
        made["description"] = rest.strip()
    if one.body is not None:
        content = {"schema": known[one.body], "example": example(known[one.body], components)}
        made["requestBody"] = {"required": True, "content": {"application/json": content}}
    if CSV_EXAMPLE in one.handler.opt:
        table = {"schema": {"type": "string"}, "example": one.handler.opt[CSV_EXAMPLE]}
        made["requestBody"] = {"required": True, "content": {"text/csv": table}}
    return made


def _parameters(one: Operation, known: Mapping[Any, Any]) -> Iterator[dict[str, Any]]:
    for given in one.parameters:
        schema = known[given.kind]
        yield {"name": given.name, "in": given.place, "required": given.required, "schema": schema}


def _headers(one: Operation) -> Iterator[dict[str, Any]]:
    """Headers the kernel reads itself."""
    if one.method == "POST" and one.handler.opt.get(OPTION) != NEVER:
        yield {
            "name": HEADER,
            "in": "header",
            "required": one.handler.opt.get(OPTION) == REQUIRED,
            "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH, "pattern": "^[ -~]*$"},
        }
    if one.method in ("PUT", "PATCH"):
        yield {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"}}


def _responses(one: Operation, known: Mapping[Any, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    content = {
        media: {"schema": known[kind], "example": example(known[kind], components)}
        for media, kind in one.answers.items()
    }
    done: dict[str, Any] = {"description": one.handler.response_description or "Done"}
    if content:
        done["content"] = content
    made: dict[str, Any] = {str(one.handler.status_code): done}
    if one.method == "GET":
        made["304"] = {"description": "The version named by If-None-Match is the current one"}
    problem = {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(name="Problem")}}}
    for status in sorted(_statuses(one)):
        made[status] = {"description": _ERRORS[status], "content": problem}
    made["default"] = {"description": "Any other problem", "content": problem}
    return made


def _statuses(one: Operation) -> set[str]:
    """The errors an operation can answer, by what it takes."""
    found = {"503"} if one.handler.opt.get("open") else {"401", "403", "429", "503"}
    if any(given.place == "path" for given in one.parameters):
        found.add("404")
    if one.parameters or one.body is not None:
        found.add("422")
    if one.method != "GET":
        found |= {"400", "404", "409", "422"}
    if one.body is not None or CSV_EXAMPLE in one.handler.opt:
        found |= {"413", "415"}
    if one.method in ("PUT", "PATCH", "DELETE"):
        found |= {"412", "428"}
    return found


_ABOUT: Final = (
    "What contracts between enterprises, village collectives and households bring each household. Money and "
    "weights are decimal strings with a fixed number of places, dates are ISO 8601, division codes are text. "
    "Errors are problems (RFC 9457) that list every mistake, in Chinese where Accept-Language says so. "
    "Lists go on at next_cursor. A POST sent twice under one Idempotency-Key has one effect."
)
