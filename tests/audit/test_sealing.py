"""Each county's events are chained after their transaction, and whatever was tampered with is named."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from registry.audit import hash_chain, sealing, service, verification
from registry.audit.verification import Chain
from registry.kernel.db.transactions import Conn
from registry.kernel.work import Act
from tests.conftest import World
from tests.factories import COUNTY_CODE, VILLAGE
from tests.serving import NOW, serving

ACT = Act(actor="local", now=NOW, role="clerk", operation="test")
SEALS = "select position, leaf_hash, chain_hash from audit_seal where county_code = $1 order by position"


async def write(world: World, count: int, county: str = COUNTY_CODE, division: str = VILLAGE) -> None:
    async with world.writer() as work:
        for number in range(count):
            await service.event(
                work.acting(ACT),
                kind="household",
                record_id=str(number),
                county_code=county,
                division_code=division,
            )


async def sealed(world: World) -> int:
    return await sealing.seal_all(world.database, lambda: NOW)


async def verified(world: World, county: str = COUNTY_CODE) -> Chain:
    async with world.reader() as work:
        return await verification.verify(work, county)


@asynccontextmanager
async def superuser(world: World) -> AsyncIterator[Conn]:
    conn: Conn = await asyncpg.connect(world.superuser_url)
    try:
        yield conn
    finally:
        await conn.close()


async def test_each_county_has_a_chain_that_goes_on(committed_db: World) -> None:
    assert await sealed(committed_db) == 0
    await write(committed_db, 3)
    await write(committed_db, 2, "000000", "000000000000")
    await write(committed_db, 1, "421300", "421300000000")
    assert await sealed(committed_db) == 6
    await write(committed_db, 2)
    assert await sealed(committed_db) == 2
    async with committed_db.reader() as work:
        rows = await work.conn.fetch(SEALS, COUNTY_CODE)
        assert await work.conn.fetchval("select count(*) from audit_waiting") == 0
        assert await verification.counties(work) == ["000000", "421300", COUNTY_CODE]
    assert [row["position"] for row in rows] == [1, 2, 3, 4, 5]
    last = hash_chain.FIRST
    for row in rows:
        last = hash_chain.chain(last, row["leaf_hash"])
        assert row["chain_hash"] == last
    chain = await verified(committed_db)
    assert (chain.events, chain.chain_hash, chain.found) == (5, last, None)
    assert (await verified(committed_db, "000000")).events == 2


async def test_batches_continue_each_other(committed_db: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    monkeypatch.setattr(verification, "BATCH", 2)
    await write(committed_db, 5)
    assert await sealed(committed_db) == 5
    await write(committed_db, 5)
    chain = await verified(committed_db)
    assert (chain.events, chain.found) == (5, None)


async def test_sealers_side_by_side_never_fork_a_chain(
    committed_db: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 7)

    async def work() -> int:
        return sum([await sealed(committed_db) for _ in range(5)])

    for _ in range(3):
        await write(committed_db, 20)
        await asyncio.gather(work(), work(), work(), write(committed_db, 5))
    await sealed(committed_db)
    chain = await verified(committed_db)
    assert (chain.events, chain.found) == (75, None)


async def test_a_sealer_that_dies_loses_nothing(committed_db: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await write(committed_db, 4)
    with monkeypatch.context() as patch:
        patch.setattr(sealing, "_seal", _seal_and_die)
        with pytest.raises(ConnectionAbortedError):
            await sealed(committed_db)
    assert (await verified(committed_db)).events == 0
    assert await sealed(committed_db) == 4
    assert (await verified(committed_db)).found is None


_seal = sealing._seal


async def _seal_and_die(*args: object) -> None:
    await _seal(*args)  # type: ignore[arg-type]
    raise ConnectionAbortedError


async def test_a_running_server_seals_by_itself(committed_db: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "IDLE_SECONDS", 0.01)
    async with serving(committed_db.settings):
        await write(committed_db, 3)
        for _ in range(1000):
            if (await verified(committed_db)).events == 3:
                break
            await asyncio.sleep(0.01)
    assert (await verified(committed_db)).events == 3


TAMPERED = {
    "a column of an event": (
        "update audit_event set actor = 'somebody' where record_id = '2'", 3, "changed",
    ),
    "an event and its hash": (
        "update audit_event set leaf_hash = sha256('x') where record_id = '2'", 3, "changed",
    ),
    "what it changed": (
        """update audit_event set changes = '{"a": ["1", "2"]}' where record_id = '4'""", 5, "changed",
    ),
    "an event removed": ("delete from audit_event where record_id = '1'", 2, "removed"),
    "a seal removed": ("delete from audit_seal where position = 3", 4, "seal missing before it"),
    "the last seal removed": ("delete from audit_seal where position = 5", 0, "out of chain"),
    "two seals swapped": (
        """update audit_seal as a
        set audit_event_id = b.audit_event_id, leaf_hash = b.leaf_hash
        from audit_seal as b
        where a.county_code = b.county_code and (a.position, b.position) in ((2, 3), (3, 2))""",
        2, "seal broken",
    ),
    "a chain hash": ("update audit_seal set chain_hash = sha256('x') where position = 4", 4, "seal broken"),
    "a forged event": (
        """insert into audit_event select county_code, gen_random_uuid(), division_code, at, actor, role,
        operation, source, record_kind, 'forged', reason, changes, trace_id, address, leaf_hash
        from audit_event where record_id = '1'""",
        0, "out of chain",
    ),
    "a forged event that waits": (
        """with forged as (
          insert into audit_event select county_code, gen_random_uuid(), division_code, at, actor, role,
            operation, source, record_kind, 'forged', reason, changes, trace_id, address, leaf_hash
          from audit_event where record_id = '1' returning county_code, audit_event_id
        ) insert into audit_waiting select * from forged""",
        0, "changed",
    ),
    "a waiting event removed": ("delete from audit_event where address = 'late'", 0, "removed"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
async def test_the_first_bad_row_is_named(committed_db: World, what: str) -> None:
    statement, position, wrong = TAMPERED[what]
    await write(committed_db, 5)
    await sealed(committed_db)
    async with committed_db.writer() as work:
        late = Act(actor="local", now=NOW, address="late")
        await service.event(
            work.acting(late), kind="x", record_id="0", county_code=COUNTY_CODE, division_code=VILLAGE
        )
    assert (await verified(committed_db)).found is None
    async with superuser(committed_db) as work:
        await work.execute(
            "alter table audit_seal drop constraint audit_seal_event_key"
        )  # swapping, for once
        assert await work.execute(statement) not in ("UPDATE 0", "DELETE 0")
    chain = await verified(committed_db)
    assert chain.found is not None
    assert (chain.found.position, chain.found.wrong) == (position, wrong)
    if position:
        assert chain.events == position - 1 - (wrong == "seal missing before it")


async def test_nobody_changes_or_removes_events_and_seals(committed_db: World) -> None:
    await write(committed_db, 1)
    await sealed(committed_db)
    for statement in (
        "update audit_event set actor = 'x'",
        "delete from audit_event",
        "truncate audit_event",
        "update audit_seal set position = 9",
        "delete from audit_seal",
    ):
        async with committed_db.writer() as work:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with work.conn.transaction():
                    await work.conn.execute(statement)
