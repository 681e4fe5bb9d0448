"""Typed functions over sql/queries/gains.sql: lines as they are listed, shown and explained."""

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias
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
from registry.kernel.db.scope import Reach
from registry.kernel.db.statements import Queries
from registry.kernel.text.periods import Days
from registry.kernel.work import Work

q = Queries("gains")
Ids = Sequence[UUID]
Codes = Sequence[str]


Then: TypeAlias = tuple[str | None, UUID | None]
"""The state, and after which line the list goes on."""
_of_household = q("gain_lines_of_household", Reach, UUID, Days | None, UUID | None, Then, int).many(
    StoredLine
)
_of_contract = q("gain_lines_of_contract", Reach, UUID, Days | None, Then, int).many(StoredLine)
_of_villages = q("gain_lines_of_villages", Reach, Days | None, Then, int).many(StoredLine)
_of_counties = q("gain_lines_of_counties", Reach, Days | None, Then, int).many(StoredLine)


async def gain_lines(work: Work, wanted: LineFilter, place: Places | None, limit: int) -> list[StoredLine]:
    """By the statement that finds the lines of this filter, for this caller, in the order of an index."""
    reach = place.reach if place else work.read.reach
    days, then = wanted.period.days if wanted.period else None, (wanted.state, wanted.after)
    if wanted.household_id is not None:
        return await _of_household(work, reach, wanted.household_id, days, wanted.contract_id, then, limit)
    if wanted.contract_id is not None:
        return await _of_contract(work, reach, wanted.contract_id, days, then, limit)
    found = _of_villages if reach.within_counties else _of_counties
    return await found(work, reach, days, then, limit)


gain_line_by_id = q("gain_line_by_id", UUID).one(StoredLine)
year_lines_of_households = q("year_lines_of_households", Codes, Ids, Sequence[int]).many(YearLineRow)
baselines_of_households = q("baselines_of_households", Codes, Ids, Sequence[int]).many(YearBaselineRow)
tickets = q("tickets", str, Ids).many(TicketRow)
reference_sources = q("reference_sources", Ids).many(SourceRow)
crop_names = q("crop_names").many(CropName)
household_accounts = q("household_accounts", str, UUID).one(AccountFacts)


_gain_rows = q("gain_rows", PlaceCodes, Days, str, tuple[int, int]).many(GainRow)
_gain_rows_narrowed = q("gain_rows_narrowed", PlaceCodes, Days, date, str, str, tuple[int, int]).many(GainRow)


async def gain_rows(work: Work, wanted: Listed) -> list[GainRow]:
    codes, days, page = wanted.place.codes, wanted.period.days, (wanted.limit, wanted.offset)
    period = wanted.period.text
    if wanted.only is None:
        return await _gain_rows(work, codes, days, period, page)
    return await _gain_rows_narrowed(work, codes, days, wanted.today, period, wanted.only, page)


_latest_year = q("latest_year", PlaceCodes).maybe(YearOnly)


async def latest_year(work: Work, place: Places) -> YearOnly | None:
    return await _latest_year(work, place.codes)


first_township = q("first_township").maybe(PlaceOnly)
