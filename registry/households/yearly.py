"""Recorded incomes and own history of a household, by year."""

from uuid import UUID

from registry.households import land_queries, locking, queries, yearly_queries
from registry.households.yearly_model import (
    IncomeIn,
    IncomePatch,
    IncomeRow,
    OwnHistoryIn,
    OwnHistoryPatch,
    OwnHistoryRow,
)
from registry.kernel.db import records
from registry.kernel.db.records import audit_columns
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.work import Work


async def incomes(work: Work, household_id: UUID) -> list[IncomeRow]:
    """The recorded incomes of a household, latest year first."""
    row = await queries.household(work, household_id)
    return await yearly_queries.incomes_of(work, row.county_code, household_id)


async def income(work: Work, household_id: UUID, year: int) -> IncomeRow:
    """The income of a year; NotFound."""
    row = await queries.household(work, household_id)
    return await yearly_queries.income(work, row.county_code, household_id, year)


async def add_income(work: Work, household_id: UUID, new: IncomeIn) -> IncomeRow:
    """Records the income of a year; gains held against it are looked at again. Conflict if it is recorded."""
    household = await queries.household(work, household_id)
    made = IncomeRow(
        **audit_columns(work.act),
        county_code=household.county_code,
        household_id=household_id,
        year=new.year,
        village_code=household.village_code,
        amount=new.amount,
        source_text=new.source_text,
    )
    await locking.lock_and_watch(work, made.county_code, [household_id])
    if not await yearly_queries.add_income(work, [made]):
        raise records.already_exists("household_income_pk")
    work.touch_every_year(made.county_code, household_id)
    return await income(work, household_id, new.year)


async def change_income(
    work: Work, household_id: UUID, year: int, patch: IncomePatch, *, version: int
) -> IncomeRow:
    """Changes a year's income; gains held against it are looked at again. NotFound, Stale."""
    before = await income(work, household_id, year)
    records.require_version(before, version)
    wanted = records.changed(before, work.act, records.given_fields(patch))
    if wanted is before:
        return before
    await locking.lock_and_watch(work, before.county_code, [household_id])
    if not await yearly_queries.change_income(work, [wanted]):
        raise records.why_not_written(before, await income(work, household_id, year))
    work.touch_every_year(wanted.county_code, household_id)
    return await income(work, household_id, year)


async def own_history(work: Work, household_id: UUID) -> list[OwnHistoryRow]:
    """What a household grew before its first contract, latest year first."""
    row = await queries.household(work, household_id)
    return await yearly_queries.own_history_of(work, row.county_code, household_id)


async def own_history_of_year(work: Work, household_id: UUID, crop_code: str, year: int) -> OwnHistoryRow:
    """A crop and year of the own history; NotFound."""
    row = await queries.household(work, household_id)
    return await yearly_queries.own_history(work, row.county_code, household_id, crop_code, year)


async def add_own_history(work: Work, household_id: UUID, new: OwnHistoryIn) -> OwnHistoryRow:
    """Records a crop and year; lines compared with it are computed again. Invalid (crop), Conflict."""
    household = await queries.household(work, household_id)
    if not await land_queries.known_crops(work, [new.crop_code]):
        told = f"没有“{new.crop_code}”这种作物，请从作物列表中选取"
        raise Invalid([Mistake(pointer="/crop_code", code="crop.unknown", message=told)])
    made = OwnHistoryRow(
        **audit_columns(work.act),
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
    await locking.lock_and_watch(work, made.county_code, [household_id])
    if not await yearly_queries.add_own_history(work, [made]):
        raise records.already_exists("own_history_pk")
    work.touch_every_year(made.county_code, household_id)
    return await own_history_of_year(work, household_id, new.crop_code, new.year)


async def change_own_history(
    work: Work,
    household_id: UUID,
    crop_code: str,
    *,
    year: int,
    patch: OwnHistoryPatch,
    version: int,
) -> OwnHistoryRow:
    """Changes a crop and year; lines compared with it are computed again. NotFound, Stale."""
    before = await own_history_of_year(work, household_id, crop_code, year)
    records.require_version(before, version)
    wanted = records.changed(before, work.act, records.given_fields(patch))
    if wanted is before:
        return before
    await locking.lock_and_watch(work, before.county_code, [household_id])
    if not await yearly_queries.change_own_history(work, [wanted]):
        raise records.why_not_written(before, await own_history_of_year(work, household_id, crop_code, year))
    work.touch_every_year(wanted.county_code, household_id)
    return await own_history_of_year(work, household_id, crop_code, year)
