"""Forms of pages: what was typed, and the same page again with all mistakes. JSON bodies are `bodies.py`."""

import binascii
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import msgspec
from litestar import Response

from registry.kernel.errors import DomainError
from registry.kernel.forms import form_state, parsing
from registry.kernel.forms.form_state import FormState
from registry.kernel.http import templates
from registry.kernel.http.bodies import UnsupportedMedia
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Work

T = TypeVar("T")
R = TypeVar("R")
SHOWN: Final = (409, 412, 422)
"""The errors that are shown in the form itself."""
_BROKEN: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class ShowAgain(Exception):
    """Carries the page to show instead: raised, so that nothing of the failed attempt is committed."""

    def __init__(self, page: Response[Any]) -> None:
        super().__init__("the form is shown again")
        self.page = page


async def pairs(request: AnyRequest) -> list[tuple[str, str]]:
    """The fields of a urlencoded form in order; Malformed if it is invalid, 415 for another media type."""
    state = request.scope["state"]
    if "form_pairs" not in state:
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != "application/x-www-form-urlencoded":
            raise UnsupportedMedia("请从页面上的表单提交。", title="The body must be a urlencoded form")
        state["form_pairs"] = _pairs(await request.body())
    return list(state["form_pairs"])


def _pairs(body: bytes) -> list[tuple[str, str]]:
    if not body.isascii() or body.count(b"&") >= parsing.KEYS or _BROKEN.search(body):
        raise parsing.Malformed
    parts = [part.partition(b"=") for part in body.split(b"&") if part]
    try:
        return [(_unquoted(name), _unquoted(value)) for name, _, value in parts]
    except UnicodeDecodeError as fault:
        raise parsing.Malformed from fault


def _unquoted(text: bytes) -> str:
    """Percent-encoding undone in one pass: as quoted-printable, which writes = for %. The standard library
    takes seconds for a pasted roster, in which every byte is encoded."""
    return binascii.a2b_qp(text.replace(b"+", b" ").replace(b"=", b"=3D").replace(b"%", b"=")).decode()


async def typed_values(request: AnyRequest) -> dict[str, str]:
    """Values by field name as typed, for showing the form again; of a repeated name all, joined by "；"."""
    values: dict[str, str] = {}
    for name, value in await pairs(request):
        values[name] = f"{values[name]}；{value}" if name in values else value
    return values


async def parse_form(
    request: AnyRequest, kind: type[T], completed: Callable[[dict[str, Any]], object] = lambda sent: sent
) -> T:
    """The posted form as `kind`; Invalid with every mistake. completed: adds what the form leaves out."""
    return parsing.parse(kind, completed(parsing.nested(await pairs(request))), text=True)


def parse_query(request: AnyRequest, kind: type[T]) -> T:
    """The query of a list or a search as `kind`; Invalid with every mistake."""
    return parsing.parse(kind, parsing.nested(request.query_params.multi_items()), text=True)


async def attempt(
    request: AnyRequest,
    work: Work,
    kind: type[T],
    effect: Callable[[T], Awaitable[R]],
    shown: Callable[[FormState], Awaitable[Response[Any]]],
    *,
    completed: Callable[[dict[str, Any]], object] = lambda sent: sent,
) -> R:
    """Reads the form and does `effect`. On a mistake or warning all is undone and `shown` is answered, which
    reads what was there before. Its page gets the error's status (422, 409).
    """
    try:
        data = await parse_form(request, kind, completed)
        return await effect(data)
    except DomainError as error:
        if error.status not in SHOWN:
            raise
        await work.start_over()
        form = form_state.with_errors(await typed_values(request), error)
        page = await shown(form_state.in_page_order(form))
        page.status_code = error.status
        raise ShowAgain(page) from error


def show(
    name: str, context: msgspec.Struct, frame: templates.Frame | None = None, status: int = 200
) -> Response[str]:
    """A template of `templates/` with its typed context as an HTML answer."""
    text = templates.render(name, context, frame)
    return Response(text, media_type="text/html", status_code=status)
