"""The demo, built once per run in a database of its own. Tests only read it, or undo what they do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from registry.demo.build import build
from registry.kernel import migrate
from registry.reference import base_data
from registry.settings import Settings
from tests.conftest import clone, drop, settings_for
from tests.servers import Server
from tests.serving import serving

BUILT = datetime(2024, 2, 1, 2, 0, tzinfo=UTC)


@asynccontextmanager
async def with_base_data(server: Server) -> AsyncIterator[Settings]:
    """A migrated database with base data and nothing else."""
    name = await clone(server)
    settings = settings_for(server, name)
    try:
        await migrate.migrate(server.url("registry_owner", name), settings, after=[base_data.load])
        yield settings
    finally:
        await drop(server, name)


@pytest.fixture(scope="session")
async def demo(server: Server, anyio_backend: str) -> AsyncIterator[Settings]:
    async with with_base_data(server) as settings:
        await build(settings, BUILT)
        yield settings


@pytest.fixture(scope="session")
async def demo_client(demo: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The application on the demo."""
    async with serving(demo) as client:
        yield client
