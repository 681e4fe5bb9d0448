"""The queue: once per village, after the commit, again after a failure, by another runner after a crash."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

import msgspec
import pytest

from registry.app import HOOKS
from registry.kernel import changes, jobs
from registry.kernel.errors import Conflict, Unavailable
from registry.kernel.work import Job, Village, Work
from tests import adhoc
from tests.conftest import World
from tests.factories import COUNTY_CODE, SIBLING, STRANGER, VILLAGE
from tests.serving import NOW

STATE = (
    "select attempts, started_at is null as waits, finished_at is not null as given_up, last_error from job"
)


Handler: TypeAlias = Callable[[Work, Job], Awaitable[None]]


@pytest.fixture
def handlers(committed_db: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, Handler]:
    """What the database's jobs do; tests add to it."""
    known: dict[str, Handler] = {}
    monkeypatch.setattr(committed_db.database, "hooks", msgspec.structs.replace(HOOKS, jobs=known))
    return known


async def enqueue(world: World, *villages: str) -> None:
    async with world.writer() as work:
        places = [Village(county_code=COUNTY_CODE, village_code=code) for code in villages]
        await changes._enqueue(work, places)


async def count(world: World) -> int:
    async with world.reader() as work:
        return await jobs.waiting(work)


async def test_each_village_is_worked_once_in_its_own_range(
    committed_db: World, handlers: dict[str, Handler]
) -> None:
    done: list[tuple[str, str, str]] = []

    async def handle(work: Work, job: Job) -> None:
        scope = await adhoc.value(work, str, "select acting() || ' ' || write_from() || '-' || write_to()")
        done.append((job.kind, job.village_code, scope))

    handlers["recompute"] = handle
    await enqueue(committed_db, VILLAGE, SIBLING, STRANGER)
    await enqueue(committed_db, VILLAGE)
    assert await count(committed_db) == 3
    assert await jobs.run_pending(committed_db.database, lambda: NOW) == 3
    assert sorted(done) == sorted(
        ("recompute", code, f"system {code}-{code}") for code in (VILLAGE, SIBLING, STRANGER)
    )
    assert await count(committed_db) == 0
    assert handlers.keys() == {"recompute"}


async def test_a_job_queued_while_another_runs_is_not_lost(
    committed_db: World, handlers: dict[str, Handler]
) -> None:
    seen: list[int] = []

    async def handle(work: Work, job: Job) -> None:
        seen.append(1)
        if len(seen) == 1:
            await enqueue(committed_db, VILLAGE)

    handlers["recompute"] = handle
    await enqueue(committed_db, VILLAGE)
    assert await jobs.run_pending(committed_db.database, lambda: NOW) == 2


async def test_a_job_asked_for_again_is_not_taken_before_the_commit(
    committed_db: World, handlers: dict[str, Handler]
) -> None:
    """It would not see what the asking transaction marked, and nobody would be left to do it."""

    async def handle(work: Work, job: Job) -> None:
        return None

    handlers["recompute"] = handle
    await enqueue(committed_db, VILLAGE)
    async with committed_db.writer() as work:
        await changes._enqueue(work, [Village(county_code=COUNTY_CODE, village_code=VILLAGE)])
        await jobs.run_pending(committed_db.database, lambda: NOW)
    assert await count(committed_db) == 1


async def test_a_failing_job_waits_longer_and_is_given_up(
    committed_db: World, handlers: dict[str, Handler]
) -> None:
    async def handle(work: Work, job: Job) -> None:
        await adhoc.run(work, "delete from job")  # undone with the rest
        raise Conflict(code="demo.refused")

    handlers["recompute"] = handle
    await enqueue(committed_db, VILLAGE)
    clock = NOW
    assert await jobs.run_pending(committed_db.database, lambda: clock) == 1
    async with committed_db.reader() as work:
        assert dict((await work.conn.fetch(STATE))[0]) == {
            "attempts": 1, "waits": True, "given_up": False, "last_error": "demo.refused"
        }  # fmt: skip
    for _ in range(jobs.ATTEMPTS - 1):
        clock += timedelta(hours=2)
        assert await jobs.run_pending(committed_db.database, lambda at=clock: at) == 1  # type: ignore[misc]
    async with committed_db.reader() as work:
        state = dict((await work.conn.fetch(STATE))[0])
    assert (state["attempts"], state["given_up"]) == (jobs.ATTEMPTS, True)
    assert await count(committed_db) == 0


async def test_a_failed_job_gives_way_to_a_newer_one(
    committed_db: World, handlers: dict[str, Handler]
) -> None:
    async def handle(work: Work, job: Job) -> None:
        await enqueue(committed_db, VILLAGE)
        raise LookupError

    handlers["recompute"] = handle
    await enqueue(committed_db, VILLAGE)
    assert await jobs.run_one(committed_db.database, lambda: NOW)
    async with committed_db.reader() as work:
        states = await work.conn.fetch(STATE)
    assert [(row["attempts"], row["waits"]) for row in states] == [(0, True)]


async def test_a_silent_runners_job_is_taken_over(committed_db: World, handlers: dict[str, Handler]) -> None:
    """The first runner stalls beyond its lease, the second does the work, the first one's is undone."""
    runs: list[int] = []

    async def handle(work: Work, job: Job) -> None:
        runs.append(job.attempts)
        if job.attempts == 1:
            later = NOW + jobs.LEASE + timedelta(seconds=1)
            assert await jobs.run_pending(committed_db.database, lambda: later) == 1

    handlers["recompute"] = handle
    await enqueue(committed_db, VILLAGE)
    assert await jobs.run_one(committed_db.database, lambda: NOW)
    assert runs == [1, 2]
    assert await count(committed_db) == 0


async def test_a_kind_without_a_handler_is_kept(committed_db: World, handlers: dict[str, Handler]) -> None:
    await enqueue(committed_db, VILLAGE)
    assert await jobs.run_one(committed_db.database, lambda: NOW)
    assert await count(committed_db) == 1


async def test_a_lost_database_leaves_the_job_claimed(
    committed_db: World, handlers: dict[str, Handler]
) -> None:
    async def handle(work: Work, job: Job) -> None:
        raise Unavailable

    handlers["recompute"] = handle
    await enqueue(committed_db, VILLAGE)
    with pytest.raises(Unavailable):
        await jobs.run_one(committed_db.database, lambda: NOW)
    assert not await jobs.run_one(committed_db.database, lambda: NOW)
    assert await count(committed_db) == 1


async def test_the_background_runner_works_the_queue_and_stops(
    committed_db: World, handlers: dict[str, Handler], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(jobs, "AWAY_SECONDS", 0.01)
    done = asyncio.Event()
    troubles: list[Exception] = [Unavailable(), ZeroDivisionError()]
    real = jobs.run_one

    async def stumbling(*arguments: object) -> bool:
        if troubles:
            raise troubles.pop()
        return await real(*arguments)  # type: ignore[arg-type]

    async def handle(work: Work, job: Job) -> None:
        done.set()

    monkeypatch.setattr(jobs, "run_one", stumbling)
    handlers["recompute"] = handle
    await enqueue(committed_db, VILLAGE)
    async with jobs.running(committed_db.database), asyncio.timeout(10):
        await done.wait()
    assert await count(committed_db) == 0
