"""Two of everything on one machine."""

import asyncio
import signal
from pathlib import Path

import asyncpg
import httpx
import pytest

from registry.kernel.db import embedded
from tests.faults.processes import address, registry

pytestmark = pytest.mark.faults


def test_two_embedded_servers(folder: Path) -> None:
    """Each with its own folder and socket; what one holds the other does not."""

    async def mark(server: embedded.Embedded, word: str) -> None:
        conn = await asyncpg.connect(server.url("registry_owner"))
        await conn.execute(f"create table only_{word} (a int)")
        await conn.close()

    async def tables(server: embedded.Embedded) -> list[str]:
        conn = await asyncpg.connect(server.url("registry_owner"))
        found = await conn.fetch("select tablename from pg_tables where schemaname = 'public'")
        await conn.close()
        return [row[0] for row in found]

    with embedded.running(folder / "a", fast=True) as one, embedded.running(folder / "b", fast=True) as other:
        asyncio.run(mark(one, "here"))
        asyncio.run(mark(other, "there"))
        assert asyncio.run(tables(one)) == ["only_here"]
        assert asyncio.run(tables(other)) == ["only_there"]


def test_two_servers_with_their_own_data(folder: Path) -> None:
    environments = [{"REGISTRY_DATA_DIR": str(folder / name), "REGISTRY_PORT": "0"} for name in ("a", "b")]
    for environment in environments:
        registry(environment, "migrate").communicate(timeout=120)
    both = [registry(environment, "serve") for environment in environments]
    urls = [address(process) for process in both]
    assert len(set(urls)) == 2
    assert [httpx.get(f"{url}/readyz").status_code for url in urls] == [200, 200]
    for process in both:
        process.send_signal(signal.SIGTERM)
    for process in both:
        process.communicate(timeout=30)
    assert [process.returncode for process in both] == [0, 0]


def test_one_folder_is_refused_to_a_second_server(folder: Path) -> None:
    environment = {"REGISTRY_DATA_DIR": str(folder), "REGISTRY_PORT": "0"}
    registry(environment, "migrate").communicate(timeout=120)
    first = registry(environment, "serve")
    address(first)
    second = registry(environment, "serve")
    second.communicate(timeout=60)
    assert second.returncode == 3
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=30)
    assert first.returncode == 0
