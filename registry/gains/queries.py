"""Typed functions over sql/queries/gains.sql: facts in, lines out. What is shown: `listing_queries.py`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from registry.divisions.model import PlaceCodes, Places
from registry.gains.rows import (
    FactRows,
    HouseholdRow,
    NewBaselineRow,
    NewLineRow,
    NewPartRow,
    PartRow,
    PeriodKey,
    PeriodRow,
)
from registry.kernel.db.statements import Queries
from registry.kernel.work import Cause, Touched, Village, Work

q = Queries("gains")
Ids = Sequence[UUID]
Codes = Sequence[str]


class Replacement(Struct, frozen=True, kw_only=True):
    """What a recomputation changes: lines to close, marks to take off, lines and parts to store; what the
    lines come to by period, and periods without a line."""

    closed: Ids
    cleared: Ids
    lines: Sequence[NewLineRow]
    parts: Sequence[NewPartRow]
    periods: Sequence[PeriodRow]
    gone: Sequence[PeriodKey]


gain_facts = q("gain_facts", str, Ids, int, int).one(FactRows)
parts_of_lines = q("parts_of_lines", str, Ids).many(PartRow)
replace_lines = q("replace_lines", str, datetime, Replacement).run()
replace_baselines = q("replace_baselines", str, datetime, Ids, Sequence[NewBaselineRow]).run()


mark_stale = q("mark_stale", datetime, Cause).many(Village)
stale_households = q("stale_households", str, str).many(Touched)
years_with_lines = q("years_with_lines", str, Ids).many(Touched)
households_without_lines = q("households_without_lines", str, str, Codes).many(Touched)
_villages_with_annexes = q("villages_with_annexes", str, str, str | None).many(Village)


async def villages_with_annexes(work: Work, cause: Cause) -> list[Village]:
    return await _villages_with_annexes(work, cause.first, cause.last, cause.product_code)


_households_in_annexes = q("households_in_annexes", PlaceCodes).many(HouseholdRow)


async def households_in_annexes(work: Work, place: Places) -> list[HouseholdRow]:
    return await _households_in_annexes(work, place.codes)
