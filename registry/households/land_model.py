"""Parcels, who holds them, and land uses: rows and inputs. Which areas are too much is area.py."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from registry.kernel.db.records import Record
from registry.kernel.errors import Mistake
from registry.kernel.findings import Override
from registry.kernel.types import POSITIVE, CodeWord, LongText, Mu, ParcelMu, ShortText, Yuan

ParcelCode = Annotated[ShortText, Meta(title="地块编码", examples=["H-0001"], extra={"fold": True})]
Crops = Annotated[tuple[CodeWord, ...], Meta(max_length=6, title="原来种植的作物")]


class ParcelRow(Record, frozen=True, kw_only=True):
    """A piece of land; its code is unique in the village. `area_mu` in mu, four decimals."""

    county_code: str
    parcel_id: UUID
    village_code: str
    code: str
    name: str | None = None
    area_mu: Decimal
    land_grade: str | None = None
    bounds: str | None = None


class HolderRow(msgspec.Struct, frozen=True, kw_only=True):
    """A household that holds a parcel or, with an area, a part of it."""

    county_code: str
    parcel_id: UUID
    household_id: UUID
    village_code: str
    area_mu: Decimal | None = None
    created_at: datetime
    created_by: str


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A holder as shown with the parcel."""

    household_id: UUID
    number: str
    head_name: str | None
    area_mu: Decimal | None


class Parcel(ParcelRow, frozen=True, kw_only=True):
    """A parcel with the households that hold it."""

    holders: tuple[Holder, ...]


class ParcelIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A parcel of the household; `held_mu` if it holds only a part of it."""

    code: ParcelCode
    area_mu: Annotated[ParcelMu, POSITIVE, Meta(title="地块面积")]
    name: Annotated[ShortText, Meta(title="地块名称")] | None = None
    land_grade: Annotated[ShortText, Meta(title="地力等级")] | None = None
    bounds: Annotated[LongText, Meta(title="四至")] | None = None
    held_mu: Annotated[ParcelMu, POSITIVE, Meta(title="本户面积")] | None = None

    def mistakes(self) -> Iterator[Mistake]:
        """A part is not more than the whole."""
        if self.held_mu is not None and self.held_mu > self.area_mu:
            yield _part_of_parcel("/held_mu", self.held_mu, self.area_mu)


class ParcelPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a parcel."""

    code: ParcelCode | UnsetType = UNSET
    name: Annotated[ShortText, Meta(title="地块名称")] | UnsetType | None = UNSET
    area_mu: Annotated[ParcelMu, POSITIVE, Meta(title="地块面积")] | UnsetType = UNSET
    land_grade: Annotated[ShortText, Meta(title="地力等级")] | UnsetType | None = UNSET
    bounds: Annotated[LongText, Meta(title="四至")] | UnsetType | None = UNSET


class HolderIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A further household of the same village that holds the parcel, or a part of it."""

    household_id: Annotated[UUID, Meta(title="农户")]
    area_mu: Annotated[ParcelMu, POSITIVE, Meta(title="本户面积")] | None = None


class LandUseRow(Record, frozen=True, kw_only=True):
    """What land would otherwise have carried; no `displaced_crops`: idle. Area in mu, rent in yuan."""

    county_code: str
    land_use_id: UUID
    village_code: str
    household_id: UUID
    parcel_id: UUID | None = None
    area_mu: Decimal
    season_id: UUID | None = None
    use_from: date | None = None
    use_to: date | None = None
    displaced_crops: tuple[str, ...] = ()
    rented_in: bool = False
    rent_either_way: bool = False
    rent_paid: Decimal | None = None


class LandUse(LandUseRow, frozen=True, kw_only=True):
    """A land use with what it points to. `first_day`..`last_day`: of the season, or its own days."""

    parcel_code: str | None
    season_name: str | None
    first_day: date
    last_day: date
    idle: bool


class LandUseIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Land by season, or from a day to a day; what it would have carried (a rotation: several), or `idle`.

    `rented_in`: leased in for `rent_paid` yuan in all; `rent_either_way`: it would have been so anyway.
    """

    area_mu: Annotated[Mu, POSITIVE, Meta(title="用地面积")]
    parcel_id: Annotated[UUID, Meta(title="地块")] | None = None
    parcel_code: ParcelCode | None = None
    season_id: Annotated[UUID, Meta(title="产季")] | None = None
    use_from: Annotated[date, Meta(title="用地起")] | None = None
    use_to: Annotated[date, Meta(title="用地止")] | None = None
    displaced_crops: Crops = ()
    idle: Annotated[bool, Meta(title="原来闲置")] = False
    rented_in: Annotated[bool, Meta(title="转入土地")] = False
    rent_either_way: Annotated[bool, Meta(title="无论如何都会转入")] = False
    rent_paid: Annotated[Yuan, Meta(title="已付租金")] | None = None

    def mistakes(self) -> Iterator[Mistake]:
        """Season or days, crops or idle, rent only of land leased in."""
        yield from _time_mistakes(self.season_id, self.use_from, self.use_to)
        if self.idle == bool(self.displaced_crops):
            reason = "请填这块地原来种什么；原来闲置的请注明闲置"
            said = "原来闲置和原来种植的作物只能填一项"
            yield Mistake("/displaced_crops", "land_use.displaced", said if self.idle else reason)
        if self.parcel_id is not None and self.parcel_code is not None:
            yield Mistake("/parcel_code", "land_use.parcel_twice", "地块请只用编号或编码之一指明")
        yield from _rent_mistakes(self.rented_in, self.rent_either_way, self.rent_paid)


