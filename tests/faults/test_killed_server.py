"""The embedded PostgreSQL is killed while writers write: what was acknowledged is there, once."""

import asyncio
import os
import random
import signal
from pathlib import Path
from uuid import UUID

import pytest

from registry.kernel.db import embedded, migrate
from registry.kernel.db.transactions import Database
from registry.kernel.errors import Unavailable
from registry.kernel.types import new_id
from registry.kernel.work import Act
from registry.settings import Settings
from tests import adhoc
from tests.conftest import OPERATOR
from tests.faults.processes import alive, eventually
from tests.serving import NOW

pytestmark = pytest.mark.faults
ADD = """insert into job (job_id, kind, county_code, village_code, payload, queued_at, queued_by, run_after)
  values ($1, $1::uuid::text, '421303', '421303187236', '{}', $2, 'test', $2)"""
WRITERS, ROUNDS = 8, 3


class Ledger:
    """What was tried, and what was acknowledged by a commit."""

    def __init__(self) -> None:
        self.tried: set[UUID] = set()
        self.acknowledged: set[UUID] = set()
        self.unavailable = 0


async def write(settings: Settings, ledger: Ledger, stop: asyncio.Event) -> None:
    """Writes one row per transaction until told to stop; only Unavailable may come in between."""
    database = await Database.open(settings)
    try:
        while not stop.is_set():
            key = new_id()
            ledger.tried.add(key)
            try:
                async with database.writer(OPERATOR, Act(actor=OPERATOR.actor, now=NOW)) as work:
                    await adhoc.run(work, ADD, key, NOW)
            except Unavailable:
                ledger.unavailable += 1
                await asyncio.sleep(0.02)
            else:
                ledger.acknowledged.add(key)
    finally:
        await database.close()


async def write_until_killed(
    settings: Settings, server: embedded.Embedded, ledger: Ledger, wait: float
) -> None:
    stop, before = asyncio.Event(), len(ledger.acknowledged)
    writers = [asyncio.create_task(write(settings, ledger, stop)) for _ in range(WRITERS)]
    await asyncio.sleep(wait)
    os.kill(server.pid, signal.SIGKILL)
    await asyncio.sleep(0.3)
    stop.set()
    await asyncio.gather(*writers)
    assert len(ledger.acknowledged) > before


async def stored(settings: Settings) -> list[UUID]:
    database = await Database.open(settings)
    try:
        async with database.reader(OPERATOR, Act(actor=OPERATOR.actor, now=NOW)) as work:
            return [row["job_id"] for row in await work.conn.fetch("select job_id from job")]
    finally:
        await database.close()


def settings_of(server: embedded.Embedded) -> Settings:
    return Settings(database_url=server.url(), data_dir=server.folder, pool_size=1, connect_timeout=1)


def test_nothing_acknowledged_is_lost(folder: Path) -> None:
    ledger, waits = Ledger(), random.Random(8)
    with embedded.running(folder) as server:
        settings = settings_of(server)
        asyncio.run(migrate.migrate(server.url("registry_owner"), settings))
    for _ in range(ROUNDS):
        with embedded.running(folder) as server:
            killed = server.pid
            wait = waits.uniform(0.4, 1.2)
            asyncio.run(write_until_killed(settings_of(server), server, ledger, wait))
        assert eventually(lambda pid=killed: not alive(pid))  # type: ignore[misc]
    with embedded.running(folder) as server:
        found = asyncio.run(stored(settings_of(server)))
    assert ledger.unavailable > 0
    assert len(found) == len(set(found))
    assert ledger.acknowledged - set(found) == set()
    assert set(found) - ledger.tried == set()
    print(f"{len(ledger.acknowledged)} acknowledged, {len(found)} found, {ROUNDS} kills")
