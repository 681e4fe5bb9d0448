"""What clients send of a household, its members, headcounts and tags, and the pure rules of each."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from registry.households.land_model import LandUseIn, ParcelIn
from registry.households.model import HouseholdNumber, PersonName
from registry.kernel.errors import Mistake
from registry.kernel.findings import Override
from registry.kernel.types import CodeWord, DivisionCode, Mu, ShortText

EndKind: TypeAlias = Annotated[
    Literal["moved", "ended"],
    Meta(title="终止原因", extra={"labels": {"moved": "迁出", "ended": "销户"}}),
]
"""Splits, merges and transfers also move contracts: they are not a household's own change."""
People: TypeAlias = Annotated[int, Meta(ge=0, le=99, extra={"suffixes": ("人", "口")})]


Group: TypeAlias = Annotated[ShortText, Meta(title="村民小组", extra={"hint": "例如 三组"})]
ContractedMu: TypeAlias = Annotated[Mu, Meta(title="承包地面积")]
ContractedUntil: TypeAlias = Annotated[date, Meta(title="承包期至")]
ExtensionSigned: TypeAlias = Annotated[
    bool, Meta(title="是否已签延包", extra={"labels": {"true": "已签延包", "false": "还没有签"}})
]
Registered: TypeAlias = Annotated[People, Meta(title="户籍人口")]
Resident: TypeAlias = Annotated[People, Meta(title="常住人口")]
Labour: TypeAlias = Annotated[People, Meta(title="劳动力")]
CountedOn: TypeAlias = Annotated[date, Meta(title="统计日期")]
Relation: TypeAlias = Annotated[ShortText, Meta(title="与户主关系")]
SourceDate: TypeAlias = Annotated[date, Meta(title="资料日期")]


class HouseholdFields(msgspec.Struct, frozen=True, kw_only=True):
    """What is recorded of a household itself and may change at any time."""

    group_name: Group | None = None
    contracted_mu: ContractedMu | None = None
    contracted_until: ContractedUntil | None = None
    extension_signed: ExtensionSigned | None = None


class CountedFields(HouseholdFields, frozen=True, kw_only=True):
    """A household as rosters and forms have it: with the numbers of its persons in the same row."""

    registered: Registered | None = None
    resident: Resident | None = None
    labour: Labour | None = None
    counted_on: CountedOn | None = None

    @property
    def counts(self) -> tuple[int | None, int | None, int | None]:
        return self.registered, self.resident, self.labour

    @property
    def counted(self) -> bool:
        """Whether any number of persons is given."""
        return any(one is not None for one in self.counts)

    def mistakes(self) -> Iterator[Mistake]:
        """Counts that contradict each other."""
        if self.counted:
            yield from count_mistakes(*self.counts)


class MemberIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person of a household; without `valid_from` since the household exists."""

    name: PersonName
    is_head: Annotated[bool, Meta(title="户主")] = False
    relation: Relation | None = None
    valid_from: Annotated[date, Meta(title="起始日期")] | None = None


class MemberPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a person. As head it takes the place of the head so far; nobody just stops being it."""

    name: PersonName | UnsetType = UNSET
    is_head: Annotated[bool, Meta(title="户主")] | UnsetType = UNSET
    relation: Relation | UnsetType | None = UNSET
    valid_to: Annotated[date, Meta(title="截止日期")] | UnsetType | None = UNSET

    def mistakes(self) -> Iterator[Mistake]:
        """A household always has a head: another member is made the head instead."""
        if self.is_head is False:
            yield Mistake(
                pointer="/is_head",
                code="household.head",
                message="更换户主请把新户主设为户主，原户主会自动取消",
                english="make another member the head instead",
            )


class HeadcountIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A count of persons on a day: on the household register, living there, able to work."""

    counted_on: CountedOn
    registered: Registered | None = None
    resident: Resident | None = None
    labour: Labour | None = None

    def mistakes(self) -> Iterator[Mistake]:
        """At least one figure; not more workers than persons."""
        return count_mistakes(self.registered, self.resident, self.labour)


class HouseholdTagIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tag from a day on, until a last day if that is known."""

    tag_code: Annotated[CodeWord, Meta(title="标签")]
    valid_from: Annotated[date, Meta(title="起始日期")]
    valid_to: Annotated[date, Meta(title="截止日期")] | None = None

    def mistakes(self) -> Iterator[Mistake]:
        """The last day is not before the first."""
        return order_mistakes(self.valid_from, self.valid_to)


