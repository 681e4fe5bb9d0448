"""Parcels of a village and the households that hold them."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from registry.audit import service as audit
from registry.households import land_queries, locking, queries
from registry.households.land_model import HolderIn, HolderRow, Parcel, ParcelIn, ParcelPatch, ParcelRow
from registry.households.model import HouseholdRow
from registry.kernel.db import records
from registry.kernel.db.records import audit_columns
from registry.kernel.errors import Conflict, Invalid, Mistake, NotFound
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Act, Work


async def parcels(work: Work, household_id: UUID) -> list[Parcel]:
    """The parcels a household holds, by code."""
    row = await queries.household(work, household_id)
    return await land_queries.parcels_of(work, row.county_code, household_id)


async def parcel(work: Work, parcel_id: UUID) -> Parcel:
    """A parcel with its holders; NotFound."""
    return await land_queries.parcel(work, parcel_id)


async def parcel_mistakes(
    work: Work, village_code: str, new: Sequence[ParcelIn], pointer: str
) -> list[Mistake]:
    """Codes the village has given out already."""
    taken = await land_queries.parcels_by_code(
        work, village_code[:6], village_code, [one.code for one in new]
    )
    return [
        Mistake(
            pointer=f"{pointer}/{index}/code",
            code="parcel.code_taken",
            message=f"本村已有编码为 {one.code} 的地块；几户共用时请在该地块下添加承包户",
        )
        for index, one in enumerate(new)
        if one.code in taken
    ]


async def create_parcels(work: Work, household: HouseholdRow, new: Sequence[ParcelIn]) -> list[UUID]:
    """Parcels that the household holds. Conflict if a code is taken."""
    if not new:
        return []
    await locking.lock_and_watch(work, household.county_code, [household.household_id])
    rows = [_parcel(work.act, household.village_code, one) for one in new]
    if len(await land_queries.add_parcels(work, rows)) < len(rows):
        raise records.already_exists("parcel_code_key")
    audit.created(work, "parcel", [row.parcel_id for row in rows])
    holders = [
        _holder(work.act, row, household.household_id, one.held_mu)
        for row, one in zip(rows, new, strict=True)
    ]
    await land_queries.add_holders(work, holders)
    return [row.parcel_id for row in rows]


async def add_parcel(work: Work, household_id: UUID, new: ParcelIn) -> Parcel:
    """A new parcel of the household."""
    household = await queries.household(work, household_id)
    (parcel_id,) = await create_parcels(work, household, [new])
    return await land_queries.parcel(work, parcel_id)


async def change_parcel(work: Work, parcel_id: UUID, patch: ParcelPatch, version: int) -> Parcel:
    """Changes a parcel. NotFound, Stale, Invalid if its holders hold more than it has."""
    before = await land_queries.parcel(work, parcel_id)
    records.require_version(before, version)
    wanted = records.changed(before, work.act, records.given_fields(patch))
    most = max((one.area_mu for one in before.holders if one.area_mu is not None), default=None)
    if most is not None and most > wanted.area_mu:
        message = f"已有农户承包其中 {most} 亩，地块面积不能小于它，请先修改承包户面积"
        raise Invalid([Mistake(pointer="/area_mu", code="parcel.part", message=message)])
    await _watch(work, before)
    if wanted is not before and not await land_queries.change_parcel(work, [wanted]):
        raise records.why_not_written(before, await land_queries.parcel(work, parcel_id))
    return await land_queries.parcel(work, parcel_id)


async def add_holder(work: Work, parcel_id: UUID, new: HolderIn) -> Parcel:
    """A further household holds the parcel. Invalid if it is of another village or holds more than all."""
    found = await land_queries.parcel(work, parcel_id)
    known = await queries.households(work, [found.county_code], [new.household_id])
    mistakes = []
    if not known or known[0].village_code != found.village_code:
        message = "找不到这户，或它不是地块所在村的农户，请从本村农户中选取"
        mistakes.append(Mistake(pointer="/household_id", code="household.unknown", message=message))
    if new.area_mu is not None and new.area_mu > found.area_mu:
        message = f"本户面积（{new.area_mu} 亩）不能大于地块面积（{found.area_mu} 亩），请检查"
        mistakes.append(Mistake(pointer="/area_mu", code="parcel.part", message=message))
    if mistakes:
        raise Invalid(mistakes)
    await locking.lock_and_watch(work, found.county_code, [new.household_id])
    await _watch(work, found)
    if not await land_queries.add_holders(work, [_holder(work.act, found, new.household_id, new.area_mu)]):
        raise Conflict("这户已经是这个地块的承包户。", code="parcel.holder_twice", pointer="/household_id")
    return await land_queries.parcel(work, parcel_id)


async def remove_holder(work: Work, parcel_id: UUID, household_id: UUID) -> None:
    """The household no longer holds the parcel; NotFound if it did not."""
    found = await land_queries.parcel(work, parcel_id)
    await locking.lock_and_watch(work, found.county_code, [household_id])
    await _watch(work, found)
    if not await land_queries.remove_holder(work, found.county_code, parcel_id, household_id):
        raise NotFound


async def _watch(work: Work, parcel: Parcel) -> None:
    """Locks the parcel, then records its content. Holders are audited for both: the household is locked
    first."""
    await land_queries.hold_parcel(work, parcel.county_code, parcel.parcel_id)
    await audit.watch(work, "parcel", parcel.parcel_id)


def _parcel(act: Act, village_code: str, new: ParcelIn) -> ParcelRow:
    return fill(
        ParcelRow,
        new,
        **audit_columns(act),
        county_code=village_code[:6],
        parcel_id=new_id(),
        village_code=village_code,
    )


def _holder(act: Act, parcel: ParcelRow, household_id: UUID, area_mu: Decimal | None) -> HolderRow:
    return fill(
        HolderRow,
        parcel,
        household_id=household_id,
        area_mu=area_mu,
        created_at=act.now,
        created_by=act.actor,
    )
