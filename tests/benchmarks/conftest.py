"""The report of a run, and the databases it measures on."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from registry.app import HOOKS
from registry.demo import seeding
from registry.demo.build import build
from registry.kernel import logs
from registry.kernel.db.transactions import Database
from registry.settings import Settings
from tests.benchmarks.measuring import Report
from tests.demo.building import BUILT, with_base_data
from tests.servers import Server

SEEDED = datetime(2024, 2, 1, tzinfo=UTC)
SMALL, LARGE = 3_000, 200_000


@pytest.fixture(scope="session")
def report() -> Iterator[Report]:
    logs.configure("WARNING")
    made = Report()
    yield made
    if made.ratios:
        print(f"\n\n{made.table()}\n{made.write()}")


@asynccontextmanager
async def seeded(server: Server, households: int) -> AsyncIterator[Settings]:
    """Townships of 3,000 households with four tickets a line; the first is the same whatever the number."""
    async with with_base_data(server) as settings:
        async with opened(settings) as database:
            await seeding.begin(database, SEEDED)
            count = -(-households // seeding.TOWNSHIP_SIZE)
            sizes = seeding.shares(households, count)
            for township, size in zip(seeding.townships(count, SEEDED), sizes, strict=True):
                await seeding.fill(database, township, size, SEEDED)
        await seeding.finish(settings)
        yield settings


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    database = await Database.open(settings, HOOKS)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture(scope="session")
async def small(server: Server, anyio_backend: str) -> AsyncIterator[Database]:
    async with seeded(server, SMALL) as settings, opened(settings) as database:
        yield database


@pytest.fixture(scope="session")
async def large_settings(server: Server, anyio_backend: str) -> AsyncIterator[Settings]:
    """A million tickets."""
    async with seeded(server, LARGE) as settings:
        yield settings


@pytest.fixture(scope="session")
async def large(large_settings: Settings) -> AsyncIterator[Database]:
    async with opened(large_settings) as database:
        yield database


@pytest.fixture(scope="session")
async def demo(server: Server, anyio_backend: str) -> AsyncIterator[Settings]:
    async with with_base_data(server) as settings:
        await build(settings, BUILT)
        yield settings
