"""Background work while the application runs, step by step. What a step does is its owner's."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeAlias

from registry.kernel.errors import DomainError

Clock: TypeAlias = Callable[[], datetime]
Step: TypeAlias = Callable[[], Awaitable[float]]
"""Does a piece of work and answers the seconds to wait before the next."""


def now() -> datetime:
    """The clock of a running server."""
    return datetime.now(UTC)


@asynccontextmanager
async def running(step: Step, *, away: float, log: Any, stumbled: str) -> AsyncIterator[None]:
    """Repeats `step` for as long as the block lasts; one that has begun is finished. After an error the next
    begins `away` seconds later; `stumbled` is logged of one that is no DomainError."""
    stop = asyncio.Event()
    task = asyncio.create_task(_repeat(step, stop, away, log, stumbled))
    try:
        yield
    finally:
        stop.set()
        await task


async def _repeat(step: Step, stop: asyncio.Event, away: float, log: Any, stumbled: str) -> None:
    while not stop.is_set():
        pause = away
        try:
            pause = await step()
        except DomainError:
            pass  # the database is away; the work waits there
        except Exception:
            log.exception(stumbled)  # the loop outlives whatever a step meets
        try:
            async with asyncio.timeout(pause):
                await stop.wait()
        except TimeoutError:
            continue
