"""Typed statements about parcels, their holders and land uses."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

import msgspec

from registry.households.area import HouseholdLand, LandUsePeriod
from registry.households.land_model import HolderRow, LandUse, LandUseRow, Parcel, ParcelRow
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("households")

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


add_parcels = q("add_parcels", Sequence[ParcelRow]).values(UUID)
hold_parcel = q("hold_parcel", str, UUID).run()


change_parcel = q("change_parcel", Sequence[ParcelRow]).run()
parcels = q("parcels_by_ids", str, Collection[UUID]).by(ParcelRow, lambda row: row.parcel_id)
parcels_by_code = q("parcels_by_codes", str, str, Collection[str]).by(ParcelRow, lambda row: row.code)
"""Those of a county and village with these codes."""
parcel = q("parcel_detail", UUID).one(Parcel)
parcels_of = q("parcels_of", str, UUID).many(Parcel)


add_holders = q("add_holders", Sequence[HolderRow]).run()
remove_holder = q("remove_holder", str, UUID, UUID).run()
lands = q("household_lands", str, Collection[UUID]).by(HouseholdLand, lambda row: row.household_id)
seasons = q("seasons", Collection[UUID]).by(SeasonDays, lambda row: row.season_id)
known_crops = q("known_crops", Collection[str]).values(str)
add_land_uses = q("add_land_uses", Sequence[LandUseRow]).run()
change_land_use = q("change_land_use", Sequence[LandUseRow]).run()
land_use_row = q("land_use_row", UUID).one(LandUseRow)
land_uses_of = q("land_uses_of", str, UUID).many(LandUse)


land_uses = q("land_uses_by_ids", str, Collection[UUID]).many(LandUse)
_land_in_use = q("land_in_use", str, str, Collection[UUID], Collection[UUID], bool).many(LandUsePeriod)


async def in_use(
    work: Work, village_code: str, households: Collection[UUID], parcels: Collection[UUID], *, free: bool
) -> list[LandUsePeriod]:
    """Land in use; `free`: also what no contract points to."""
    county = village_code[:6]
    return await _land_in_use(work, county, village_code, households, parcels, free)
