"""Which areas are too much: land in use at the same time against what the household and the parcel have."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

import msgspec

from registry.households.land_model import ParcelRow
from registry.kernel.errors import Warning_

LAND_RULE: Final = "同一块地在同一时段只能顶替一次"


class LandUsePeriod(msgspec.Struct, frozen=True, kw_only=True):
    """Land in use from a first to a last day, as the area checks see it."""

    land_use_id: UUID
    household_id: UUID
    parcel_id: UUID | None
    area_mu: Decimal
    rented_in: bool
    first_day: date
    last_day: date
    season_name: str | None = None


class HouseholdLand(msgspec.Struct, frozen=True, kw_only=True):
    """A household's own land in mu; None where nobody recorded it."""

    household_id: UUID
    village_code: str
    number: str
    head_name: str | None
    land_mu: Decimal | None


def area_warnings(
    new: Sequence[tuple[str, LandUsePeriod]],
    known: Sequence[LandUsePeriod],
    lands: Mapping[UUID, HouseholdLand],
    parcels: Mapping[UUID, ParcelRow],
) -> list[Warning_]:
    """Warnings where simultaneous uses need more land than the household or the parcel has.

    new: pointer of each new use and the use; known: those already there. Land leased in is not charged to
    the household's own land. Unknown land gives no warning.
    """
    everything = [*known, *(placed for _, placed in new)]
    found = []
    for pointer, placed in new:
        land = lands.get(placed.household_id)
        if land is not None and land.land_mu is not None and not placed.rented_in:
            own = [u for u in everything if u.household_id == placed.household_id and not u.rented_in]
            needed = peak(placed, own)
            if needed > land.land_mu:
                found.append(_beyond_household(pointer, land, placed, needed))
        parcel = parcels.get(placed.parcel_id) if placed.parcel_id else None
        if parcel is not None:
            needed = peak(placed, [u for u in everything if u.parcel_id == parcel.parcel_id])
            if needed > parcel.area_mu:
                found.append(_beyond_parcel(pointer, parcel, placed, needed))
    return found


def peak(placed: LandUsePeriod, uses: Sequence[LandUsePeriod]) -> Decimal:
    """The most mu in use on one day of `placed`, counting uses that overlap it for most of the time.

    Two seasons that overlap by some days (spring and autumn chili) share the land one after the other.
    """
    beside = [use for use in uses if _concurrent(placed, use)]
    days = {max(use.first_day, placed.first_day) for use in beside}
    return max(
        sum((use.area_mu for use in beside if use.first_day <= day <= use.last_day), Decimal(0))
        for day in days
    )


def _concurrent(one: LandUsePeriod, other: LandUsePeriod) -> bool:
    shared = (min(one.last_day, other.last_day) - max(one.first_day, other.first_day)).days + 1
    shorter = min((use.last_day - use.first_day).days + 1 for use in (one, other))
    return shared * 2 > shorter


def _when(placed: LandUsePeriod) -> str:
    year = placed.last_day.year
    if placed.season_name is None:
        return f"{placed.first_day} 至 {placed.last_day}"
    return placed.season_name if str(year) in placed.season_name else f"{year} 年{placed.season_name}"


def _beyond_household(pointer: str, land: HouseholdLand, placed: LandUsePeriod, needed: Decimal) -> Warning_:
    return Warning_(
        code="land_use.beyond_household",
        pointer=f"{pointer}/area_mu",
        message=f"{land.number} 户{land.head_name or ''}在{_when(placed)}共用地 {needed} 亩，"
        f"超过本户土地 {land.land_mu} 亩，请核对；如有转入土地请注明",
        rule=LAND_RULE,
    )


def _beyond_parcel(pointer: str, parcel: ParcelRow, placed: LandUsePeriod, needed: Decimal) -> Warning_:
    return Warning_(
        code="land_use.beyond_parcel",
        pointer=f"{pointer}/area_mu",
        message=f"地块 {parcel.code} 在{_when(placed)}共用地 {needed} 亩，"
        f"超过地块面积 {parcel.area_mu} 亩，请核对",
        rule=LAND_RULE,
    )
