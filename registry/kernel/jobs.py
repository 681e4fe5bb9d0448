"""Work queued inside a transaction and done after it, one village at a time. app.py binds what a job does.

A claimed job is one transaction: its effect and its removal commit together. A runner that dies leaves the
job claimed, and after LEASE another one takes it.
"""

from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog

from registry.kernel import background
from registry.kernel.background import Clock, now
from registry.kernel.db.statements import Queries
from registry.kernel.db.transactions import Database, Identity, Scope
from registry.kernel.errors import DomainError, Unavailable
from registry.kernel.work import Job, Work, system_act

q = Queries("kernel")
LEASE = timedelta(minutes=10)
ATTEMPTS = 8
IDLE_SECONDS, AWAY_SECONDS = 2.0, 10.0
_QUEUE = Identity(actor="system", read=Scope.EMPTY, write=Scope.EMPTY)
_log = structlog.get_logger("registry.jobs")


waiting = q("jobs_waiting").value(int)
"""How many jobs are not done yet (those given up apart)."""


async def run_pending(database: Database, clock: Clock = now) -> int:
    """Does every job that is due, one after the other; how many were tried."""
    tried = 0
    while await run_one(database, clock):
        tried += 1
    return tried


_claim_job = q("claim_job", datetime, datetime).maybe(Job)


async def run_one(database: Database, clock: Clock = now) -> bool:
    """Claims and does one job; False if none is due. A failing job waits longer each time, then stops."""
    async with database.writer(_QUEUE, system_act(clock())) as work:
        job = await _claim_job(work, clock(), clock() - LEASE)
    if job is None:
        return False
    try:
        await _do(database, job, clock())
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, the queue goes on
        _log.error("job failed", kind=job.kind, village=job.village_code, attempt=job.attempts, exc_info=True)
        async with database.writer(_QUEUE, system_act(clock())) as work:
            await _failed(work, job, error, clock())
    return True


def running(database: Database, clock: Clock = now) -> AbstractAsyncContextManager[None]:
    """Works the queue in the background for as long as the block lasts; a running job is finished first."""

    async def step() -> float:
        return 0.0 if await run_one(database, clock) else IDLE_SECONDS

    return background.running(step, away=AWAY_SECONDS, log=_log, stumbled="the job queue stumbled")


_finish_job = q("finish_job", UUID, int).run()


async def _do(database: Database, job: Job, at: datetime) -> None:
    """In the range of its one village, as `system`."""
    scope = Scope.of_division(job.village_code)
    identity = Identity(actor="system", read=scope, write=scope)
    act = msgspec.structs.replace(system_act(at), county_code=job.county_code)
    async with database.writer(identity, act) as work:
        handlers = database.hooks.jobs if database.hooks else {}
        if job.kind not in handlers:
            raise LookupError(f"nothing does jobs of kind {job.kind!r}")
        await handlers[job.kind](work, job)
        # Another runner took over after LEASE: its effect counts, this one's is undone.
        if await _finish_job(work, job.job_id, job.attempts) != 1:
            raise RuntimeError("the job took longer than its lease")


_give_up_job = q("give_up_job", UUID, int, datetime, str).run()
_retry_job = q("retry_job", UUID, int, datetime, str).run()
_drop_job = q("drop_job", UUID, int).run()


async def _failed(work: Work, job: Job, error: Exception, at: datetime) -> None:
    reason = error.code if isinstance(error, DomainError) else type(error).__name__
    if job.attempts >= ATTEMPTS:
        await _give_up_job(work, job.job_id, job.attempts, at, reason)
        return
    later = at + timedelta(seconds=5 * 4 ** min(job.attempts - 1, 5))
    if await _retry_job(work, job.job_id, job.attempts, later, reason) == 0:
        await _drop_job(work, job.job_id, job.attempts)
