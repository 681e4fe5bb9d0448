"""Organisations and who holds how much of whom: shapes and pure rules (domain.md 3)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from registry.kernel.db.records import Record
from registry.kernel.errors import Mistake
from registry.kernel.types import POSITIVE, CreditCode, DivisionCode, Percent, ShortText

WHOLE: Final = Decimal(100)


class Kind(StrEnum):
    COLLECTIVE = "collective"
    ENTERPRISE = "enterprise"
    INDIVIDUAL_BUSINESS = "individual_business"
    COOPERATIVE = "cooperative"
    GOVERNMENT = "government"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def prefix(self) -> str:
        """What a credit code of this kind starts with; "" if anything."""
        return _PREFIXES.get(self, "")


_LABELS: Final = dict(
    zip(Kind, ("农村集体经济组织", "企业", "个体工商户", "农民专业合作社", "政府机构", "其他"), strict=True)
)
_PREFIXES: Final = {
    Kind.COLLECTIVE: "N",
    Kind.ENTERPRISE: "91",
    Kind.INDIVIDUAL_BUSINESS: "92",
    Kind.COOPERATIVE: "93",
    Kind.GOVERNMENT: "11",
}


class OrganizationRow(Record, frozen=True, kw_only=True):
    """An organisation. division_code: where it is registered; search_key: how it is found by pinyin."""

    organization_id: UUID
    division_code: str
    kind: Kind
    name: str
    credit_code: str | None
    search_key: str
    valid_from: date | None
    valid_to: date | None


Code = Annotated[DivisionCode, Meta(title="登记地区划代码")]
Name = Annotated[ShortText, Meta(title="名称", examples=["示范品源现代农业有限公司"])]
KindOf = Annotated[Kind, Meta(title="组织类型")]
Credit = Annotated[CreditCode, Meta(title="统一社会信用代码")]
ValidFrom = Annotated[date, Meta(title="成立日期")]
ValidTo = Annotated[date, Meta(title="注销日期")]
SourceDate = Annotated[date, Meta(title="来源日期")]


class OrganizationIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    division_code: Code
    kind: KindOf
    name: Name
    credit_code: Credit | None = None
    valid_from: ValidFrom | None = None
    valid_to: ValidTo | None = None
    source_date: SourceDate | None = None

    def mistakes(self) -> Iterator[Mistake]:
        yield from code_mistakes(self.kind, self.credit_code)
        yield from order_mistakes(self.valid_from, self.valid_to)


class OrganizationPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The registering division stays: it decides who may change the record."""

    kind: KindOf | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    credit_code: Credit | UnsetType | None = UNSET
    valid_from: ValidFrom | UnsetType | None = UNSET
    valid_to: ValidTo | UnsetType | None = UNSET
    source_date: SourceDate | UnsetType | None = UNSET


class OrganizationQuery(Struct, frozen=True, kw_only=True):
    """What a list of organisations is narrowed by; q: part of the name, code, pinyin or its initials."""

    kind: Kind | None = None
    on: date | None = None
    q: str | None = None
    updated_since: datetime | None = None


class OwnershipRow(Record, frozen=True, kw_only=True):
    """`owner` holds percent of `owned` from / to. division_code: that of the organisation held."""

    ownership_id: UUID
    division_code: str
    owner_id: UUID
    owned_id: UUID
    percent: Percent
    valid_from: date
    valid_to: date | None


class OwnershipOut(OwnershipRow, frozen=True, kw_only=True):
    owner_name: str
    owned_name: str


Share = Annotated[Percent, POSITIVE, Meta(title="持股比例")]


class OwnershipIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    owner_id: Annotated[UUID, Meta(title="出资方")]
    owned_id: Annotated[UUID, Meta(title="被出资方")]
    percent: Share
    valid_from: Annotated[date, Meta(title="起始日期")]
    valid_to: Annotated[date, Meta(title="截止日期")] | None = None
    source_date: SourceDate | None = None

    def mistakes(self) -> Iterator[Mistake]:
        yield from order_mistakes(self.valid_from, self.valid_to)
        if self.owner_id == self.owned_id:
            yield Mistake("/owned_id", "ownership.self", "组织不能持有自己的份额，请核对", "holds itself")


class OwnershipPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    percent: Share | UnsetType = UNSET
    valid_from: Annotated[date, Meta(title="起始日期")] | UnsetType = UNSET
    valid_to: Annotated[date, Meta(title="截止日期")] | UnsetType | None = UNSET
    source_date: SourceDate | UnsetType | None = UNSET


class Held(Struct, frozen=True, kw_only=True):
    """The share and days of one ownership row."""

    ownership_id: UUID
    percent: Percent
    valid_from: date
    valid_to: date | None


def code_mistakes(kind: Kind, credit_code: str | None) -> Iterator[Mistake]:
    """Every kind but "other" has a credit code, whose first characters give the kind (GB 32100-2015)."""
    if credit_code is None:
        if kind is not Kind.OTHER:
            say = f"{kind.label}必须填写统一社会信用代码"
            yield Mistake("/credit_code", "credit_code.required", say, "is required for this kind")
    elif not credit_code.startswith(kind.prefix):
        say = f"{kind.label}的统一社会信用代码以 {kind.prefix} 开头，请核对代码或组织类型"
        yield Mistake("/credit_code", "credit_code.kind", say, f"starts with {kind.prefix} for this kind")


def order_mistakes(valid_from: date | None, valid_to: date | None) -> Iterator[Mistake]:
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        yield Mistake("/valid_to", "order", "截止日期不能早于起始日期，请核对", "ends before it begins")


def most_held(rows: Iterable[Held]) -> Decimal:
    """The highest sum of percents on any day. It can only rise where a share begins."""
    shares = list(rows)
    return max((_held_on(shares, one.valid_from) for one in shares), default=Decimal(0))


def _held_on(rows: Iterable[Held], day: date) -> Decimal:
    return sum(
        (
            one.percent
            for one in rows
            if one.valid_from <= day and (one.valid_to is None or one.valid_to >= day)
        ),
        Decimal(0),
    )
