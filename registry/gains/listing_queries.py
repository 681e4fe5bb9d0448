"""Typed functions over sql/queries/gains.sql: lines as they are listed, shown and explained."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from registry.divisions.model import PlaceCodes, Places
from registry.gains.listing import (
    AccountFacts,
    CropName,
    GainRow,
    LineFilter,
    Listed,
    PlaceOnly,
    SourceRow,
    StoredLine,
    TicketRow,
    YearBaselineRow,
    YearLineRow,
    YearOnly,
)
from registry.kernel.db.statements import Queries
from registry.kernel.text.periods import Days
from registry.kernel.work import Work

q = Queries("gains")
Ids = Sequence[UUID]
Codes = Sequence[str]


_gain_lines = q(
    "gain_lines", PlaceCodes | None, Days | None, UUID | None, UUID | None, str | None, UUID | None, int
).many(StoredLine)


async def gain_lines(work: Work, wanted: LineFilter, place: Places | None, limit: int) -> list[StoredLine]:
    codes = place.codes if place else None
    days = wanted.period.days if wanted.period else None
    household, contract = wanted.household_id, wanted.contract_id
    return await _gain_lines(work, codes, days, household, contract, wanted.state, wanted.after, limit)


gain_line_by_id = q("gain_line_by_id", UUID).one(StoredLine)
year_lines_of_households = q("year_lines_of_households", Codes, Ids, Sequence[int]).many(YearLineRow)
baselines_of_households = q("baselines_of_households", Codes, Ids, Sequence[int]).many(YearBaselineRow)
tickets = q("tickets", str, Ids).many(TicketRow)
reference_sources = q("reference_sources", Ids).many(SourceRow)
crop_names = q("crop_names").many(CropName)
household_accounts = q("household_accounts", str, UUID).one(AccountFacts)


_gain_rows = q("gain_rows", PlaceCodes, Days, date, str | None, tuple[int, int]).many(GainRow)


async def gain_rows(work: Work, wanted: Listed) -> list[GainRow]:
    codes, days, page = wanted.place.codes, wanted.period.days, (wanted.limit, wanted.offset)
    return await _gain_rows(work, codes, days, wanted.today, wanted.only, page)


_latest_year = q("latest_year", PlaceCodes).maybe(YearOnly)


async def latest_year(work: Work, place: Places) -> YearOnly | None:
    return await _latest_year(work, place.codes)


first_township = q("first_township").maybe(PlaceOnly)
