"""Typed functions over sql/queries/gains.sql: lines as they are listed, shown and explained."""

from collections.abc import Sequence
from uuid import UUID

from registry.divisions.model import Places
from registry.gains.listing import (
    CropName,
    GainRow,
    LineFilter,
    LineNames,
    Listed,
    PlaceOnly,
    SourceRow,
    StoredLine,
    TicketRow,
    YearBaselineRow,
    YearLineRow,
    YearOnly,
)
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("gains")
Q = sql.queries("gains")
Ids = Sequence[UUID]
Codes = Sequence[str]


async def gain_lines(work: Work, wanted: LineFilter, place: Places | None, limit: int) -> list[StoredLine]:
    return await transactions.many(
        work,
        StoredLine,
        Q["gain_lines"],
        place.counties if place else None,
        place.firsts if place else None,
        place.lasts if place else None,
        wanted.period.first if wanted.period else None,
        wanted.period.last if wanted.period else None,
        wanted.household_id,
        wanted.contract_id,
        wanted.state,
        wanted.after,
        limit,
    )


gain_line_by_id = q("gain_line_by_id", UUID).one(StoredLine)
year_lines_of_households = q("year_lines_of_households", Codes, Ids, Sequence[int]).many(YearLineRow)
baselines_of_households = q("baselines_of_households", Codes, Ids, Sequence[int]).many(YearBaselineRow)
tickets = q("tickets", str, Ids).many(TicketRow)
reference_sources = q("reference_sources", Ids).many(SourceRow)
crop_names = q("crop_names").many(CropName)
line_names = q("line_names", str, Ids).many(LineNames)


async def gain_rows(work: Work, wanted: Listed) -> list[GainRow]:
    return await transactions.many(
        work,
        GainRow,
        Q["gain_rows"],
        wanted.place.counties,
        wanted.place.firsts,
        wanted.place.lasts,
        wanted.period.first,
        wanted.period.last,
        wanted.today,
        wanted.only,
        wanted.limit,
        wanted.offset,
    )


async def latest_year(work: Work, place: Places) -> YearOnly | None:
    return await transactions.maybe(
        work, YearOnly, Q["latest_year"], place.counties, place.firsts, place.lasts
    )


first_township = q("first_township").maybe(PlaceOnly)
