"""A recomputation and a change of what it rests on, at once: no line keeps the old figure unmarked."""

import asyncio
from decimal import Decimal

import pytest

from registry.kernel import changes, jobs
from registry.kernel.work import Cause, Work
from tests.conftest import World
from tests.factories import PROVINCE, RICE
from tests.gains.village import Village, first_case, line, settle
from tests.serving import NOW


async def changed_row(work: Work) -> None:
    """Rice of 2021 brought 100 yuan more than was thought."""
    await work.conn.execute(
        "update reference_return set output_value = output_value + 100 where crop_code = $1 and year = 2021",
        RICE,
    )
    last = f"{PROVINCE[:2]}9999999999"
    work.mark_stale(Cause(kind="reference_return", first=PROVINCE, last=last, crop_code=RICE))
    await changes.settle(work)


async def touched(work: Work, village: Village) -> None:
    """Another kilogram for the same household, recomputed and not committed yet."""
    await work.conn.execute("update delivery set net_kg = net_kg + 1, gross = gross + 1")
    await work.conn.execute("update delivery_price set amount = amount + 4")
    await settle(work, village)


@pytest.mark.parametrize("first", ["recomputing", "marking"])
async def test_a_row_changed_meanwhile_reaches_the_line(committed_db: World, first: str) -> None:
    async with committed_db.writer() as work:
        village = await first_case(work)
        await settle(work, village)
    begun = asyncio.Event()

    async def recomputing() -> None:
        async with committed_db.writer() as work:
            if first == "marking":
                await begun.wait()
            await touched(work, village)
            begun.set()
            await asyncio.sleep(0.3)

    async def marking() -> None:
        async with committed_db.writer() as work:
            if first == "recomputing":
                await begun.wait()
            await changed_row(work)
            begun.set()
            await asyncio.sleep(0.3)

    await asyncio.gather(recomputing(), marking())
    await jobs.run_pending(committed_db.database, lambda: NOW)
    async with committed_db.reader() as work:
        found = await line(work, village)
    assert (found.cash_gain, found.stale) == (Decimal("2895.64"), False)
