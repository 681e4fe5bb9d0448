"""Recorded incomes and own history of a household, by year."""

from uuid import UUID

from registry.households import holding, land_queries, queries, yearly_queries
from registry.households.yearly_model import (
    IncomeIn,
    IncomePatch,
    IncomeRow,
    OwnHistoryIn,
    OwnHistoryPatch,
    OwnHistoryRow,
)
from registry.kernel import changes, records
from registry.kernel.db import Conn
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.records import born
from registry.kernel.web import Act


async def incomes(conn: Conn, household_id: UUID) -> list[IncomeRow]:
    """The recorded incomes of a household, latest year first."""
    row = await queries.household(conn, household_id)
    return await yearly_queries.incomes_of(conn, row.county_code, household_id)


async def income(conn: Conn, household_id: UUID, year: int) -> IncomeRow:
    """The income of a year; NotFound."""
    row = await queries.household(conn, household_id)
    return await yearly_queries.income(conn, row.county_code, household_id, year)


async def add_income(conn: Conn, act: Act, household_id: UUID, new: IncomeIn) -> IncomeRow:
    """Records the income of a year; gains held against it are looked at again. Conflict if it is recorded."""
    household = await queries.household(conn, household_id)
    made = IncomeRow(
        **born(act),
        county_code=household.county_code,
        household_id=household_id,
        year=new.year,
        village_code=household.village_code,
        amount=new.amount,
        source_text=new.source_text,
    )
    await holding.watch(conn, act, made.county_code, [household_id])
    if not await yearly_queries.add_income(conn, made):
        raise records.taken("household_income_pk")
    changes.touch_every_year(conn, made.county_code, household_id)
    return await income(conn, household_id, new.year)


async def change_income(
    conn: Conn, act: Act, household_id: UUID, year: int, patch: IncomePatch, *, version: int
) -> IncomeRow:
    """Changes a year's income; gains held against it are looked at again. NotFound, Stale."""
    before = await income(conn, household_id, year)
    records.expect(before, version)
    wanted = records.changed(before, act, records.sent(patch))
    if wanted is before:
        return before
    await holding.watch(conn, act, before.county_code, [household_id])
    if not await yearly_queries.change_income(conn, wanted):
        raise records.refused(before, await income(conn, household_id, year))
    changes.touch_every_year(conn, wanted.county_code, household_id)
    return await income(conn, household_id, year)


async def own_history(conn: Conn, household_id: UUID) -> list[OwnHistoryRow]:
    """What a household grew before its first contract, latest year first."""
    row = await queries.household(conn, household_id)
    return await yearly_queries.own_history_of(conn, row.county_code, household_id)


async def own_history_of_year(conn: Conn, household_id: UUID, crop_code: str, year: int) -> OwnHistoryRow:
    """A crop and year of the own history; NotFound."""
    row = await queries.household(conn, household_id)
    return await yearly_queries.own_history(conn, row.county_code, household_id, crop_code, year)


async def add_own_history(conn: Conn, act: Act, household_id: UUID, new: OwnHistoryIn) -> OwnHistoryRow:
    """Records a crop and year; lines compared with it are computed again. Invalid (crop), Conflict."""
    household = await queries.household(conn, household_id)
    if not await land_queries.known_crops(conn, [new.crop_code]):
        told = f"没有“{new.crop_code}”这种作物，请从作物列表中选取"
        raise Invalid([Mistake(pointer="/crop_code", code="crop.unknown", message=told)])
    made = OwnHistoryRow(
        **born(act),
        county_code=household.county_code,
        household_id=household_id,
        crop_code=new.crop_code,
        year=new.year,
        village_code=household.village_code,
        area_mu=new.area_mu,
        cash_income=new.cash_income,
        own_days=new.own_days,
        evidence=new.evidence,
    )
    await holding.watch(conn, act, made.county_code, [household_id])
    if not await yearly_queries.add_own_history(conn, made):
        raise records.taken("own_history_pk")
    changes.touch_every_year(conn, made.county_code, household_id)
    return await own_history_of_year(conn, household_id, new.crop_code, new.year)


async def change_own_history(
    conn: Conn,
    act: Act,
    household_id: UUID,
    crop_code: str,
    *,
    year: int,
    patch: OwnHistoryPatch,
    version: int,
) -> OwnHistoryRow:
    """Changes a crop and year; lines compared with it are computed again. NotFound, Stale."""
    before = await own_history_of_year(conn, household_id, crop_code, year)
    records.expect(before, version)
    wanted = records.changed(before, act, records.sent(patch))
    if wanted is before:
        return before
    await holding.watch(conn, act, before.county_code, [household_id])
    if not await yearly_queries.change_own_history(conn, wanted):
        raise records.refused(before, await own_history_of_year(conn, household_id, crop_code, year))
    changes.touch_every_year(conn, wanted.county_code, household_id)
    return await own_history_of_year(conn, household_id, crop_code, year)
