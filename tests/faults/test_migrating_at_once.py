"""Several servers that migrate one database at the same moment."""

import asyncio
from collections import Counter

import asyncpg
import pytest

from registry.kernel.db import migrate, sql
from tests.conftest import create, drop, settings_for
from tests.faults.processes import registry
from tests.servers import Server

pytestmark = pytest.mark.faults
NAMES = sorted(path.name for path in (sql.folder() / "migrations").glob("*.sql"))


async def applied(server: Server, name: str) -> list[str]:
    conn = await asyncpg.connect(server.url("registry_app", name))
    rows = await conn.fetch("select name from migration order by name")
    await conn.close()
    return [row["name"] for row in rows]


def test_two_commands_at_once(server: Server) -> None:
    asyncio.run(create(server, "registry_at_once"))
    settings = settings_for(server, "registry_at_once")
    environment = {
        "DATABASE_URL": str(settings.database_url),
        "DATABASE_OWNER_URL": str(settings.database_owner_url),
    }
    both = [registry(environment, "migrate") for _ in range(2)]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    done = [
        line.removeprefix("applied ") for text in said for line in text.splitlines() if "applied 0" in line
    ]
    assert sorted(done) == NAMES
    assert asyncio.run(applied(server, "registry_at_once")) == NAMES
    asyncio.run(drop(server, "registry_at_once"))


async def test_many_connections_at_once(server: Server) -> None:
    """Six within one process: whichever comes first does all of it."""
    await create(server, "registry_many_at_once")
    settings = settings_for(server, "registry_many_at_once")
    url = str(settings.database_owner_url)
    done = await asyncio.gather(*(migrate.migrate(url, settings) for _ in range(6)))
    assert Counter(name for names in done for name in names) == Counter(NAMES)
    await drop(server, "registry_many_at_once")
