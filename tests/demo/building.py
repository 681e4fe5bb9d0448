"""Databases to build the demo or synthetic townships in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from registry.kernel.db import migrate
from registry.reference import base_data
from registry.settings import Settings
from tests.conftest import clone, drop, settings_for
from tests.servers import Server

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
