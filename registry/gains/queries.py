"""Typed functions over sql/queries/gains.sql: facts in, lines out. What is shown: `listing_queries.py`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from registry.divisions.model import Places
from registry.gains.rows import (
    FactRows,
    HouseholdRow,
    NewBaselineRow,
    NewLineRow,
    NewPartRow,
    PartRow,
)
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.work import Cause, Touched, Village, Work

q = Queries("gains")
Q = sql.queries("gains")
Ids = Sequence[UUID]
Codes = Sequence[str]


gain_facts = q("gain_facts", str, Ids, int, int).one(FactRows)
parts_of_lines = q("parts_of_lines", str, Ids).many(PartRow)
replace_lines = q("replace_lines", str, datetime, Ids, Ids, Sequence[NewLineRow], Sequence[NewPartRow]).run()
replace_baselines = q("replace_baselines", str, datetime, Ids, Sequence[NewBaselineRow]).run()


async def mark_stale(work: Work, cause: Cause, now: datetime) -> list[Village]:
    return await transactions.many(
        work,
        Village,
        Q["mark_stale"],
        now,
        cause.kind,
        cause.first,
        cause.last,
        cause.contract_id,
        cause.product_code,
        cause.crop_code,
        cause.year,
        cause.first_day,
        cause.last_day,
    )


stale_households = q("stale_households", str, str).many(Touched)
years_with_lines = q("years_with_lines", str, Ids).many(Touched)
households_without_lines = q("households_without_lines", str, str, Codes).many(Touched)


async def villages_with_annexes(work: Work, cause: Cause) -> list[Village]:
    return await transactions.many(
        work, Village, Q["villages_with_annexes"], cause.first, cause.last, cause.product_code
    )


async def households_in_annexes(work: Work, place: Places) -> list[HouseholdRow]:
    return await transactions.many(
        work, HouseholdRow, Q["households_in_annexes"], place.counties, place.firsts, place.lasts
    )
