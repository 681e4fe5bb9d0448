"""Typed statements about parcels, their holders and land uses."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

import msgspec

from registry.households.area import HouseholdLand, Placed
from registry.households.land_model import HolderRow, LandUse, LandUseRow, Parcel, ParcelRow
from registry.kernel import db, sql
from registry.kernel.db import Conn

Q = sql.queries("households")


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


async def add_parcels(conn: Conn, rows: Iterable[ParcelRow]) -> set[UUID]:
    added = await db.many(conn, ParcelId, Q["add_parcels"], db.rows_json(rows))
    return {row.parcel_id for row in added}


async def hold_parcel(conn: Conn, county_code: str, parcel_id: UUID) -> None:
    await db.run(conn, Q["hold_parcel"], county_code, parcel_id)


async def change_parcel(conn: Conn, row: ParcelRow) -> bool:
    return bool(await db.run(conn, Q["change_parcel"], db.rows_json([row])))


async def parcels(conn: Conn, county_code: str, ids: Collection[UUID]) -> dict[UUID, ParcelRow]:
    found = await db.many(conn, ParcelRow, Q["parcels_by_ids"], county_code, list(ids)) if ids else []
    return {row.parcel_id: row for row in found}


async def parcels_by_code(
    conn: Conn, county_code: str, village_code: str, codes: Collection[str]
) -> dict[str, ParcelRow]:
    if not codes:
        return {}
    found = await db.many(conn, ParcelRow, Q["parcels_by_codes"], county_code, village_code, list(codes))
    return {row.code: row for row in found}


async def parcel(conn: Conn, parcel_id: UUID) -> Parcel:
    return await db.one(conn, Parcel, Q["parcel_detail"], parcel_id)


async def parcels_of(conn: Conn, county_code: str, household_id: UUID) -> list[Parcel]:
    return await db.many(conn, Parcel, Q["parcels_of"], county_code, household_id)


async def add_holders(conn: Conn, rows: Sequence[HolderRow]) -> int:
    return await db.run(conn, Q["add_holders"], db.rows_json(rows)) if rows else 0


async def remove_holder(conn: Conn, county_code: str, parcel_id: UUID, household_id: UUID) -> bool:
    return bool(await db.run(conn, Q["remove_holder"], county_code, parcel_id, household_id))


async def lands(conn: Conn, county_code: str, ids: Collection[UUID]) -> dict[UUID, HouseholdLand]:
    found = await db.many(conn, HouseholdLand, Q["household_lands"], county_code, list(ids))
    return {land.household_id: land for land in found}


async def seasons(conn: Conn, ids: Collection[UUID]) -> dict[UUID, SeasonDays]:
    found = await db.many(conn, SeasonDays, Q["seasons"], list(ids)) if ids else []
    return {season.season_id: season for season in found}


async def known_crops(conn: Conn, codes: Collection[str]) -> set[str]:
    found = await db.many(conn, CropCode, Q["known_crops"], list(codes)) if codes else []
    return {crop.crop_code for crop in found}


async def add_land_uses(conn: Conn, rows: Sequence[LandUseRow]) -> None:
    if rows:
        await db.run(conn, Q["add_land_uses"], db.rows_json(rows))


async def change_land_use(conn: Conn, row: LandUseRow) -> bool:
    return bool(await db.run(conn, Q["change_land_use"], db.rows_json([row])))


async def land_use_row(conn: Conn, land_use_id: UUID) -> LandUseRow:
    return await db.one(conn, LandUseRow, Q["land_use_row"], land_use_id)


async def land_uses_of(conn: Conn, county_code: str, household_id: UUID) -> list[LandUse]:
    return await db.many(conn, LandUse, Q["land_uses_of"], county_code, household_id)


async def land_uses(conn: Conn, county_code: str, ids: Collection[UUID]) -> list[LandUse]:
    return await db.many(conn, LandUse, Q["land_uses_by_ids"], county_code, list(ids)) if ids else []


async def in_use(
    conn: Conn, village_code: str, households: Collection[UUID], parcels: Collection[UUID], *, free: bool
) -> list[Placed]:
    """Land in use; `free`: also what no contract points to."""
    county = village_code[:6]
    return await db.many(
        conn, Placed, Q["land_in_use"], county, village_code, list(households), list(parcels), free
    )
