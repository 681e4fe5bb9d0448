"""Builds the demo in a migrated database with its base data: all facts at once, then the gains of each year."""

from collections.abc import Iterator
from datetime import datetime

from registry.demo.annex import add_annexes
from registry.demo.costs import add_records
from registry.demo.deals import deals
from registry.demo.figures import add_figures
from registry.demo.fixed import ACTOR
from registry.demo.market import add_market, quotes_by_day
from registry.demo.organizations import add_organizations
from registry.demo.papers import add_draft, add_papers
from registry.demo.people import add_people
from registry.demo.places import COUNTY, YEARS, villages
from registry.demo.rows import Rows
from registry.demo.storing import any_household_stands, demo_stands, store
from registry.demo.tickets import add_tickets
from registry.gains.recompute import recompute
from registry.kernel.changes import Touched
from registry.kernel.db import Conn, Database, Identity, Scope

BUILDER = Identity(actor=ACTOR, read=Scope.ALL, write=Scope.ALL)


class OtherData(Exception):
    """The database holds households that are not the demo's."""


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


async def build(database: Database, now: datetime) -> bool:
    """Fills the database in one transaction; False if the demo stands there already. OtherData."""
    async with database.writer(BUILDER, now) as conn:
        if await demo_stands(conn):
            return False
        if await any_household_stands(conn):
            raise OtherData("this data folder holds other households: choose an empty one for the demo")
        rows = collect()
        await store(conn, rows)
        await _compute(conn, rows, now)
    return True


async def _compute(conn: Conn, rows: Rows, now: datetime) -> None:
    """The gains of every household in an annex, year by year."""
    for year in YEARS:
        await recompute(conn, list(_touched(rows, year)), now)


def _touched(rows: Rows, year: int) -> Iterator[Touched]:
    for household_id in sorted({row.household_id for row in rows.participants}):
        yield Touched(county_code=COUNTY[:6], household_id=household_id, year=year)
