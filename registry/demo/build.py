"""Builds the demo in a migrated database with base data: all facts at once, then the gains of each year."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import asyncpg

from registry.app import HOOKS
from registry.demo.annex import add_annexes
from registry.demo.costs import add_records
from registry.demo.deals import deals
from registry.demo.deterministic import ACTOR
from registry.demo.figures import add_figures
from registry.demo.market import add_market, quotes_by_day
from registry.demo.organizations import add_organizations
from registry.demo.papers import add_draft, add_papers
from registry.demo.people import add_people
from registry.demo.places import YEARS, villages
from registry.demo.rows import Rows
from registry.demo.storing import (
    analyse,
    any_household_exists,
    begun,
    finished,
    store_figures,
    store_shared,
    store_villages,
    village_exists,
)
from registry.demo.tickets import add_tickets
from registry.gains.recompute import recompute
from registry.kernel.db.transactions import Conn, Database, Identity, Scope
from registry.kernel.db.translate import translated
from registry.kernel.errors import Conflict
from registry.kernel.work import Touched, system_act
from registry.settings import Settings

PARTS = 4
"""While one quarter of the villages is computed here, the database stores the next."""
BUILDER = Identity(actor=ACTOR, read=Scope.ALL, write=Scope.ALL)


class OtherData(Conflict):
    """The database holds households that are not the demo's."""

    code = "demo.other_data"
    title = "The data folder holds other data"
    detail = "这个数据文件夹里有别的农户，演示请另选一个空文件夹 (this folder holds other households)。"


def collect() -> Rows:
    """Every row of the demo. The same each time: nothing is random and no clock is read."""
    rows = Rows()
    places = villages()
    add_market(rows)
    made = add_organizations(rows, places)
    for village in places:
        add_people(rows, village)
    signed = list(deals(places, made))
    add_papers(rows, signed, made)
    add_draft(rows, places, made)
    lines = add_annexes(rows, signed, made)
    add_tickets(rows, lines, quotes_by_day(rows))
    add_records(rows, lines)
    add_figures(rows, places, lines)
    return rows


async def build(settings: Settings, now: datetime, collected: "asyncio.Future[Rows] | None" = None) -> None:
    """Fills a migrated database; existing rows are left alone, an interrupted build is finished.

    `collected`: rows that are being collected. OtherData if the database holds other households.
    """
    database = await Database.open(settings, HOOKS, keep_plans=True)
    try:
        async with database.reader(BUILDER, system_act(now, "demo", BUILDER.actor)) as work:
            if await finished(work):
                return
        rows = collect() if collected is None else await collected
        with _no_collection():
            await _begin(database, rows.shared(), now)
            storing = asyncio.Lock()
            parts = enumerate(_parts(rows))
            await asyncio.gather(
                *(_part(settings, database, part, storing, now, first=n == 0) for n, part in parts)
            )
        async with database.writer(BUILDER, system_act(now, "demo", BUILDER.actor)) as work:
            await store_figures(work, rows)
        await _analyse(settings)
    finally:
        await database.close()


async def _begin(database: Database, rows: Rows, now: datetime) -> None:
    async with database.writer(BUILDER, system_act(now, "demo", BUILDER.actor)) as work:
        if await begun(work):
            return
        if await any_household_exists(work):
            raise OtherData
        await store_shared(work, rows)


def _parts(rows: Rows) -> Iterator[Rows]:
    """The rows of some villages each."""
    codes = [village.code for village in villages()]
    for number in range(PARTS):
        yield rows.of_villages(set(codes[number::PARTS]))


async def _part(
    settings: Settings, database: Database, rows: Rows, storing: asyncio.Lock, now: datetime, *, first: bool
) -> None:
    """Some villages: their facts in one transaction, then the gains of both years at once. One part is stored
    while another is computed; the households need no lock: nobody else writes meanwhile."""
    async with storing:
        async with database.writer(BUILDER, system_act(now, "demo", BUILDER.actor)) as work:
            if not await village_exists(work, rows.households[0].village_code):
                await store_villages(work, rows)
        if first:
            await _analyse(settings)
    await asyncio.gather(*(_compute(database, rows, year, now) for year in YEARS))


async def _compute(database: Database, rows: Rows, year: int, now: datetime) -> None:
    async with database.writer(BUILDER, system_act(now, "demo", BUILDER.actor)) as work:
        await recompute(work, _touched(rows, year))


def _touched(rows: Rows, year: int) -> list[Touched]:
    """Every household in an annex."""
    keys = sorted({(row.county_code, row.household_id) for row in rows.participants})
    return [Touched(county_code=county, household_id=household, year=year) for county, household in keys]


async def _analyse(settings: Settings) -> None:
    owner: Conn = await asyncpg.connect(settings.database_owner_url, timeout=settings.connect_timeout)
    try:
        with translated():
            await analyse(owner)
    finally:
        await owner.close()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Everything made here stays until it is stored: looking for garbage costs a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
