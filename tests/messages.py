"""Counts the messages of a request to the database, BEGIN and COMMIT included, on the real pool."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

from registry.app import _Pool
from registry.kernel.http.callers import Role
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
    """A client of the application with a pool of its own, as a new user's token."""
    async with world.writer() as work:
        token = await people.token(work, await people.person(work, role, division))
    pool = _Pool(world.settings)
    given = msgspec.structs.replace(pool.providers(), clock=lambda: NOW)
    async with pool.opened(), serving(world.settings, given, caller=None) as client:
        client.headers.update(people.bearer(token))
        yield client
