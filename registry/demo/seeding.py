"""Synthetic townships for load tests: registers, contracts, tickets and stored lines, without audit events:
nobody did this."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

import asyncpg
from msgspec import Struct

from registry.demo.deterministic import ACTOR, credit_code
from registry.demo.places import COUNTY, PREFECTURE, TOWNSHIP, villages
from registry.demo.storing import any_household_exists
from registry.divisions.model import CodeStatus, DivisionRow, Level
from registry.divisions.queries import add_divisions
from registry.kernel.db.statements import Queries
from registry.kernel.db.transactions import Conn, Database, Identity, Scope
from registry.kernel.db.translate import translated
from registry.kernel.errors import Conflict
from registry.kernel.work import Work, system_act
from registry.settings import Settings

q = Queries("seed")
_add_buyer = q("add_buyer", str, str, datetime).run()
_add_carrier = q("add_carrier", str, str, datetime).run()
_add_seasons = q("add_seasons", str, Sequence[int], datetime).run()
_add_households = q("add_households", Sequence[str], int, datetime).run()
_add_heads = q("add_heads", Sequence[str], int, datetime).run()
_add_headcounts = q("add_headcounts", Sequence[str], int, datetime).run()
_add_tags = q("add_tags", Sequence[str], int, datetime).run()
_add_contracts = q("add_contracts", Sequence[str], Sequence[int], datetime).run()
_add_versions = q("add_versions", Sequence[str], Sequence[int], datetime).run()
_add_parties = q("add_parties", Sequence[str], Sequence[int], datetime).run()
_add_components = q("add_components", Sequence[str], Sequence[int], datetime).run()
_add_terms = q("add_terms", Sequence[str], Sequence[int], datetime).run()
_add_participants = q("add_participants", Sequence[str], int, datetime, int).run()
_add_annex = q("add_annex", Sequence[str], int, datetime, int).run()
_add_land = q("add_land", Sequence[str], int, datetime, int).run()
_add_land_links = q("add_land_links", Sequence[str], int, datetime, int).run()
_add_tickets = q("add_tickets", Sequence[str], int, datetime, int, int).run()
_add_shared_tickets = q("add_shared_tickets", Sequence[str], int, datetime, int).run()
_add_shares = q("add_shares", Sequence[str], int, datetime, int).run()
_add_prices = q("add_prices", Sequence[str], datetime, int).run()
_add_lines = q("add_lines", Sequence[str], int, datetime, int).run()
_add_periods = q("add_periods", Sequence[str]).run()
_analyse = q("analyse").run()
SEEDER: Final = Identity(actor="seed", read=Scope.ALL, write=Scope.ALL)
TOWNSHIP_SIZE: Final = 3000
"""Default number of households of a township."""
VILLAGES: Final = 48
TOWNSHIPS_PER_COUNTY: Final = 400
YEARS: Final = (2022, 2023)
TICKETS: Final = 4
"""Default number of tickets of an annex line: a million for 200,000 households."""


class Township(Struct, frozen=True, kw_only=True):
    """Villages to fill, and the divisions that have to be made for them."""

    code: str
    villages: tuple[str, ...]
    divisions: tuple[DivisionRow, ...] = ()


class NotEmpty(Conflict):
    """Synthetic households do not belong beside others."""

    code = "seed.not_empty"
    title = "The database already holds households"
    detail = "数据库里已有农户，测试数据只能生成到空数据库 (seed fills an empty database only)。"


def townships(count: int, now: datetime) -> Iterator[Township]:
    """The demo's township first, then made up ones: 400 in its county, more in counties of their own."""
    yield Township(code=TOWNSHIP, villages=tuple(village.code for village in villages()))
    for number in range(count - 1):
        county_number, place = divmod(number, TOWNSHIPS_PER_COUNTY)
        county = COUNTY if county_number == 0 else f"{PREFECTURE[:4]}{40 + county_number:02d}000000"
        code = f"{county[:6]}{500 + place:03d}000"
        own = tuple(f"{code[:9]}{200 + place:03d}" for place in range(VILLAGES))
        made = [] if county == COUNTY or place else [_division(county, Level.COUNTY, PREFECTURE, now)]
        made.append(_division(code, Level.TOWNSHIP, county, now))
        made += [_division(village, Level.VILLAGE, code, now) for village in own]
        yield Township(code=code, villages=own, divisions=tuple(made))


def shares(households: int, count: int) -> list[int]:
    """Households per village of each township, so that they come to at least the number asked for."""
    per_village, rest = divmod(households, count * VILLAGES)
    return [per_village + (number * VILLAGES < rest) for number in range(count)]


async def begin(database: Database, now: datetime) -> None:
    """The enterprise that buys everywhere, the cooperative that weighs for several, the seasons. NotEmpty if
    there are households."""
    async with database.writer(SEEDER, system_act(now, "demo", SEEDER.actor)) as work:
        if await any_household_exists(work):
            raise NotEmpty
        await _add_buyer(work, COUNTY, credit_code("91", 99999), now)
        await _add_carrier(work, COUNTY, credit_code("93", 99999), now)
        await _add_seasons(work, PREFECTURE, YEARS, now)


async def fill(
    database: Database,
    township: Township,
    per_village: int,
    now: datetime,
    *,
    years: Sequence[int] = YEARS,
    tickets: int = TICKETS,
) -> None:
    """One township in one transaction. tickets: of each annex line; 0 leaves out land and tickets."""
    own = township.villages
    async with database.writer(SEEDER, system_act(now, "demo", SEEDER.actor)) as work:
        if township.divisions:
            await add_divisions(work, township.divisions)
        await _add_households(work, own, per_village, now)
        await _add_heads(work, own, per_village, now)
        await _add_headcounts(work, own, per_village, now)
        await _add_tags(work, own, per_village, now)
        await _add_contracts(work, own, years, now)
        await _add_versions(work, own, years, now)
        await _add_parties(work, own, years, now)
        await _add_components(work, own, years, now)
        await _add_terms(work, own, years, now)
        for year in years:
            await _add_participants(work, own, per_village, now, year)
            await _add_annex(work, own, per_village, now, year)
            await _add_lines(work, own, per_village, now, year)
            if tickets:
                await _add_facts(work, own, per_village, now, year=year, tickets=tickets)
        await _add_periods(work, own)


async def _add_facts(
    work: Work, villages: Sequence[str], per_village: int, now: datetime, *, year: int, tickets: int
) -> None:
    """What the lines of a year rest on."""
    await _add_land(work, villages, per_village, now, year)
    await _add_land_links(work, villages, per_village, now, year)
    await _add_tickets(work, villages, per_village, now, year, tickets)
    await _add_shared_tickets(work, villages, per_village, now, year)
    await _add_shares(work, villages, per_village, now, year)
    await _add_prices(work, villages, now, year)


async def finish(settings: Settings) -> None:
    """As the owner: updates the planner's statistics."""
    owner: Conn = await asyncpg.connect(settings.database_owner_url, timeout=settings.connect_timeout)
    try:
        with translated():
            await _analyse(owner)
    finally:
        await owner.close()


def _division(code: str, level: Level, parent: str, now: datetime) -> DivisionRow:
    return DivisionRow(
        division_code=code,
        name=f"示例{code}",
        level=level,
        parent_code=parent,
        code_status=CodeStatus.PROVISIONAL,
        valid_from=date(2020, 1, 1),
        valid_to=None,
        source="system",
        created_at=now,
        created_by=ACTOR,
        updated_at=now,
        updated_by=ACTOR,
    )
