"""The application in-process: on the test's own connection, or with its real pool on a committed database."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, cast

import httpx
import msgspec
from litestar import Litestar, Router
from litestar.types import ControllerRouterHandler

from registry.access import callers
from registry.app import HOOKS, _Pool, create_app
from registry.features import IMPORTS
from registry.kernel import changes
from registry.kernel.crypto.keyfile import Keys
from registry.kernel.crypto.vault import Vault
from registry.kernel.db.transactions import Conn, Entered, Identity, Scope
from registry.kernel.http.callers import EVERYBODY, OPEN, Caller, Role, admitted
from registry.kernel.http.telemetry import Metrics
from registry.kernel.http.web import LOCAL_OPERATOR, AnyRequest, Providers
from registry.kernel.work import Act, Work
from registry.settings import Settings

NOW = datetime(2023, 1, 16, 2, 0, tzinfo=UTC)
OPERATOR = LOCAL_OPERATOR.actor
ORIGIN = "http://127.0.0.1"
FindCaller: TypeAlias = Callable[[AnyRequest], Awaitable[Caller | None]]
_SETTINGS = Settings(data_dir=Path("unused"))
VAULT = Vault(Keys(current=1, keys={1: b"test" * 8}))
_in_use: ContextVar[Providers | None] = ContextVar("providers", default=None)


def providers_on(shared: Work) -> Providers:
    """Readers and writers on one open transaction: a writer that fails undoes what it did, and no more."""
    conn = shared.conn

    @asynccontextmanager
    async def reader(_: Identity, act: Act) -> AsyncIterator[Work]:
        yield Work(conn, act, HOOKS)

    @asynccontextmanager
    async def writer(identity: Identity, act: Act) -> AsyncIterator[Work]:
        async def enter() -> None:
            if identity.actor != OPERATOR:
                await _name(conn, identity.actor)

        entered = Entered(conn, enter)
        async with entered.opened():
            work = Work(conn, act, HOOKS, start_over=entered.start_over)
            yield work
            facts = work.pending.touched or work.pending.causes
            assert not facts or work.pending.audited, "facts changed without an audited record"
            await changes.settle(work)
            if identity.actor != OPERATOR:
                await _name(conn, OPERATOR)

    @asynccontextmanager
    async def short() -> AsyncIterator[Conn]:
        yield conn

    return Providers(reader=reader, writer=writer, short=short, clock=lambda: NOW, caller=operator)


async def _name(conn: Conn, actor: str) -> None:
    """The transaction was entered for the operator; whoever else writes names themselves, in its scope."""
    await conn.execute("select set_config('app.actor', $1, true)", actor)


async def operator(request: AnyRequest) -> Caller:
    """Whoever the route admits, with everything in scope; tests of access name their own caller."""
    opt = request.route_handler.opt
    free = opt.get("open") or opt.get("signed_in")
    roles: tuple[Role, ...] = EVERYBODY if free else admitted(opt, request.method)
    kind = IMPORTS.get(request.path_params.get("kind", ""))
    roles = kind.roles if kind else roles
    return Caller(
        username=OPERATOR,
        display_name="本机操作员",
        role="clerk" if "clerk" in roles else roles[0],
        read=Scope.ALL,
        write=Scope.ALL,
    )


@asynccontextmanager
async def serving(
    settings: Settings | None = None,
    providers: Providers | None = None,
    further: Sequence[ControllerRouterHandler] = (),
    *,
    caller: FindCaller | None = operator,
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a started application. Without providers it has its own pool and acts for `caller` (None:
    whoever signs in)."""
    kept: AbstractAsyncContextManager[None] = nullcontext()
    if providers is not None:
        app = _shared(settings or _SETTINGS, tuple(further))
        app.state["metrics"] = Metrics()
    else:
        app, kept = _own(settings or _SETTINGS, further, caller)
    transport = httpx.ASGITransport(cast("Any", app))
    token = _in_use.set(providers)
    try:
        async with kept, app.lifespan(), httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            yield client
    finally:
        _in_use.reset(token)


def application() -> Litestar:
    """The application as it is, for what only reads its routes."""
    return _shared(_SETTINGS, ())


@contextmanager
def acting_as(who: Caller) -> Iterator[None]:
    """Inside, requests to the application on the test's connection are this person's."""

    async def find(_: AnyRequest) -> Caller:
        return who

    token = _in_use.set(msgspec.structs.replace(_given(), caller=find))
    try:
        yield
    finally:
        _in_use.reset(token)


def _own(
    settings: Settings, further: Sequence[ControllerRouterHandler], caller: FindCaller | None
) -> tuple[Litestar, AbstractAsyncContextManager[None]]:
    """An application of its own and, where it acts for `caller`, the pool beside it."""
    if caller is None:
        return create_app(settings, vault=_vault(settings), further=_open_to_all(further)), nullcontext()
    pool = _Pool(settings)
    given = msgspec.structs.replace(pool.providers(), caller=caller)
    app = create_app(settings, given, vault=_vault(settings), further=_open_to_all(further))
    return app, pool.lifespan(app)


def _vault(settings: Settings) -> Vault | None:
    """VAULT, unless the settings name a key file."""
    return None if settings.keys_file else VAULT


def _open_to_all(further: Sequence[ControllerRouterHandler]) -> list[Router]:
    return [Router(path="/", opt=dict(OPEN), route_handlers=further)] if further else []


@cache
def _shared(settings: Settings, further: tuple[ControllerRouterHandler, ...]) -> Litestar:
    """One application for all tests that bring their providers: registering every route takes its time."""

    def reader(identity: Identity, act: Act) -> AbstractAsyncContextManager[Work]:
        return _given().reader(identity, act)

    def writer(identity: Identity, act: Act) -> AbstractAsyncContextManager[Work]:
        return _given().writer(identity, act)

    def short() -> AbstractAsyncContextManager[Conn]:
        return _given().short()

    async def caller(request: AnyRequest) -> Caller | None:
        find = _given().caller
        return await (find(request) if find else callers.find(_given(), request))

    shared = Providers(
        reader=reader, writer=writer, short=short, clock=lambda: _given().clock(), caller=caller
    )
    return create_app(settings, shared, vault=_vault(settings), further=_open_to_all(further))


def _given() -> Providers:
    providers = _in_use.get()
    if providers is None:
        raise RuntimeError("the shared application answers inside `serving(providers=…)` only")
    return providers
