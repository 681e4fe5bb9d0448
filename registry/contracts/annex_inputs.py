"""What a client sends about annex lines: households, areas, land uses; and amendments of signed contracts."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from registry.contracts.inputs import Number
from registry.contracts.kinds import Terms
from registry.contracts.model import METHOD_NAMES, Method
from registry.households.land_model import Crops, ParcelCode
from registry.households.land_model import LandUseIn as NewUse
from registry.kernel.errors import Mistake
from registry.kernel.fill import fill
from registry.kernel.findings import Override
from registry.kernel.types import POSITIVE, Days, Kg, Mu, Reason, ShortText, Year, Yuan

LINES: Final = 2000
"""Annex lines of one request at most."""

_ANY: Final = UUID(int=0)

Area: TypeAlias = Annotated[Mu, POSITIVE, Meta(title="面积")]
Planned: TypeAlias = Annotated[Kg, Meta(title="计划交售量")]
OwnDays: TypeAlias = Annotated[Days, Meta(title="自家用工")]
Compared: TypeAlias = Annotated[Method, Meta(title="对比方法", extra={"labels": METHOD_NAMES})]
BaseYear: TypeAlias = Annotated[Year, Meta(title="基准年")]
HouseholdKey: TypeAlias = Annotated[ShortText, Meta(title="农户")]


class _In(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base: an unknown field is a mistake."""


class LandUseIn(_In, frozen=True, kw_only=True):
    """Land an annex line stands on: one already recorded, or a new one with what it would have carried.

    `displaced_crops`: one crop or several of a rotation; else `idle`. The season may be left out where the
    contract has only one, the area where it is the annex line's.
    """

    land_use_id: UUID | None = None
    season_id: UUID | None = None
    use_from: Annotated[date, Meta(title="用地起")] | None = None
    use_to: Annotated[date, Meta(title="用地止")] | None = None
    displaced_crops: Crops = ()
    idle: Annotated[bool, Meta(title="原来闲置")] = False
    area_mu: Area | None = None
    parcel_id: UUID | None = None
    parcel_code: ParcelCode | None = None
    rented_in: Annotated[bool, Meta(title="转入土地")] = False
    rent_either_way: Annotated[bool, Meta(title="无论如何都会转入")] = False
    rent_paid: Annotated[Yuan, Meta(title="已付租金")] | None = None

    def mistakes(self) -> Iterator[Mistake]:
        if self.land_use_id is not None:
            if self != LandUseIn(land_use_id=self.land_use_id):
                yield Mistake(
                    pointer="",
                    code="land_use.known",
                    message="已登记的用地只填它的编号，其他内容在农户的用地里改",
                    english="name a recorded land use by its land_use_id alone",
                )
            return
        # The register's own rules; what the annex line will fill in is filled with something valid first.
        timed = self.season_id is not None or self.use_from is not None or self.use_to is not None
        yield from self.new(season_id=None if timed else _ANY, area=Decimal(1)).mistakes()

    def new(self, *, season_id: UUID | None, area: Decimal) -> NewUse:
        """The land use to record, with the season and area of the annex line where it names none."""
        return fill(
            NewUse,
            self,
            area_mu=area if self.area_mu is None else self.area_mu,
            season_id=self.season_id or season_id,
        )


def _method(method: object, base_year: object) -> Iterator[Mistake]:
    if method == "own_history" and base_year in (None, UNSET):
        yield Mistake(
            pointer="/base_year",
            code="annex.base_year",
            message="与自家往年比，请填基准年",
            english="own_history needs a base_year",
        )


class ParticipantIn(_In, frozen=True, kw_only=True):
    """An annex line. The household by id, or by `household`: its number in the village or the head's name."""

    household_id: UUID | None = None
    household: HouseholdKey | None = None
    component_number: Number | None = None
    area_mu: Area | None = None
    planned_kg: Planned | None = None
    method: Compared | None = None
    base_year: BaseYear | None = None
    own_days: OwnDays | None = None
    signed_name: Annotated[ShortText, Meta(title="签约姓名")] | None = None
    land_uses: Annotated[list[LandUseIn], Meta(max_length=20)] = []
    overrides: list[Override] = []

    def mistakes(self) -> Iterator[Mistake]:
        if (self.household_id is None) == (self.household is None):
            yield Mistake(
                pointer="/household",
                code="annex.household",
                message="请填一户：户编号、户主姓名，或从名单里选",
                english="give either household_id or household",
            )
        yield from _method(self.method, self.base_year)


class ParticipantPatch(_In, frozen=True, kw_only=True):
    """Changes of an annex line: of a draft everything; of a signed one only `planned_kg` and `own_days`."""

    area_mu: Area | UnsetType | None = UNSET
    planned_kg: Planned | UnsetType | None = UNSET
    method: Compared | UnsetType | None = UNSET
    base_year: BaseYear | UnsetType | None = UNSET
    own_days: OwnDays | UnsetType | None = UNSET
    land_uses: Annotated[list[LandUseIn], Meta(max_length=20)] | UnsetType = UNSET
    reason: Reason | None = None
    overrides: list[Override] = []


class ParticipantChange(ParticipantPatch, frozen=True, kw_only=True):
    """The change of one line among many."""

    participant_id: UUID


class ParticipantsIn(_In, frozen=True, kw_only=True):
    """Lines to add, picked or pasted."""

    participants: Annotated[list[ParticipantIn], Meta(min_length=1, max_length=LINES)]
    overrides: list[Override] = []


class ParticipantsPatch(_In, frozen=True, kw_only=True):
    """Lines to change together."""

    participants: Annotated[list[ParticipantChange], Meta(min_length=1, max_length=LINES)]
    reason: Reason | None = None
    overrides: list[Override] = []


class ParticipantsRemoved(_In, frozen=True, kw_only=True):
    """Lines to take off a draft."""

    participant_ids: Annotated[list[UUID], Meta(min_length=1, max_length=LINES)]


class TermsChange(_In, frozen=True, kw_only=True):
    """New terms of a component, by its number; payer, payee and product stay."""

    number: Number
    terms: Terms


class AmendmentIn(_In, frozen=True, kw_only=True):
    """A further version of a signed contract: new terms, lines added, changed or withdrawn, from a day on."""

    effective_on: Annotated[date, Meta(title="生效日期")]
    signed_on: Annotated[date, Meta(title="签订日期")]
    reason: Reason
    terms: Annotated[list[TermsChange], Meta(max_length=20)] = []
    add: Annotated[list[ParticipantIn], Meta(max_length=LINES)] = []
    change: Annotated[list[ParticipantChange], Meta(max_length=LINES)] = []
    withdraw: Annotated[list[UUID], Meta(max_length=LINES)] = []
    overrides: list[Override] = []

    def mistakes(self) -> Iterator[Mistake]:
        if not (self.terms or self.add or self.change or self.withdraw):
            yield Mistake(
                pointer="",
                code="amendment.empty",
                message="补充协议没有改动任何内容，请填新的价款或农户变动",
                english="the amendment changes nothing",
            )


def all_overrides(
    request: Sequence[Override], lines: Sequence[ParticipantIn | ParticipantPatch]
) -> list[Override]:
    """The overrides of a request and of its lines together."""
    return [*request, *(override for line in lines for override in line.overrides)]
