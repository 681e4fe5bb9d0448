"""Before a handler: who the caller is, and whether the route admits that role. Without a rule nobody is."""

from collections.abc import Awaitable, Callable
from typing import Final

from litestar.connection import ASGIConnection
from litestar.exceptions import ImproperlyConfiguredException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from registry.access import callers, csrf, pending_form
from registry.access.errors import (
    ChangePassword,
    ChooseGrant,
    Forbidden,
    NotSignedIn,
    ReadOnlyToken,
    SetUpCode,
)
from registry.kernel.http.callers import Caller, admitted
from registry.kernel.http.request_limits import SAFE, take_body
from registry.kernel.http.web import AnyRequest, Providers, wants_html

Guard = Callable[[ASGIConnection, BaseRouteHandler], Awaitable[None]]  # type: ignore[type-arg]
_LOGOUT: Final = "/logout"
_CHOOSE: Final = ChooseGrant.to


async def caller(given: Providers, request: AnyRequest) -> Caller | None:
    """Who asks; looked up once per request."""
    state = request.scope["state"]
    if "caller" not in state:
        find = given.caller or (lambda asked: callers.find(given, asked))
        found = await find(request)
        state["caller"] = found
        if found:
            state["actor"] = found.username
    known: Caller | None = state["caller"]
    return known


def admit(given: Providers) -> Guard:
    """The application's guard: NotSignedIn or Forbidden unless the route admits the caller."""

    async def admitting(request: AnyRequest, handler: BaseRouteHandler) -> None:
        if handler.opt.get("open") or request.method == "OPTIONS":
            return
        found = await caller(given, request)
        if found is None:
            if wants_html(request):
                await take_body(request, handler)
                await pending_form.remember(request)
            raise NotSignedIn
        if request.method not in SAFE:
            await take_body(request, handler)
            await _may_change(request, found)
        _require_ready(request, found)
        if handler.opt.get("signed_in"):
            return
        if found.role is None:
            raise ChooseGrant
        if found.role not in admitted(handler.opt, request.method):
            raise Forbidden

    return admitting  # type: ignore[return-value]


async def _may_change(request: AnyRequest, found: Caller) -> None:
    """ReadOnlyToken, or ForeignForm for a change that no page of this session started. Programs send their
    token with each request on purpose: nothing can make them."""
    if found.access == "read":
        raise ReadOnlyToken
    if found.session_id is not None:
        await csrf.check(request, found)


def _require_ready(request: AnyRequest, found: Caller) -> None:
    """ChangePassword or SetUpCode while a session opens nothing else."""
    path = request.url.path
    if path == _LOGOUT:
        return
    if found.must_change_password:
        if path != ChangePassword.to:
            raise ChangePassword
    elif found.must_set_totp and path != _CHOOSE and not _below(path, SetUpCode.to):
        raise SetUpCode


def _below(path: str, top: str) -> bool:
    return path == top or path.startswith(f"{top}/")


def require_stated(handler: HTTPRouteHandler) -> None:
    """ImproperlyConfiguredException unless the route declares its roles for each of its methods."""
    if handler.opt.get("open") or handler.opt.get("signed_in"):
        return
    for method in handler.http_methods - {"OPTIONS"}:
        try:
            admitted(handler.opt, method)
        except KeyError:
            raise ImproperlyConfiguredException(f"{handler} does not say whom it admits") from None
