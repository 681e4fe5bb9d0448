"""Checks before any handler: the host name, cross-site requests, sizes, whole bodies.
Whom a route admits is access/."""

from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.exceptions import InternalServerException
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from registry.kernel.errors import DomainError, NotFound
from registry.kernel.http.bodies import UnsupportedMedia
from registry.kernel.http.forwarded import Arrival, header, is_loopback
from registry.settings import Settings, SettingsError

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
JSON_BYTES: Final = 1_000_000
"""Limit of a body, unless a route sets its own (`request_max_body_size`)."""
LARGE_BYTES: Final = 10_000_000
"""For imports, batches and the page where a roster is pasted."""
ADDRESS_BYTES: Final = 16_384
HEADER_BYTES: Final = 65_536
"""Of all headers together; the HTTP server stops reading somewhere above."""


class ForeignSite(DomainError):
    """A form or script of another site tried to change something."""

    code = "foreign_site"
    status = 403
    title = "Requests from other sites are refused"
    detail = "这个请求来自别的网站，已拒绝。请从本系统的页面操作。"


class WrongHost(DomainError):
    """The host name is not one of this service's (DNS rebinding)."""

    code = "wrong_host"
    status = 421
    title = "This server does not answer to that name"
    detail = "本系统不使用这个地址。请用管理员给的地址访问；在服务器本机上用 http://127.0.0.1 开头的地址。"


class LongAddress(DomainError):
    """Path and query together are longer than any page makes them."""

    code = "long_address"
    status = 414
    title = "The address is too long"
    detail = "地址太长，请从页面重新进入；要提交的内容请用表单或请求正文。"


class LongHeaders(DomainError):
    """Headers, cookies among them, are longer than any browser of this service sends them."""

    code = "long_headers"
    status = 431
    title = "The request headers are too long"
    detail = "请求头太长，请清除本网站的 Cookie 后再试。"


class BrokenOff(DomainError):
    """The client went away before its body was whole; nobody reads this answer."""

    code = "broken_off"
    status = 400
    title = "The body ended early"
    detail = "提交没有传完，请重新提交。"


def require_safe(settings: Settings) -> None:
    """SettingsError with every reason why the server must not listen with these settings."""
    faults = []
    elsewhere = not is_loopback(settings.host)
    named = [name for name in settings.hosts if not is_loopback(name)]
    protected = settings.tls_cert or settings.trusted_proxies or settings.plain_http
    if elsewhere and not protected:
        faults.append(
            f"REGISTRY_HOST: {settings.host!r} is not loopback. Set REGISTRY_TLS_CERT and REGISTRY_TLS_KEY, "
            "or name the proxy that does TLS in REGISTRY_TRUSTED_PROXIES, or, where neither is to be had, "
            "permit passwords in the clear with REGISTRY_PLAIN_HTTP=yes"
        )
    if elsewhere and not named:
        faults.append(
            "REGISTRY_HOSTS: name what people type to reach this service (names or addresses, by commas)"
        )
    if named and not elsewhere and not protected:
        faults.append(
            f"REGISTRY_HOSTS: {named[0]!r} is not loopback while the server listens on {settings.host} only: "
            "name the proxy in between in REGISTRY_TRUSTED_PROXIES (127.0.0.1 if it runs here), "
            "or set REGISTRY_HOST"
        )
    if faults:
        raise SettingsError(faults)


def guard(app: ASGIApp, **_: Any) -> ASGIApp:
    """Middleware: refuses foreign host names, and changes that another site started."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            check(scope)
        await app(scope, receive, send)

    return guarded


def check(scope: HTTPScope) -> None:
    """WrongHost, LongAddress, LongHeaders or ForeignSite."""
    came = arrival(scope)
    if not came.known:
        raise WrongHost
    if len(scope["raw_path"]) + len(scope["query_string"]) > ADDRESS_BYTES:
        raise LongAddress
    if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
        raise LongHeaders
    if scope["method"] in SAFE:
        return
    origin = header(scope, b"origin").lower()
    # Behind a proxy that sends no scheme, an https page looks like http here: only the name is compared.
    own = (f"https://{came.host}",) if came.https else (f"https://{came.host}", f"http://{came.host}")
    if header(scope, b"sec-fetch-site") in ("cross-site", "same-site") or (origin and origin not in own):
        raise ForeignSite


async def take_body(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard of every route: the whole body is here before the handler opens a transaction, so that a slow
    client holds no connection of the database. Raises UnsupportedMedia for a packed body, BrokenOff."""
    request: Any = connection
    if request.method in SAFE:
        return
    if header(request.scope, b"content-encoding").strip().lower() not in ("", "identity"):
        raise UnsupportedMedia(
            "请求内容不能压缩（Content-Encoding）。", title="The body must not have a Content-Encoding"
        )
    try:
        await request.body()
    except InternalServerException as gone:
        raise BrokenOff from gone


def internal_only(scope: Scope) -> None:
    """NotFound unless this machine or a trusted network asks for itself: nothing a proxy passes on."""
    if not arrival(scope).internal:
        raise NotFound


def arrival(scope: Scope) -> Arrival:
    """How the request came in, as the application's edge saw it."""
    came: Arrival = scope["state"]["arrival"]
    return came


def client_address(scope: Scope) -> str:
    """The address of the client, "" if unknown. Forwarding headers count only when they come
    from a trusted proxy."""
    return arrival(scope).address


def is_https(scope: Scope) -> bool:
    """Whether the client's own connection is encrypted: here, or at a trusted proxy."""
    return arrival(scope).https
