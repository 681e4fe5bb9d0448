"""Wires everything: routes, transactions, errors, headers. Only the commands know as much."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from asyncpg import UniqueViolationError
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.enums import ScopeType
from litestar.exceptions import ImproperlyConfiguredException
from litestar.routes import HTTPRoute
from litestar.types import (
    ASGIApp,
    ControllerRouterHandler,
    HTTPScope,
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Receive,
    Send,
)
from litestar.types import Scope as AsgiScope

from registry.access import admission
from registry.access import pages as access_pages
from registry.access.errors import NotSignedIn, RequiredStep
from registry.audit import sealing
from registry.audit import service as audit
from registry.features import FEATURES, IMPORTS, REGISTERS
from registry.gains import service as gains_service
from registry.gains.recompute import recompute
from registry.kernel import jobs
from registry.kernel.crypto.vault import Vault
from registry.kernel.db.transactions import Conn, Database, Identity
from registry.kernel.errors import Conflict
from registry.kernel.feature import menus
from registry.kernel.forms.structures import reader
from registry.kernel.http import apidocs, health, idempotency, parameters, problems, static
from registry.kernel.http.bodies import BodyDTO
from registry.kernel.http.callers import ANONYMOUS, Caller
from registry.kernel.http.compression import COMPRESSION
from registry.kernel.http.forwarded import Edge
from registry.kernel.http.pages import ShowAgain
from registry.kernel.http.parameters import declared
from registry.kernel.http.request_limits import JSON_BYTES, SAFE, client_address, guard, take_body
from registry.kernel.http.telemetry import Metrics, observe, trace_id
from registry.kernel.http.web import API, AnyRequest, Providers, identity_of
from registry.kernel.types import NO_COUNTY
from registry.kernel.work import Act, Hooks, Work
from registry.settings import Settings


class Registry(Litestar):
    """The application with trace id, headers, log line and counters around every answer, errors included."""

    async def __call__(
        self,
        scope: AsgiScope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        inner = super().__call__
        if scope["type"] != ScopeType.HTTP:
            await inner(scope, receive, send)
            return
        await observe(
            cast("ASGIApp", inner),
            cast("HTTPScope", scope),
            cast("Receive", receive),
            cast("Send", send),
            metrics=self.state["metrics"],
            edge=self.state["edge"],
        )


def routers() -> Sequence[ControllerRouterHandler]:
    """Every route of the product."""
    return [
        health.healthz,
        health.readyz,
        health.metrics,
        static.static_file,
        static.display,
        apidocs.openapi_json,
        apidocs.docs,
        apidocs.problem_list,
        *(router for feature in FEATURES for router in feature.routers),
    ]


HOOKS: Final = Hooks(
    recompute=recompute,
    mark=gains_service.mark,
    audit=audit.flush,
    jobs={kind: run for feature in FEATURES for kind, run in feature.jobs.items()},
)
"""What follows from a change of facts; for every program that opens a database to write."""


def create_app(
    settings: Settings,
    providers: Providers | None = None,
    *,
    vault: Vault | None = None,
    further: Sequence[ControllerRouterHandler] = (),
) -> Litestar:
    """The ASGI application. Without `providers` it opens its own pool for as long as it lives; without
    `vault` it reads the key file the settings name when a number is first asked for."""
    opened = _Pool(settings)
    given = providers or opened.providers()
    app = Registry(
        route_handlers=[*routers(), *further],
        dependencies=_dependencies(given, lambda: vault or _vault(settings.keys_path)),
        dto=BodyDTO,
        return_dto=None,
        after_request=idempotency.record,
        exception_handlers={
            Exception: problems.answer,
            ShowAgain: lambda _, again: again.page,
            idempotency.Replay: idempotency.replayed,
            NotSignedIn: access_pages.not_signed_in,
            RequiredStep: access_pages.detour,
        },
        middleware=[guard],
        compression_config=COMPRESSION,
        guards=[admission.admit(given), parameters.check, take_body],
        request_max_body_size=JSON_BYTES,
        openapi_config=None,
        logging_config=None,
        lifespan=[] if providers else [opened.lifespan],
        state=_state(settings),
        debug=False,
    )
    _check_routes(app)
    return app


def _state(settings: Settings) -> State:
    """What every request finds in `app.state`."""
    return State(
        {
            "metrics": Metrics(),
            "settings": settings,
            "edge": Edge.of(settings),
            "menus": menus(FEATURES),
            "imports": IMPORTS,
            "registers": REGISTERS,
        }
    )


class _Pool:
    """The connection pool, open only while the application runs."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database: Database | None = None

    def lifespan(self, _: Litestar) -> AbstractAsyncContextManager[None]:
        return self.opened()

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None, None]:
        self.database = await Database.open(self.settings, HOOKS)
        try:
            async with jobs.running(self.database), sealing.running(self.database):
                yield
        finally:
            await self.database.close()
            self.database = None

    def providers(self) -> Providers:
        def reader(identity: Identity, act: Act) -> AbstractAsyncContextManager[Work]:
            return self._open().reader(identity, act)

        def writer(identity: Identity, act: Act) -> AbstractAsyncContextManager[Work]:
            return self._open().writer(identity, act)

        def short() -> AbstractAsyncContextManager[Conn]:
            return self._open().short()

        return Providers(reader=reader, writer=writer, short=short, clock=lambda: datetime.now(UTC))

    def _open(self) -> Database:
        if self.database is None:
            raise RuntimeError("the application was not started")
        return self.database


