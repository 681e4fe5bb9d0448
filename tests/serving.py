"""The application in-process: on the test's own connection, or with its real pool on a committed database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import httpx
from litestar.types import ControllerRouterHandler

from registry.app import create_app
from registry.kernel import changes
from registry.kernel.db import Conn, Identity
from registry.kernel.web import Providers
from registry.settings import Settings

NOW = datetime(2023, 1, 16, 2, 0, tzinfo=UTC)
ORIGIN = "http://127.0.0.1"


def providers_on(conn: Conn) -> Providers:
    """Readers and writers on one open transaction: a writer that fails undoes what it did, and no more."""

    @asynccontextmanager
    async def reader(_: Identity) -> AsyncIterator[Conn]:
        yield conn

    @asynccontextmanager
    async def writer(_: Identity, now: datetime) -> AsyncIterator[Conn]:
        async with conn.transaction():
            with changes.opened(conn, now):
                yield conn
                await changes.settle(conn)

    return Providers(reader=reader, writer=writer, clock=lambda: NOW)


@asynccontextmanager
async def serving(
    settings: Settings | None = None,
    providers: Providers | None = None,
    further: Sequence[ControllerRouterHandler] = (),
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a started application. Without providers the application opens its own pool."""
    app = create_app(settings or Settings(data_dir=Path("unused")), providers, further=further)
    transport = httpx.ASGITransport(cast("Any", app))
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield client
