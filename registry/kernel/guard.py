"""Until there is a login the server answers this machine only, and no other site's page acts through it."""

import ipaddress
from typing import Any, Final
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from registry.kernel.errors import DomainError
from registry.kernel.observed import header
from registry.settings import SettingsError

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignSite(DomainError):
    """A form or script of another site tried to change something."""

    code = "foreign_site"
    status = 403
    title = "Requests from other sites are refused"
    detail = "这个请求来自别的网站，已拒绝。请从本系统的页面操作。"


class WrongHost(DomainError):
    """The name in the address is not this machine's (a name that was made to point here)."""

    code = "wrong_host"
    status = 421
    title = "This server answers loopback names only"
    detail = "请用 http://127.0.0.1 开头的地址访问本系统。"


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only mean this machine."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def require_loopback(host: str) -> None:
    """SettingsError unless the server is to listen on this machine only."""
    if not is_loopback(host):
        raise SettingsError(
            [f"REGISTRY_HOST: {host!r} is not loopback; without login the server listens on 127.0.0.1 only"]
        )


def guard(app: ASGIApp, **_: Any) -> ASGIApp:
    """Middleware: refuses foreign host names, and changes that another site started."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            check(scope)
        await app(scope, receive, send)

    return guarded


def check(scope: HTTPScope) -> None:
    """WrongHost or ForeignSite."""
    host = header(scope, b"host")
    if not is_loopback(urlsplit(f"//{host}").hostname or ""):
        raise WrongHost
    if scope["method"] in SAFE:
        return
    origin = header(scope, b"origin")
    foreign = header(scope, b"sec-fetch-site") in ("cross-site", "same-site")
    if foreign or (origin and urlsplit(origin).netloc.lower() != host.lower()):
        raise ForeignSite


def client_address(scope: HTTPScope) -> str:
    """The address of the client, "" if the server does not tell."""
    client = scope["client"]
    return client[0] if client else ""
