"""A form submitted after the session ended: it is kept through the login and can be sent again."""

from typing import Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

from registry.access import csrf
from registry.kernel.errors import DomainError
from registry.kernel.forms import parsing
from registry.kernel.http.static import local_path
from registry.kernel.http.web import AnyRequest

LIMIT: Final = 256_000
"""Largest form kept, in bytes; a longer one is dropped, and the page says so."""
NEVER: Final = ("/login", "/logout", "/grants", "/account", "/users", "/display")
"""Forms with secrets, and those that mean nothing to another session."""
NUMBERS: Final = "numbers"
"""In addresses of forms with a person's numbers: the next to sign in at this machine must not find them."""
_PLACE: Final = "kept"


class PendingForm(msgspec.Struct, frozen=True, kw_only=True):
    """A posted form: where to, and its urlencoded fields."""

    to: str
    body: str

    def fields(self) -> list[tuple[str, str]]:
        """Names and values in their order, without the token of the session that is over."""
        return [(name, value) for name, value in _pairs(self.body) if name != csrf.FIELD]


async def remember(request: AnyRequest) -> None:
    """Keeps the request's form with the request, if it is one that may be kept."""
    if request.method != "POST" or csrf.media_type(request) != csrf.FORM:
        return
    try:
        body = (await request.body()).decode("ascii")
    except (DomainError, UnicodeDecodeError):
        return
    found = accepted(_path(request), body)
    if found:
        request.scope["state"][_PLACE] = found


def of(request: AnyRequest) -> PendingForm | None:
    """What `remember` kept of this request."""
    found: PendingForm | None = request.scope["state"].get(_PLACE)
    return found


def accepted(to: str, body: str) -> PendingForm | None:
    """A form as it came through the login, if it may be sent again: to a page of ours, of bearable size,
    without a password."""
    if not to or not body or len(body) > LIMIT or local_path(to) != to:
        return None
    path = urlsplit(to).path
    if NUMBERS in path.split("/") or any(path == one or path.startswith(f"{one}/") for one in NEVER):
        return None
    try:
        names = [name for name, _ in _pairs(body)]
    except ValueError:
        return None
    return None if any("password" in name for name in names) else PendingForm(to=to, body=body)


def _pairs(body: str) -> list[tuple[str, str]]:
    return parse_qsl(
        body, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=parsing.KEYS
    )


def _path(request: AnyRequest) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
