"""Builds the demo in a migrated database with base data: all facts at once, then the gains of each year."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import asyncpg

from registry.demo.annex import add_annexes
from registry.demo.costs import add_records
from registry.demo.deals import deals
from registry.demo.figures import add_figures
from registry.demo.fixed import ACTOR
from registry.demo.market import add_market, quotes_by_day
from registry.demo.organizations import add_organizations
from registry.demo.papers import add_draft, add_papers
from registry.demo.people import add_people
from registry.demo.places import YEARS, villages
from registry.demo.rows import Rows
from registry.demo.storing import (
    analyse,
    any_household_stands,
    demo_stands,
    households_in_annexes,
    lines_stand,
    store,
)
from registry.demo.tickets import add_tickets
from registry.gains.recompute import recompute
from registry.kernel import db
from registry.kernel.changes import Touched
from registry.kernel.db import Conn, Database, Identity, Scope
from registry.kernel.errors import Conflict
from registry.settings import Settings

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
    """Fills a migrated database; what stands there already is left alone, what was interrupted is finished.

    `collected`: rows that are being collected. OtherData if the database holds other households.
    """
    database = await Database.open(settings)
    try:
        with _no_collection():
            await _store(database, settings, now, collected)
            await asyncio.gather(*(_compute(database, year, now) for year in YEARS))
    finally:
        await database.close()


async def _store(
    database: Database, settings: Settings, now: datetime, collected: "asyncio.Future[Rows] | None"
) -> None:
    """All facts in one transaction, then the statistics the planner goes by."""
    async with database.writer(BUILDER, now) as conn:
        if await demo_stands(conn):
            return
        if await any_household_stands(conn):
            raise OtherData
        await store(conn, collect() if collected is None else await collected)
    owner: Conn = await asyncpg.connect(settings.database_owner_url, timeout=settings.connect_timeout)
    try:
        with db.translated():
            await analyse(owner)
    finally:
        await owner.close()


async def _compute(database: Database, year: int, now: datetime) -> None:
    """The gains of every household in an annex, unless they are there already.

    Both years are computed at once, without locking the households: nobody else writes meanwhile.
    """
    async with database.writer(BUILDER, now) as conn:
        if not await lines_stand(conn, year):
            touched = [
                Touched(county_code=one.county_code, household_id=one.household_id, year=year)
                for one in await households_in_annexes(conn)
            ]
            await recompute(conn, touched, now)


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
