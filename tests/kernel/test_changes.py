"""What a transaction touched is locked and recomputed once, before its commit."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from registry.kernel import changes, db
from registry.kernel.changes import Cause, Touched, Village
from registry.kernel.db import Conn
from tests import factories
from tests.conftest import OPERATOR, World
from tests.factories import COUNTY_CODE, SIBLING, VILLAGE
from tests.serving import NOW


class Recorder:
    """Binds functions that note what they were asked."""

    def __init__(self) -> None:
        self.touched: list[list[Touched]] = []
        self.causes: list[list[Cause]] = []
        self.villages: Sequence[Village] = ()

    async def recompute(self, _: Conn, touched: Sequence[Touched], now: datetime) -> None:
        assert now == NOW
        self.touched.append(list(touched))

    async def mark(self, _: Conn, causes: Sequence[Cause], now: datetime) -> Sequence[Village]:
        assert now == NOW
        self.causes.append(list(causes))
        return self.villages


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder()
    monkeypatch.setattr(changes, "_bound", changes._Bound(recompute=made.recompute, mark=made.mark))
    return made


async def test_touched_households_are_recomputed_once_and_in_order(conn: Conn, recorder: Recorder) -> None:
    ids = sorted([uuid4(), uuid4()])
    for household_id in (ids[1], ids[0], ids[1]):
        changes.touch(conn, COUNTY_CODE, household_id, 2022)
    await changes.settle(conn)
    assert [touched.household_id for touched in recorder.touched[0]] == ids
    await changes.settle(conn)
    assert len(recorder.touched) == 1


async def test_nothing_touched_asks_nothing(conn: Conn, recorder: Recorder) -> None:
    await changes.settle(conn)
    assert (recorder.touched, recorder.causes) == ([], [])


async def test_a_cause_queues_one_job_per_village(conn: Conn, recorder: Recorder) -> None:
    recorder.villages = [
        Village(county_code=COUNTY_CODE, village_code=code) for code in (VILLAGE, SIBLING, VILLAGE)
    ]
    cause = Cause(kind="market_price", product_code="chili_dried")
    for _ in range(2):
        changes.stale(conn, cause)
        changes.stale(conn, cause)
        await changes.settle(conn)
    assert recorder.causes == [[cause], [cause]]
    queued = await conn.fetch(
        "select kind, village_code, queued_by, run_after from job order by village_code"
    )
    assert [tuple(row) for row in queued] == [
        ("recompute", SIBLING, OPERATOR.actor, NOW),
        ("recompute", VILLAGE, OPERATOR.actor, NOW),
    ]


async def test_only_a_writer_collects(conn: Conn) -> None:
    stranger: Conn = object()  # type: ignore[assignment]
    with pytest.raises(RuntimeError, match="writer"):
        changes.touch(stranger, COUNTY_CODE, uuid4(), 2022)


async def test_unbound_is_a_fault_not_a_silent_loss(conn: Conn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_bound", changes._Bound())
    changes.touch(conn, COUNTY_CODE, uuid4(), 2022)
    with pytest.raises(RuntimeError, match="bind"):
        await changes.settle(conn)
    changes.stale(conn, Cause(kind="term"))
    with pytest.raises(RuntimeError, match="bind"):
        await changes.settle(conn)


async def test_a_transaction_inside_collects_for_itself(conn: Conn) -> None:
    changes.touch(conn, COUNTY_CODE, uuid4(), 2022)
    with changes.opened(conn, NOW) as inner:
        assert inner.touched == set()
    with changes.opened(conn, NOW):
        pass
    changes.touch(conn, COUNTY_CODE, uuid4(), 2022)


async def test_two_writers_of_one_household_see_each_other(
    committed_db: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each counts the rows it sees when it recomputes: the second has to count both."""
    counted: list[int] = []

    async def recompute(conn: Conn, touched: Sequence[Touched], now: datetime) -> None:
        counted.append(await db.value(conn, int, "select count(*) from headcount"))
        await asyncio.sleep(0.1)

    async with committed_db.writer() as conn:
        await factories.world(conn)
        household = await factories.household(conn)
    monkeypatch.setattr(changes, "_bound", changes._Bound(recompute=recompute))
    both = asyncio.Barrier(2)

    async def work(day: int, household_id: UUID) -> None:
        async with committed_db.writer() as conn:
            await factories.headcount(conn, household_id, counted_on=f"2022-01-0{day}")
            changes.touch(conn, COUNTY_CODE, household_id, 2022)
            await both.wait()

    await asyncio.gather(work(1, household), work(2, household))
    assert counted == [1, 2]
