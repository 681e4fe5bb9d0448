"""Before a handler: who asks, and whether the route admits that role. A silent route admits nobody."""

from collections.abc import Awaitable, Callable

from litestar.connection import ASGIConnection
from litestar.exceptions import ImproperlyConfiguredException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from registry.access import callers
from registry.access.errors import Forbidden, NotSignedIn
from registry.kernel.callers import Caller, admitted
from registry.kernel.web import AnyRequest, Providers

Guard = Callable[[ASGIConnection, BaseRouteHandler], Awaitable[None]]  # type: ignore[type-arg]


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
            raise NotSignedIn
        if handler.opt.get("signed_in"):
            return
        if found.role not in admitted(handler.opt, request.method):
            raise Forbidden

    return admitting  # type: ignore[return-value]


def require_stated(handler: HTTPRouteHandler) -> None:
    """ImproperlyConfiguredException unless the route says whom it admits for each of its methods."""
    if handler.opt.get("open") or handler.opt.get("signed_in"):
        return
    for method in handler.http_methods - {"OPTIONS"}:
        try:
            admitted(handler.opt, method)
        except KeyError:
            raise ImproperlyConfiguredException(f"{handler} does not say whom it admits") from None