class TagEnd(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last day of a tag."""

    valid_to: Annotated[date, Meta(title="截止日期")]


class HouseholdIn(HouseholdFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A household with its members, count, tags and land in one body. Land uses may name a parcel by code."""

    village_code: Annotated[DivisionCode, Meta(title="村代码")]
    number: HouseholdNumber
    valid_from: Annotated[date, Meta(title="登记日期")] | None = None
    source_date: SourceDate | None = None
    home_household_id: Annotated[UUID, Meta(title="原村户")] | None = None
    members: Annotated[tuple[MemberIn, ...], Meta(min_length=1, max_length=60, title="家庭成员")]
    headcount: HeadcountIn | None = None
    tags: Annotated[tuple[HouseholdTagIn, ...], Meta(max_length=30, title="标签")] = ()
    parcels: Annotated[tuple[ParcelIn, ...], Meta(max_length=100, title="地块")] = ()
    land_uses: Annotated[tuple[LandUseIn, ...], Meta(max_length=100, title="用地")] = ()
    overrides: Annotated[tuple[Override, ...], Meta(max_length=100, title="核对说明")] = ()

    def mistakes(self) -> Iterator[Mistake]:
        """One head, no tag twice from one day, no parcel twice."""
        heads = sum(member.is_head for member in self.members)
        if heads != 1:
            yield Mistake(
                pointer="/members",
                code="household.head",
                message="请指定一位户主" if not heads else "户主只能有一位，请检查",
                english="exactly one member is the head of the household",
            )
        yield from twice("/tags", [(tag.tag_code, tag.valid_from) for tag in self.tags])
        yield from twice("/parcels", [parcel.code for parcel in self.parcels])


class HouseholdPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of the household's own columns; fields that are not sent stay."""

    number: HouseholdNumber | UnsetType = UNSET
    group_name: Group | UnsetType | None = UNSET
    contracted_mu: ContractedMu | UnsetType | None = UNSET
    contracted_until: ContractedUntil | UnsetType | None = UNSET
    extension_signed: ExtensionSigned | UnsetType | None = UNSET
    source_date: SourceDate | UnsetType | None = UNSET


class HouseholdEnd(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The household's last day, and why."""

    valid_to: Annotated[date, Meta(title="终止日期")]
    end_kind: EndKind = "ended"


def count_mistakes(registered: int | None, resident: int | None, labour: int | None) -> Iterator[Mistake]:
    """What is wrong with three counts of persons, any of which may be unknown."""
    persons = [count for count in (registered, resident) if count is not None]
    if not persons and labour is None:
        yield Mistake(
            pointer="/registered",
            code="headcount.empty",
            message="户籍人口、常住人口、劳动力至少填一项",
            english="give at least one of registered, resident and labour",
        )
    if labour is not None and persons and labour > max(persons):
        yield Mistake(
            pointer="/labour",
            code="headcount.labour",
            message=f"劳动力（{labour} 人）不能多于家庭人口（{max(persons)} 人），请检查",
            english="there cannot be more workers than persons",
        )


def order_mistakes(first: date, last: date | None, pointer: str = "/valid_to") -> Iterator[Mistake]:
    """A last day before the first."""
    if last is not None and last < first:
        yield Mistake(
            pointer=pointer,
            code="date.order",
            message=f"截止日期（{last}）不能早于起始日期（{first}），请检查",
            english="the last day must not be before the first",
        )


def twice(pointer: str, keys: Sequence[object]) -> Iterator[Mistake]:
    """Every item whose key occurred earlier in the list."""
    seen: set[object] = set()
    for index, key in enumerate(keys):
        if key in seen:
            yield Mistake(
                pointer=f"{pointer}/{index}",
                code="duplicate",
                message="这一项重复了，请只保留一条",
                english="is there twice; keep one of them",
            )
        seen.add(key)
