"""Serves the OpenAPI document and two plain pages made of it: the operations, and every problem code."""

from functools import lru_cache
from typing import Any

import msgspec
from litestar import Litestar, Response, get

from registry.kernel.errors import DomainError
from registry.kernel.http import openapi, pages
from registry.kernel.http.callers import OPEN
from registry.kernel.http.web import AnyRequest

DOCUMENT = f"{openapi.PREFIX}/openapi.json"


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One operation on the page. `body` and `answer` are examples as indented JSON, "" for none."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[str]
    body: str
    answer: str
    statuses: list[str]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    operations: list[Shown]


class DocsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Context of templates/api/docs.html."""

    about: str
    document: str
    groups: list[Group]


class ProblemShown(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    status: int
    title: str
    detail: str


class ProblemsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Context of templates/api/problems.html."""

    problems: list[ProblemShown]


@lru_cache(maxsize=4)
def document_of(app: Litestar) -> bytes:
    """The document of an application as JSON, made once."""
    return msgspec.json.encode(openapi.document(app))


@get(DOCUMENT, include_in_schema=False, opt=OPEN)
async def openapi_json(request: AnyRequest) -> Response[bytes]:
    """The OpenAPI 3.1 document."""
    headers = {"cache-control": "private, no-cache"}
    return Response(document_of(request.app), media_type="application/json", headers=headers)


@get("/api/docs", include_in_schema=False, opt=OPEN)
async def docs(request: AnyRequest) -> Response[str]:
    """All operations, with nothing loaded from elsewhere."""
    made = msgspec.json.decode(document_of(request.app))
    page = DocsPage(about=made["info"]["description"], document=DOCUMENT, groups=_groups(made["paths"]))
    return pages.show("api/docs.html", page)


@get("/api/problems", include_in_schema=False, opt=OPEN)
async def problem_list() -> Response[str]:
    """What the `type` of a problem document points at."""
    shown = {kind.code: kind for kind in _kinds(DomainError)}
    listed = [
        ProblemShown(code=code, status=kind.status, title=kind.title, detail=kind.detail)
        for code, kind in sorted(shown.items())
    ]
    return pages.show("api/problems.html", ProblemsPage(problems=listed))


def _kinds(base: type[DomainError]) -> list[type[DomainError]]:
    below = [kind for child in base.__subclasses__() for kind in (child, *_kinds(child))]
    return [kind for kind in below if kind.__module__.startswith("registry.")]


def _groups(paths: dict[str, Any]) -> list[Group]:
    groups: dict[str, list[Shown]] = {}
    for path, methods in paths.items():
        for method, one in methods.items():
            groups.setdefault(one["tags"][0], []).append(_shown(path, method.upper(), one))
    return [Group(name=name, operations=shown) for name, shown in sorted(groups.items())]


def _shown(path: str, method: str, one: dict[str, Any]) -> Shown:
    success = next(answer for status, answer in one["responses"].items() if status < "300")
    return Shown(
        anchor=one["operationId"],
        method=method,
        path=path,
        summary=one["summary"],
        description=one.get("description", ""),
        parameters=[_parameter(parameter) for parameter in one["parameters"]],
        body=_example(one.get("requestBody", {})),
        answer=_example(success),
        statuses=[status for status in one["responses"] if status.isdigit()],
    )


def _parameter(one: dict[str, Any]) -> str:
    return f"{one['name']} ({one['in']}{', required' if one['required'] else ''})"


def _example(holder: dict[str, Any]) -> str:
    """The JSON example of a body or answer, indented."""
    media = holder.get("content", {}).get("application/json")
    if media is None:
        return ""
    return msgspec.json.format(msgspec.json.encode(media["example"]), indent=2).decode()
