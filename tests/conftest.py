"""One PostgreSQL per run, one migrated template, and the databases tests work on.

The server is the embedded one, unless REGISTRY_TEST_SERVER names another kept for tests, by its superuser.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count

import asyncpg
import httpx
import msgspec
import pytest
from hypothesis import settings as hypothesis_settings

from registry.app import HOOKS
from registry.kernel.db import checks, embedded, migrate, transactions
from registry.kernel.db.transactions import Conn, Database, Identity
from registry.kernel.http.web import LOCAL_OPERATOR
from registry.kernel.work import Act, Work
from registry.settings import Settings
from tests.servers import Server, given
from tests.serving import NOW, providers_on, serving

hypothesis_settings.register_profile("registry", deadline=None)
hypothesis_settings.load_profile("registry")

OPERATOR = LOCAL_OPERATOR
TEMPLATE = "registry_template"
_numbers = count(1)


class World(msgspec.Struct, frozen=True, kw_only=True):
    """A committed database of its own, with the pool the server would use."""

    database: Database
    settings: Settings
    owner_url: str
    superuser_url: str

    @asynccontextmanager
    async def writer(self, identity: Identity = OPERATOR, now: datetime = NOW) -> AsyncIterator[Work]:
        async with self.database.writer(identity, Act(actor=identity.actor, now=now)) as work:
            yield work

    @asynccontextmanager
    async def reader(self, identity: Identity = OPERATOR) -> AsyncIterator[Work]:
        async with self.database.reader(identity, Act(actor=identity.actor, now=NOW)) as work:
            yield work


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server with its template migrated. Nobody stays connected to that: it is cloned."""
    address = os.environ.get("REGISTRY_TEST_SERVER")
    with given(address) if address else embedded.running(fast=True) as running:
        asyncio.run(create(running, TEMPLATE))
        asyncio.run(migrate.migrate(running.url("registry_owner", TEMPLATE), settings_for(running, TEMPLATE)))
        yield running


def settings_for(server: Server, database: str) -> Settings:
    return Settings(
        database_url=server.url("registry_app", database),
        database_owner_url=server.url("registry_owner", database),
        data_dir=server.folder,
    )


async def create(server: Server, name: str, template: str = "template1") -> None:
    """A database of the owner; one that a broken run left behind goes first."""
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    try:
        await admin.execute(f"drop database if exists {name} with (force)")
        await admin.execute(f"create database {name} template {template} owner registry_owner")
    finally:
        await admin.close()


async def clone(server: Server) -> str:
    """A copy of the template, closed to all but the application as a migrated database is."""
    name = f"registry_clone_{next(_numbers)}"
    await create(server, name, TEMPLATE)
    owner = await asyncpg.connect(server.url("registry_owner", name))
    try:
        await owner.execute(migrate.Q["close_database"])
    finally:
        await owner.close()
    return name


async def drop(server: Server, name: str) -> None:
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    try:
        await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()


@pytest.fixture(scope="session")
async def shared_connection(server: Server, anyio_backend: str) -> AsyncIterator[Conn]:
    """One connection of the application role to one clone; every test undoes what it did there."""
    name = await clone(server)
    connection: Conn = await asyncpg.connect(server.url("registry_app", name))
    yield connection
    await connection.close()
    await drop(server, name)


@pytest.fixture
async def work(shared_connection: Conn) -> AsyncIterator[Work]:
    """An open writing transaction of the local operator, rolled back after the test."""
    transaction = shared_connection.transaction()
    await transaction.start()
    try:
        await transactions.enter(shared_connection, OPERATOR)
        yield Work(shared_connection, Act(actor=OPERATOR.actor, now=NOW), HOOKS)
    finally:
        await transaction.rollback()


@pytest.fixture
def conn(work: Work) -> Conn:
    """The connection of `work`, for statements of the test's own."""
    return work.conn


@pytest.fixture
async def client(work: Work) -> AsyncIterator[httpx.AsyncClient]:
    """The application on the test's own transaction: a request that fails undoes what it did, and no more."""
    async with serving(providers=providers_on(work)) as started:
        yield started


@pytest.fixture
async def committed_db(server: Server, anyio_backend: str) -> AsyncIterator[World]:
    """A fresh clone and the real Database on it; what the test leaves behind must pass sql/checks."""
    name = await clone(server)
    settings = settings_for(server, name)
    database = await Database.open(settings, HOOKS)
    try:
        yield World(
            database=database,
            settings=settings,
            owner_url=server.url("registry_owner", name),
            superuser_url=server.url("postgres", name),
        )
        async with database.reader(OPERATOR, Act(actor=OPERATOR.actor, now=NOW)) as work:
            assert await checks.run(work) == []
    finally:
        await database.close()
        await drop(server, name)
