"""The cookie of a session. Behind TLS its name binds it to this host; the plain one is for where none is."""

from typing import Final

from litestar.datastructures import Cookie

from registry.kernel.http.request_limits import is_https
from registry.kernel.http.web import AnyRequest

HOST_NAME: Final = "__Host-session"
PLAIN_NAME: Final = "session"
_LENGTH: Final = 100


def name(request: AnyRequest) -> str:
    """Which cookie counts. Under https not the plain one: any page of a neighbouring host could set it."""
    return HOST_NAME if is_https(request.scope) else PLAIN_NAME


def token(request: AnyRequest) -> str:
    """The session's token as the browser sent it, "" if there is none."""
    found = request.cookies.get(name(request)) or ""
    return found if len(found) <= _LENGTH else ""


def made(request: AnyRequest, value: str) -> Cookie:
    """The cookie to set; it goes with the browser, the session itself ends earlier or later."""
    return Cookie(
        key=name(request),
        value=value,
        path="/",
        secure=is_https(request.scope),
        httponly=True,
        samesite="lax",
    )


def removed(request: AnyRequest) -> Cookie:
    """What makes the browser forget it."""
    return Cookie(
        key=name(request),
        value="",
        max_age=0,
        path="/",
        secure=is_https(request.scope),
        httponly=True,
        samesite="lax",
    )
