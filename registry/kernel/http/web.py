"""What handlers of every feature share: who acts and when, versions, list pages, language and media type.
Errors are `problems.py`, forms of pages `pages.py`, CSV `csv_answers.py`."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response

from registry.kernel.db.transactions import Conn, Identity, Scope
from registry.kernel.errors import Invalid, PreconditionRequired, Stale
from registry.kernel.forms.messages import mistake
from registry.kernel.http.callers import ANONYMOUS, Caller
from registry.kernel.work import Act, Work

T = TypeVar("T")
AnyRequest: TypeAlias = Request[Any, Any, Any]
LIMIT: Final = 200
API: Final = "/api/"
LOCAL_OPERATOR: Final = Identity(actor="local", read=Scope.ALL, write=Scope.ALL)
"""The identity of a command run on the server's machine."""


class Providers(msgspec.Struct, frozen=True, kw_only=True):
    """Where transactions, the clock and the caller come from; tests put all on one connection.

    short: a connection outside any transaction and identity, for the local tables of access only.
    caller: finds the caller, None if anonymous; without it the application uses its sessions and tokens.
    """

    reader: Callable[[Identity, Act], AbstractAsyncContextManager[Work]]
    writer: Callable[[Identity, Act], AbstractAsyncContextManager[Work]]
    short: Callable[[], AbstractAsyncContextManager[Conn]]
    clock: Callable[[], datetime]
    caller: Callable[[AnyRequest], Awaitable[Caller | None]] | None = None


def caller_of(request: AnyRequest) -> Caller | None:
    """The caller found before the handler; None on an open route without a login."""
    caller: Caller | None = request.scope["state"].get("caller")
    return caller


def identity_of(request: AnyRequest) -> Identity:
    """The identity of the request's transaction; ANONYMOUS on an open route without a login."""
    caller = caller_of(request)
    return caller.identity if caller else ANONYMOUS


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[T]
    next_cursor: str | None = None


Place: TypeAlias = tuple[str | None, UUID | None]
"""Sort key and id of the last row already seen; (None, None) before the first."""


def after(cursor: str | None) -> Place:
    """The position of a cursor made by `cut`; Invalid for any other text."""
    if not cursor:
        return None, None
    try:
        key, row_id = msgspec.json.decode(
            base64.urlsafe_b64decode(cursor.encode("ascii")), type=tuple[str | None, UUID]
        )
    except (msgspec.MsgspecError, binascii.Error, ValueError) as fault:
        raise Invalid([mistake("/cursor", "cursor")]) from fault
    if key is not None and "\x00" in key:
        raise Invalid([mistake("/cursor", "cursor")])
    return key, row_id


def row_limit(limit: int | None, default: int = 50) -> int:
    """How many rows to show: 1 … 200. Fetch one more, so that `cut` knows whether there are others."""
    if limit is None:
        return default
    if not 1 <= limit <= LIMIT:
        code = "number.small" if limit < 1 else "number.big"
        raise Invalid([mistake("/limit", code, limit=1 if limit < 1 else LIMIT)])
    return limit


def cut(rows: Sequence[T], limit: int, place: Callable[[T], tuple[str | None, UUID]]) -> Page[T]:
    """The first `limit` of the rows (fetched with limit + 1) and a cursor if more follow."""
    shown = list(rows[:limit])
    if len(rows) <= limit:
        return Page(items=shown)
    text = msgspec.json.encode(place(shown[-1]))
    return Page(items=shown, next_cursor=base64.urlsafe_b64encode(text).decode())


def listed(request: AnyRequest, page: Page[T]) -> Response[Page[T]]:
    """A page of a list with `Link: rel="next"`, the same filters kept."""
    headers = {}
    if page.next_cursor:
        kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
        query = urlencode([*kept, ("cursor", page.next_cursor)])
        headers["link"] = f'<{request.url.path}?{query}>; rel="next"'
    return Response(page, headers=headers)


def etag(version: int) -> str:
    """The strong ETag of a record's version."""
    return f'"{version}"'


def _tags(header: str) -> list[str]:
    """The tags of If-Match or If-None-Match; the W/ a compressing proxy adds is tolerated."""
    return [tag.strip().removeprefix("W/") for tag in header.split(",") if tag.strip()]


def versioned(request: AnyRequest, body: T, version: int, status: int = 200) -> Response[T]:
    """`body` with its ETag; 304 without a body if the caller already has this version. Browsers must not
    cache it: the next user of the same browser may be allowed to see less of the same version."""
    caller = caller_of(request)
    store = "no-store" if caller and caller.session_id else "private, no-cache"
    headers = {"etag": etag(version), "cache-control": store}
    known = _tags(request.headers.get("if-none-match", ""))
    if request.method == "GET" and (etag(version) in known or "*" in known):
        return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]
    return Response(body, status_code=status, headers=headers)


def require_if_match(request: AnyRequest) -> int:
    """The version a change was made on; 428 without If-Match, 412 if it names none of ours.

    The caller compares it in the guarded update itself and raises Stale if no row answers.
    """
    header = request.headers.get("if-match")
    if header is None or not header.strip():
        raise PreconditionRequired
    tags = _tags(header)
    if len(tags) != 1:
        raise Stale
    digits = tags[0].strip('"')
    if tags[0] != f'"{digits}"' or not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        raise Stale
    return int(digits)


def _weighted(header: str) -> list[tuple[float, str]]:
    """The offers of an Accept header with their weights, best first."""
    offers: list[tuple[float, str]] = []
    for part in header.lower().split(","):
        name, _, rest = part.partition(";")
        weight = rest.replace(" ", "").partition("q=")[2] or "1"
        try:
            offers.append((float(weight), name.strip()))
        except ValueError:
            continue
    return sorted((offer for offer in offers if offer[0] > 0 and offer[1]), key=lambda one: -one[0])


def language(request: AnyRequest) -> Literal["zh", "en"]:
    """Chinese for pages and if accepted by the client, else English."""
    for _, tag in _weighted(request.headers.get("accept-language", "")):
        primary = tag.partition("-")[0]
        if primary in ("zh", "en"):
            return "zh" if primary == "zh" else "en"
    return "en" if request.url.path.startswith(API) else "zh"


def wants_html(request: AnyRequest) -> bool:
    """Whether an error is shown as a page: outside the API, unless only JSON is accepted."""
    if request.url.path.startswith(API):
        return False
    accepted = [name for _, name in _weighted(request.headers.get("accept", "*/*"))]
    return not accepted or any(name in ("text/html", "*/*", "text/*") for name in accepted)


def wants_csv(request: AnyRequest) -> bool:
    """`?format=csv`, or an Accept header that puts text/csv first; Invalid for an unknown format."""
    asked = request.query_params.get("format")
    if asked is not None:
        if asked not in ("csv", "json"):
            raise Invalid([mistake("/format", "choice", choices="csv、json")])
        return str(asked) == "csv"
    accepted = _weighted(request.headers.get("accept", ""))
    return bool(accepted) and accepted[0][1] == "text/csv"
