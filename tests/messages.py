"""Counts the messages of a request to the database, BEGIN and COMMIT included, on the real pool."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from registry.app import HOOKS
from registry.kernel.db.transactions import Database
from registry.kernel.http.callers import Role
from registry.kernel.http.web import Providers
from tests.access import people
from tests.conftest import World
from tests.serving import NOW, serving


@contextmanager
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The messages of every connection opened inside the block; may be cleared."""
    seen: list[str] = []
    opened = asyncpg.Connection.__init__

    def noting(self: Any, *arguments: Any, **named: Any) -> None:
        opened(self, *arguments, **named)
        self.add_query_logger(lambda record: seen.append(record.query))

    with monkeypatch.context() as patched:
        patched.setattr(asyncpg.Connection, "__init__", noting)
        yield seen


@asynccontextmanager
async def asking(world: World, role: Role, division: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application with a pool of its own, as a new user's token. Nothing runs beside it."""
    async with world.writer() as work:
        token = await people.token(work, await people.person(work, role, division))
    database = await Database.open(world.settings, HOOKS)
    given = Providers(reader=database.reader, writer=database.writer, short=database.short, clock=lambda: NOW)
    try:
        async with serving(world.settings, given, caller=None) as client:
            client.headers.update(people.bearer(token))
            yield client
    finally:
        await database.close()