class LandUseCreate(LandUseIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A land use sent alone, with reasons for the warnings that may stand."""

    overrides: Annotated[tuple[Override, ...], Meta(max_length=20, title="核对说明")] = ()


class LandUsePatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a land use; the whole is checked like a new one."""

    area_mu: Annotated[Mu, POSITIVE, Meta(title="用地面积")] | UnsetType = UNSET
    parcel_id: Annotated[UUID, Meta(title="地块")] | UnsetType | None = UNSET
    season_id: Annotated[UUID, Meta(title="产季")] | UnsetType | None = UNSET
    use_from: Annotated[date, Meta(title="用地起")] | UnsetType | None = UNSET
    use_to: Annotated[date, Meta(title="用地止")] | UnsetType | None = UNSET
    displaced_crops: Crops | UnsetType = UNSET
    rented_in: Annotated[bool, Meta(title="转入土地")] | UnsetType = UNSET
    rent_either_way: Annotated[bool, Meta(title="无论如何都会转入")] | UnsetType = UNSET
    rent_paid: Annotated[Yuan, Meta(title="已付租金")] | UnsetType | None = UNSET
    overrides: Annotated[tuple[Override, ...], Meta(max_length=20, title="核对说明")] = ()


class NewLandUse(msgspec.Struct, frozen=True, kw_only=True):
    """A land use to make for a household, and where in the body it stands ("/annex/0/land_uses/1")."""

    household_id: UUID
    use: LandUseIn
    pointer: str = ""


def stored_mistakes(row: LandUseRow) -> list[Mistake]:
    """What a changed land use breaks of the rules of a new one."""
    return [
        *_time_mistakes(row.season_id, row.use_from, row.use_to),
        *_rent_mistakes(row.rented_in, row.rent_either_way, row.rent_paid),
    ]


def _part_of_parcel(pointer: str, part: Decimal, whole: Decimal) -> Mistake:
    return Mistake(pointer, "parcel.part", f"本户面积（{part} 亩）不能大于地块面积（{whole} 亩），请检查")


def _time_mistakes(season_id: UUID | None, first: date | None, last: date | None) -> Iterator[Mistake]:
    if season_id is not None and (first is not None or last is not None):
        yield Mistake("/season_id", "land_use.time", "产季和起止日期只能填一种")
    elif season_id is None and (first is None or last is None):
        yield Mistake("/season_id", "land_use.time", "请选择产季，或把用地起止日期都填上")
    elif first is not None and last is not None and last < first:
        yield Mistake("/use_to", "date.order", f"用地止（{last}）不能早于用地起（{first}），请检查")


def _rent_mistakes(rented_in: bool, either_way: bool, rent_paid: Decimal | None) -> Iterator[Mistake]:
    if not rented_in and (either_way or rent_paid is not None):
        yield Mistake("/rented_in", "land_use.rent", "填了租金的土地应注明是转入土地")
    elif either_way and rent_paid is None:
        yield Mistake("/rent_paid", "required", "无论如何都会转入的土地请填已付租金")
