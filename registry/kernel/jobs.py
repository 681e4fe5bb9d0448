"""Work queued inside a transaction and done after it, one village at a time. app.py binds what a job does.

A claimed job is one transaction: its effect and its removal commit together. A runner that dies leaves the
job claimed, and after LEASE another one takes it.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import msgspec
import structlog

from registry.kernel import background, db, sql
from registry.kernel.background import Clock, now
from registry.kernel.db import Conn, Database, Identity, Scope
from registry.kernel.errors import DomainError, Unavailable

Q = sql.queries("kernel")
LEASE = timedelta(minutes=10)
ATTEMPTS = 8
IDLE_SECONDS, AWAY_SECONDS = 2.0, 10.0
_QUEUE = Identity(actor="system", read=Scope.EMPTY, write=Scope.EMPTY)
_log = structlog.get_logger("registry.jobs")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed job: what kind of work, for which village."""

    job_id: UUID
    kind: str
    county_code: str
    village_code: str
    payload: dict[str, str]
    attempts: int


Handler: TypeAlias = Callable[[Conn, Job, datetime], Awaitable[None]]
_handlers: dict[str, Handler] = {}


def bind(handlers: Mapping[str, Handler]) -> None:
    """Says once per process what each kind of job does."""
    _handlers.update(handlers)


async def waiting(conn: Conn) -> int:
    """How many jobs are not done yet (those given up apart)."""
    return await db.value(conn, int, Q["jobs_waiting"])


async def run_pending(database: Database, clock: Clock = now) -> int:
    """Does every job that is due, one after the other; how many were tried."""
    tried = 0
    while await run_one(database, clock):
        tried += 1
    return tried


async def run_one(database: Database, clock: Clock = now) -> bool:
    """Claims and does one job; False if none is due. A failing job waits longer each time, then stops."""
    async with database.writer(_QUEUE, clock()) as conn:
        job = await db.maybe(conn, Job, Q["claim_job"], clock(), clock() - LEASE)
    if job is None:
        return False
    try:
        await _do(database, job, clock())
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, the queue goes on
        _log.error("job failed", kind=job.kind, village=job.village_code, attempt=job.attempts, exc_info=True)
        async with database.writer(_QUEUE, clock()) as conn:
            await _failed(conn, job, error, clock())
    return True


def running(database: Database, clock: Clock = now) -> AbstractAsyncContextManager[None]:
    """Works the queue in the background for as long as the block lasts; a running job is finished first."""

    async def step() -> float:
        return 0.0 if await run_one(database, clock) else IDLE_SECONDS

    return background.running(step, away=AWAY_SECONDS, log=_log, stumbled="the job queue stumbled")


async def _do(database: Database, job: Job, at: datetime) -> None:
    """In the range of its one village, as `system`."""
    scope = Scope.of_division(job.village_code)
    async with database.writer(Identity(actor="system", read=scope, write=scope), at) as conn:
        handler = _handlers.get(job.kind)
        if handler is None:
            raise LookupError(f"nothing is bound for jobs of kind {job.kind!r}")
        await handler(conn, job, at)
        # Another runner has taken over after LEASE: its effect stands, this one's is undone.
        if await db.run(conn, Q["finish_job"], job.job_id, job.attempts) != 1:
            raise RuntimeError("the job took longer than its lease")


async def _failed(conn: Conn, job: Job, error: Exception, at: datetime) -> None:
    reason = error.code if isinstance(error, DomainError) else type(error).__name__
    if job.attempts >= ATTEMPTS:
        await db.run(conn, Q["give_up_job"], job.job_id, job.attempts, at, reason)
        return
    later = at + timedelta(seconds=5 * 4 ** min(job.attempts - 1, 5))
    if await db.run(conn, Q["retry_job"], job.job_id, job.attempts, later, reason) == 0:
        await db.run(conn, Q["drop_job"], job.job_id, job.attempts)
