"""What a transaction touched is locked and recomputed once, before its commit."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import msgspec
import pytest

from registry.app import HOOKS
from registry.audit import service as audit
from registry.kernel import changes
from registry.kernel.work import Cause, Hooks, Touched, Village, Work
from tests import adhoc, factories
from tests.conftest import OPERATOR, World
from tests.factories import COUNTY_CODE, SIBLING, VILLAGE
from tests.serving import NOW


class Recorder:
    """Hooks that note what they were asked."""

    def __init__(self) -> None:
        self.touched: list[list[Touched]] = []
        self.causes: list[list[Cause]] = []
        self.villages: Sequence[Village] = ()

    async def recompute(self, work: Work, touched: Sequence[Touched]) -> None:
        assert work.act.now == NOW
        self.touched.append(list(touched))

    async def mark(self, work: Work, causes: Sequence[Cause]) -> Sequence[Village]:
        assert work.act.now == NOW
        self.causes.append(list(causes))
        return self.villages


@pytest.fixture
def recorder(work: Work) -> Recorder:
    made = Recorder()
    work.hooks = Hooks(recompute=made.recompute, mark=made.mark, audit=audit.flush)
    return made


async def test_touched_households_are_recomputed_once_and_in_order(work: Work, recorder: Recorder) -> None:
    ids = sorted([uuid4(), uuid4()])
    for household_id in (ids[1], ids[0], ids[1]):
        work.touch(COUNTY_CODE, household_id, 2022)
    await changes.settle(work)
    assert [touched.household_id for touched in recorder.touched[0]] == ids
    await changes.settle(work)
    assert len(recorder.touched) == 1


async def test_nothing_touched_asks_nothing(work: Work, recorder: Recorder) -> None:
    await changes.settle(work)
    assert (recorder.touched, recorder.causes) == ([], [])


async def test_a_cause_queues_one_job_per_village(work: Work, recorder: Recorder) -> None:
    recorder.villages = [
        Village(county_code=COUNTY_CODE, village_code=code) for code in (VILLAGE, SIBLING, VILLAGE)
    ]
    cause = Cause(kind="market_price", product_code="chili_dried")
    for _ in range(2):
        work.mark_stale(cause)
        work.mark_stale(cause)
        await changes.settle(work)
    assert recorder.causes == [[cause], [cause]]
    queued = await work.conn.fetch(
        "select kind, village_code, queued_by, run_after from job order by village_code"
    )
    assert [tuple(row) for row in queued] == [
        ("recompute", SIBLING, OPERATOR.actor, NOW),
        ("recompute", VILLAGE, OPERATOR.actor, NOW),
    ]


async def test_facts_changed_without_hooks_are_a_fault_not_a_silent_loss(work: Work) -> None:
    bare = Work(work.conn, work.act)
    await changes.settle(bare)
    bare.touch(COUNTY_CODE, uuid4(), 2022)
    with pytest.raises(RuntimeError, match="hooks"):
        await changes.settle(bare)
    bare = Work(work.conn, work.act)
    bare.mark_stale(Cause(kind="term"))
    with pytest.raises(RuntimeError, match="hooks"):
        await changes.settle(bare)


async def test_each_unit_of_work_collects_for_itself(work: Work) -> None:
    work.touch(COUNTY_CODE, uuid4(), 2022)
    assert Work(work.conn, work.act, work.hooks).pending.touched == set()


async def test_another_actor_of_the_same_work_collects_with_it(work: Work) -> None:
    other = work.acting(msgspec.structs.replace(work.act, actor="other"))
    other.touch(COUNTY_CODE, uuid4(), 2022)
    assert (other.act.actor, len(work.pending.touched)) == ("other", 1)


async def test_two_writers_of_one_household_see_each_other(
    committed_db: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each counts the rows it sees when it recomputes: the second has to count both."""
    counted: list[int] = []

    async def recompute(work: Work, touched: Sequence[Touched]) -> None:
        counted.append(await adhoc.value(work, int, "select count(*) from headcount"))
        await asyncio.sleep(0.1)

    async with committed_db.writer() as made:
        await factories.world(made)
        household = await factories.household(made)
    hooks = msgspec.structs.replace(HOOKS, recompute=recompute)
    monkeypatch.setattr(committed_db.database, "hooks", hooks)
    both = asyncio.Barrier(2)

    async def count(day: int, household_id: UUID) -> None:
        async with committed_db.writer() as work:
            await factories.headcount(work, household_id, counted_on=f"2022-01-0{day}")
            work.touch(COUNTY_CODE, household_id, 2022)
            await both.wait()

    await asyncio.gather(count(1, household), count(2, household))
    assert counted == [1, 2]
