"""Typed statements about parcels, their holders and land uses."""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec

from registry.households.land_model import HolderRow, LandUse, LandUseRow, Parcel, ParcelRow
from registry.kernel.db.statements import Queries

q = Queries("households")


class ChangedUse(msgspec.Struct, frozen=True, kw_only=True):
    """A land use that was changed, and whether a contract was ever in force on it."""

    land_use_id: UUID
    in_force: bool


add_parcels = q("add_parcels", Sequence[ParcelRow]).values(UUID)
hold_parcel = q("hold_parcel", str, UUID).run()


change_parcel = q("change_parcel", Sequence[ParcelRow]).run()
parcels_by_code = q("parcels_by_codes", str, str, Collection[str]).by(ParcelRow, lambda row: row.code)
"""Those of a county and village with these codes."""
parcel = q("parcel_detail", UUID).one(Parcel)
parcels_of = q("parcels_of", str, UUID).many(Parcel)


add_holders = q("add_holders", Sequence[HolderRow]).run()
remove_holder = q("remove_holder", str, UUID, UUID).run()
known_crops = q("known_crops", Collection[str]).values(str)
add_land_uses = q("add_land_uses", Sequence[LandUseRow]).run()
change_land_uses = q("change_land_uses", Sequence[LandUseRow]).many(ChangedUse)
land_use_row = q("land_use_row", UUID).one(LandUseRow)
land_uses_of = q("land_uses_of", str, UUID).many(LandUse)


land_uses = q("land_uses_by_ids", str, Collection[UUID]).many(LandUse)
