"""Typed statements about parcels, their holders and land uses."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

import msgspec

from registry.households.area import HouseholdLand, LandUsePeriod
from registry.households.land_model import HolderRow, LandUse, LandUseRow, Parcel, ParcelRow
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("households")
Q = sql.queries("households")

land_in_force = q("land_in_force", str, UUID).value(bool)


class ParcelId(msgspec.Struct, frozen=True, kw_only=True):
    """The id of a parcel that was written."""

    parcel_id: UUID


class SeasonDays(msgspec.Struct, frozen=True, kw_only=True):
    """First and last day of a season, and where it holds."""

    season_id: UUID
    name: str
    division_code: str
    starts_on: date
    ends_on: date


class CropCode(msgspec.Struct, frozen=True, kw_only=True):
    """A crop that exists."""

    crop_code: str


async def add_parcels(work: Work, rows: Iterable[ParcelRow]) -> set[UUID]:
    added = await transactions.many(work, ParcelId, Q["add_parcels"], transactions.rows_json(rows))
    return {row.parcel_id for row in added}


hold_parcel = q("hold_parcel", str, UUID).run()


async def change_parcel(work: Work, row: ParcelRow) -> bool:
    return bool(await transactions.run(work, Q["change_parcel"], transactions.rows_json([row])))


async def parcels(work: Work, county_code: str, ids: Collection[UUID]) -> dict[UUID, ParcelRow]:
    found = (
        await transactions.many(work, ParcelRow, Q["parcels_by_ids"], county_code, list(ids)) if ids else []
    )
    return {row.parcel_id: row for row in found}


async def parcels_by_code(
    work: Work, county_code: str, village_code: str, codes: Collection[str]
) -> dict[str, ParcelRow]:
    if not codes:
        return {}
    found = await transactions.many(
        work, ParcelRow, Q["parcels_by_codes"], county_code, village_code, list(codes)
    )
    return {row.code: row for row in found}


parcel = q("parcel_detail", UUID).one(Parcel)
parcels_of = q("parcels_of", str, UUID).many(Parcel)


async def add_holders(work: Work, rows: Sequence[HolderRow]) -> int:
    return await transactions.run(work, Q["add_holders"], transactions.rows_json(rows)) if rows else 0


async def remove_holder(work: Work, county_code: str, parcel_id: UUID, household_id: UUID) -> bool:
    return bool(await transactions.run(work, Q["remove_holder"], county_code, parcel_id, household_id))


async def lands(work: Work, county_code: str, ids: Collection[UUID]) -> dict[UUID, HouseholdLand]:
    found = await transactions.many(work, HouseholdLand, Q["household_lands"], county_code, list(ids))
    return {land.household_id: land for land in found}


async def seasons(work: Work, ids: Collection[UUID]) -> dict[UUID, SeasonDays]:
    found = await transactions.many(work, SeasonDays, Q["seasons"], list(ids)) if ids else []
    return {season.season_id: season for season in found}


async def known_crops(work: Work, codes: Collection[str]) -> set[str]:
    found = await transactions.many(work, CropCode, Q["known_crops"], list(codes)) if codes else []
    return {crop.crop_code for crop in found}


async def add_land_uses(work: Work, rows: Sequence[LandUseRow]) -> None:
    if rows:
        await transactions.run(work, Q["add_land_uses"], transactions.rows_json(rows))


async def change_land_use(work: Work, row: LandUseRow) -> bool:
    return bool(await transactions.run(work, Q["change_land_use"], transactions.rows_json([row])))


land_use_row = q("land_use_row", UUID).one(LandUseRow)
land_uses_of = q("land_uses_of", str, UUID).many(LandUse)


async def land_uses(work: Work, county_code: str, ids: Collection[UUID]) -> list[LandUse]:
    return (
        await transactions.many(work, LandUse, Q["land_uses_by_ids"], county_code, list(ids)) if ids else []
    )


async def in_use(
    work: Work, village_code: str, households: Collection[UUID], parcels: Collection[UUID], *, free: bool
) -> list[LandUsePeriod]:
    """Land in use; `free`: also what no contract points to."""
    county = village_code[:6]
    return await transactions.many(
        work, LandUsePeriod, Q["land_in_use"], county, village_code, list(households), list(parcels), free
    )
