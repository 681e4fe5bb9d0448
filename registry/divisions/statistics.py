"""Official figures of a division and year: households, rural income per person."""

from collections.abc import Sequence
from datetime import date, datetime

from registry.audit import service as audit
from registry.divisions import queries, service
from registry.divisions.model import code_range
from registry.divisions.statistic_model import StatisticIn, StatisticPatch, StatisticRow, nothing_left
from registry.kernel import changes, records
from registry.kernel.db import Conn
from registry.kernel.errors import Invalid
from registry.kernel.web import Act

CAUSE = "division_statistic"


async def statistics(
    conn: Conn,
    *,
    today: date,
    division: str | None = None,
    year: int | None = None,
    updated_since: datetime | None = None,
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> list[StatisticRow]:
    """Figures by division and year, `limit` at most, following `after`. division: a subtree or an area."""
    place = await service.places(conn, division, today) if division else None
    return await queries.statistics(
        conn,
        firsts=place.firsts if place else None,
        lasts=place.lasts if place else None,
        year=year,
        updated_since=updated_since,
        after=after or (None, None),
        limit=limit,
    )


async def statistic(conn: Conn, code: str, year: int) -> StatisticRow:
    """The figures of a division and year; NotFound."""
    return await queries.statistic(conn, code, year)


async def create(conn: Conn, act: Act, new: StatisticIn) -> StatisticRow:
    """Records figures. Invalid, Conflict if the division has some for that year."""
    if await service.outside(conn, [new.division_code]):
        raise Invalid([service.unknown("/division_code")])
    row = StatisticRow(
        division_code=new.division_code,
        year=new.year,
        households=new.households,
        income_per_person=new.income_per_person,
        source_text=new.source_text,
        **records.born(act, source_date=new.source_date),
    )
    if not await queries.add_statistics(conn, [row]):
        raise records.taken("division_statistic_pk")
    audit.made(conn, act, "division_statistic", [audit.key(row.division_code, row.year)])
    _stale(conn, row)
    return row


async def add_missing(conn: Conn, rows: Sequence[StatisticRow]) -> int:
    """Records figures where there are none yet; how many. For base data: nothing is marked as stale
    and nobody is named in the trail."""
    return await queries.add_statistics(conn, rows)


async def change(
    conn: Conn, act: Act, key: tuple[str, int], patch: StatisticPatch, version: int
) -> StatisticRow:
    """Changes what was sent of a division and year. NotFound, Stale, Invalid if nothing would be left."""
    code, year = key
    row = await queries.statistic(conn, code, year)
    await audit.watch(conn, act, "division_statistic", audit.key(code, year))
    done = await records.amend(
        row,
        act,
        records.sent(patch),
        version,
        write=lambda rows: queries.change_statistics(conn, rows),
        again=lambda: queries.statistic(conn, code, year),
        check=nothing_left,
    )
    if done.income_per_person != row.income_per_person:
        _stale(conn, row)
    return done


def _stale(conn: Conn, row: StatisticRow) -> None:
    """The baseline of the flag "above_baseline" may rest on the income (gains.md 7)."""
    place = code_range(row.division_code)
    changes.stale(conn, changes.Cause(kind=CAUSE, first=place.first, last=place.last))
