"""What the audit trail adds to a write, side by side with the same write without it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count, cycle
from uuid import UUID

import asyncpg
import msgspec
import pytest

from registry.audit import sealing, service
from registry.exchange import service as exchange
from registry.exchange.model import Options
from registry.features import IMPORTS
from registry.kernel.db.transactions import Database
from registry.kernel.work import Act, Work
from tests import factories
from tests.benchmarks.measuring import Report
from tests.conftest import World
from tests.exchange.known import roster, row
from tests.factories import COUNTY_CODE, VILLAGE
from tests.serving import NOW

pytestmark = pytest.mark.benchmarks
ACT = Act(actor="local", now=NOW, source="import", operation="benchmark")
HOUSEHOLDS, AT_ONCE, EACH, ROWS = 64, 8, 5, 5_000
CHANGE = "update household set group_name = $2 where county_code = $3 and household_id = $1"
Write = Callable[[Work, UUID], Awaitable[None]]
_numbers = count(1)


@pytest.fixture
async def households(committed_db: World) -> Iterator[UUID]:
    async with committed_db.writer() as conn:
        await factories.world(conn)
        made = [await factories.household(conn) for _ in range(HOUSEHOLDS)]
    return cycle(made)


async def change(work: Work, household: UUID) -> None:
    await work.conn.execute(CHANGE, household, f"{next(_numbers)}组", COUNTY_CODE)


async def watched(work: Work, household: UUID) -> None:
    await service.watch(work.acting(ACT), "household", household)
    await change(work, household)


async def told(work: Work, household: UUID) -> None:
    """The change with one event beside it: an event's own cost, without images."""
    await change(work, household)
    await service.event(
        work.acting(ACT),
        kind="household",
        record_id=str(household),
        county_code=COUNTY_CODE,
        division_code=VILLAGE,
    )


async def writers(world: World, households: Iterator[UUID], write: Write) -> None:
    """AT_ONCE writers side by side, each with EACH transactions."""

    async def one() -> None:
        for _ in range(EACH):
            async with world.writer() as work:
                await write(work, next(households))

    await asyncio.gather(*(one() for _ in range(AT_ONCE)))


@pytest.mark.parametrize(("write", "bound"), [(told, 2.5), (watched, 4.0)])
async def test_a_write_with_its_event_against_the_write(
    committed_db: World, households: Iterator[UUID], report: Report, write: Write, bound: float
) -> None:
    ratio = await report.compare(
        f"audit: {write.__name__}",
        per="transaction",
        first=("with audit", lambda: writers(committed_db, households, write)),
        second=("without", lambda: writers(committed_db, households, change)),
        rounds=21,
        share=AT_ONCE * EACH,
        bound=bound,
    )
    assert ratio.ratio < bound
    assert await sealing.seal_all(committed_db.database, lambda: NOW) > 21 * AT_ONCE * EACH


@contextmanager
def nothing_written(database: Database) -> Iterator[None]:
    """Inside, what was collected for the trail is thrown away."""

    async def forget(_: Work, audited: object) -> None:
        del audited

    kept = database.hooks
    assert kept is not None
    database.hooks = msgspec.structs.replace(kept, audit=forget)
    try:
        yield
    finally:
        database.hooks = kept


def a_roster() -> bytes:
    """ROWS households that are not registered yet."""
    digits = str.maketrans("0123456789", "零一二三四五六七八九")
    first = next(_numbers) * ROWS
    return roster(*(row(f"{n:07}", f"示例户{str(n).translate(digits)}") for n in range(first, first + ROWS)))


async def test_a_roster_with_its_events_against_the_roster(committed_db: World, report: Report) -> None:
    """One event per household, images set-wise: it must not double the time of an import."""
    superuser = await asyncpg.connect(committed_db.superuser_url)
    async with committed_db.writer() as conn:
        await factories.world(conn)

    async def imported() -> None:
        data = a_roster()
        async with committed_db.writer() as conn:
            await exchange.run(conn.acting(ACT), IMPORTS["households"], data=data, options=Options())
        await superuser.execute("analyze household, person, headcount")

    async def without() -> None:
        with nothing_written(committed_db.database):
            await imported()

    ratio = await report.compare(
        f"audit: roster of {ROWS:,} rows",
        per="file",
        first=("with audit", imported),
        second=("without", without),
        rounds=3,
        bound=2.0,
    )
    events = await superuser.fetchval("select count(*) from audit_event where record_kind = 'household'")
    await superuser.close()
    assert events == 4 * ROWS
    assert ratio.ratio < 2
