"""Official figures of a division and year: households, rural income per person."""

from collections.abc import Sequence
from datetime import date, datetime

from registry.audit import service as audit
from registry.divisions import queries, service
from registry.divisions.model import code_range
from registry.divisions.statistic_model import StatisticIn, StatisticPatch, StatisticRow, nothing_left
from registry.kernel.db import records
from registry.kernel.errors import Invalid
from registry.kernel.work import Cause, Work

CAUSE = "division_statistic"


async def statistics(
    work: Work,
    *,
    today: date,
    division: str | None = None,
    year: int | None = None,
    updated_since: datetime | None = None,
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> list[StatisticRow]:
    """Figures by division and year, `limit` at most, following `after`. division: a subtree or an area."""
    place = await service.places(work, division, today) if division else None
    return await queries.statistics(
        work,
        queries.StatisticFilter(
            firsts=place.firsts if place else None,
            lasts=place.lasts if place else None,
            year=year,
            updated_since=updated_since,
            after=after,
            limit=limit,
        ),
    )


async def statistic(work: Work, code: str, year: int) -> StatisticRow:
    """The figures of a division and year; NotFound."""
    return await queries.statistic(work, code, year)


async def create(work: Work, new: StatisticIn) -> StatisticRow:
    """Records figures. Invalid, Conflict if the division has some for that year."""
    if await service.outside(work, [new.division_code]):
        raise Invalid([service.unknown("/division_code")])
    row = StatisticRow(
        division_code=new.division_code,
        year=new.year,
        households=new.households,
        income_per_person=new.income_per_person,
        source_text=new.source_text,
        **records.audit_columns(work.act, source_date=new.source_date),
    )
    if not await queries.add_statistics(work, [row]):
        raise records.already_exists("division_statistic_pk")
    audit.created(work, "division_statistic", [audit.key(row.division_code, row.year)])
    _stale(work, row)
    return row


async def add_missing(work: Work, rows: Sequence[StatisticRow]) -> int:
    """Adds the missing figures; how many. For base data: nothing is marked as stale
    and no audit event is written."""
    return await queries.add_statistics(work, rows)


async def change(work: Work, key: tuple[str, int], patch: StatisticPatch, version: int) -> StatisticRow:
    """Changes what was sent of a division and year. NotFound, Stale, Invalid if nothing would be left."""
    code, year = key
    row = await queries.statistic(work, code, year)
    await audit.watch(work, "division_statistic", audit.key(code, year))
    done = await records.guarded_update(
        row,
        work.act,
        records.given_fields(patch),
        version,
        write=lambda rows: queries.change_statistics(work, rows),
        again=lambda: queries.statistic(work, code, year),
        check=nothing_left,
    )
    if done.income_per_person != row.income_per_person:
        _stale(work, row)
    return done


def _stale(work: Work, row: StatisticRow) -> None:
    """The baseline of the flag "above_baseline" may use the income (gains.md 7)."""
    place = code_range(row.division_code)
    work.mark_stale(Cause(kind=CAUSE, first=place.first, last=place.last))