@cache
def _vault(path: Path) -> Vault:
    return Vault.load(path)


def _dependencies(given: Providers, vault: Callable[[], Vault]) -> dict[str, Provide]:
    """`act`, `reader`, `writer`: at most one of the last two; it commits before the answer."""

    async def act(request: AnyRequest) -> Act:
        return _act(request, await admission.caller(given, request), given.clock())

    async def reader(request: AnyRequest, act: NamedDependency[Act]) -> AsyncGenerator[Work, None]:
        async with given.reader(identity_of(request), act) as work:
            yield work

    async def writer(request: AnyRequest, act: NamedDependency[Act]) -> AsyncGenerator[Work, None]:
        async with given.writer(identity_of(request), act) as work:
            claim = await idempotency.claim(work, request)
            try:
                yield work
            except (Conflict, UniqueViolationError):
                if claim:
                    await idempotency.require_first(work, claim)
                raise
            if claim:
                await idempotency.keep(work, request, claim)

    async def providers(act: NamedDependency[Act]) -> Providers:
        """For the login and the account pages, which need transactions of their own before one is theirs."""
        del act
        return given

    async def keys() -> Vault:
        return vault()

    made: dict[str, Callable[..., Any]] = {
        "act": act,
        "reader": reader,
        "writer": writer,
        "providers": providers,
        "vault": keys,
    }
    return {name: Provide(provider) for name, provider in made.items()}


def _act(request: AnyRequest, caller: Caller | None, now: datetime) -> Act:
    inside = request.url.path.startswith(API)
    return Act(
        actor=caller.username if caller else ANONYMOUS.actor,
        now=now,
        source="api" if inside else "page",
        county_code=caller.county_code if caller else NO_COUNTY,
        role=(caller and caller.role) or "none",
        operation=request.route_handler.handler_name,
        trace_id=trace_id(request.scope),
        address=client_address(request.scope),
    )


def _check_routes(app: Litestar) -> None:
    """GET never writes, every route declares its roles, every parameter has a type that forms can read: else
    the start fails."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            if handler.http_methods & SAFE and "writer" in handler.parsed_fn_signature.parameters:
                raise ImproperlyConfiguredException(f"{handler} answers GET and must not write")
            admission.require_stated(handler)
            if handler.resolve_include_in_schema():
                for one in declared(handler):
                    reader(one.kind)
