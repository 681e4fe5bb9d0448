"""What tests need of a PostgreSQL: the embedded one offers it, and so does any server kept for tests."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit

import asyncpg

from registry.kernel.db import sql

ROLES = ("registry_owner", "registry_app")


class Server(Protocol):
    """A superuser called postgres, the product's two roles, and addresses for all three."""

    @property
    def folder(self) -> Path: ...

    def url(self, role: str = ..., database: str = ...) -> str: ...


class Given:
    """A running server, reached as its superuser; the product's roles get the same password."""

    folder = Path("/nonexistent")

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)

    def url(self, role: str = "registry_app", database: str = "registry") -> str:
        """The given address with another user, unless that is the superuser, and another database."""
        parts = self._parts
        user = parts.username or "postgres" if role == "postgres" else role
        password = f":{parts.password}" if parts.password else ""
        place = parts.netloc.rpartition("@")[2]
        netloc = f"{quote(user)}{password}@{place}"
        return parts._replace(netloc=netloc, path=f"/{database}").geturl()

    async def furnish(self) -> None:
        """Makes sure of the roles."""
        admin = await asyncpg.connect(self.url("postgres", "postgres"))
        try:
            await admin.execute((sql.folder() / "roles.sql").read_text("utf-8"))
            for role in ROLES if self._parts.password else ():
                change = "select format('alter role %I password %L', $1::text, $2::text)"
                await admin.execute(await admin.fetchval(change, role, self._parts.password))
        finally:
            await admin.close()


@contextmanager
def given(url: str) -> Iterator[Given]:
    """A server somebody else started and will stop."""
    server = Given(url)
    asyncio.run(server.furnish())
    yield server
