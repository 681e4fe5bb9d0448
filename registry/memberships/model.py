"""Memberships and shares: rows, inputs and pure rules. The rows of an import are import_model.py."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from registry.kernel.db.records import Record
from registry.kernel.errors import Mistake
from registry.kernel.types import POSITIVE, Quantity
from registry.organizations.model import Kind, OrganizationRow

MEMBER_KINDS: Final = (Kind.COOPERATIVE, Kind.COLLECTIVE)
"""Organisations that have households as members; a village company has owners."""

KIND_LABELS: Final = {"contribution": "出资", "reserve": "公积金份额", "granted": "财政补助量化"}
FORM_LABELS: Final = {"land": "土地", "cash": "现金", "labour": "劳务", "other": "其他"}
ShareKind: TypeAlias = Annotated[
    Literal["contribution", "reserve", "granted"], Meta(title="股份类别", extra={"labels": KIND_LABELS})
]
ShareForm: TypeAlias = Annotated[
    Literal["land", "cash", "labour", "other"], Meta(title="出资形式", extra={"labels": FORM_LABELS})
]
Amount: TypeAlias = Annotated[Quantity, POSITIVE, Meta(title="份额")]
JoinedOn: TypeAlias = Annotated[date, Meta(title="加入日期")]
LeftOn: TypeAlias = Annotated[date, Meta(title="退出日期")]


class MembershipRow(Record, frozen=True, kw_only=True):
    """A household in an organisation from a day on; one that runs at a time."""

    county_code: str
    membership_id: UUID
    village_code: str
    household_id: UUID
    organization_id: UUID
    valid_from: date
    valid_to: date | None = None


class ShareRow(Record, frozen=True, kw_only=True):
    """A share of a membership; `amount` in yuan, mu or shares, as the organisation's articles count it."""

    county_code: str
    membership_share_id: UUID
    village_code: str
    membership_id: UUID
    kind: str
    form: str
    amount: Decimal
    valid_from: date
    valid_to: date | None = None


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A share as shown with its membership."""

    membership_share_id: UUID
    kind: ShareKind
    form: ShareForm
    amount: Decimal
    valid_from: date
    valid_to: date | None
    version: int


class Membership(MembershipRow, frozen=True, kw_only=True):
    """A membership with names and shares. Its version also rises when its shares change."""

    household_number: str
    household_name: str | None
    organization_name: str
    organization_kind: str
    shares: tuple[Share, ...]


class MembershipFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list shows; None narrows nothing."""

    today: date
    division: str | None = None
    organization_id: UUID | None = None
    household_id: UUID | None = None
    on: date | None = None
    updated_since: datetime | None = None


class ShareIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A share; without a day since the household is a member."""

    kind: ShareKind
    form: ShareForm
    amount: Amount
    valid_from: Annotated[date, Meta(title="起始日期")] | None = None
    valid_to: Annotated[date, Meta(title="截止日期")] | None = None


class MembershipIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A household joins a cooperative or collective, with its shares."""

    household_id: Annotated[UUID, Meta(title="农户")]
    organization_id: Annotated[UUID, Meta(title="组织")]
    valid_from: JoinedOn
    valid_to: LeftOn | None = None
    shares: Annotated[tuple[ShareIn, ...], Meta(max_length=30, title="份额")] = ()

    def mistakes(self) -> Iterator[Mistake]:
        """Days in order, shares inside the membership."""
        yield from days_mistakes(self.valid_from, self.valid_to, "/valid_to")
        for index, share in enumerate(self.shares):
            yield from share_mistakes(self.valid_from, self.valid_to, share, f"/shares/{index}")


class MembershipPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a membership's days; a last day ends it."""

    valid_from: JoinedOn | UnsetType = UNSET
    valid_to: LeftOn | UnsetType | None = UNSET


class SharePatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a share."""

    amount: Amount | UnsetType = UNSET
    valid_to: Annotated[date, Meta(title="截止日期")] | UnsetType | None = UNSET


def days_mistakes(first: date, last: date | None, pointer: str) -> Iterator[Mistake]:
    """A last day before the first."""
    if last is not None and last < first:
        told = f"截止日期（{last}）不能早于起始日期（{first}），请检查"
        yield Mistake(pointer=pointer, code="date.order", message=told)


def share_mistakes(joined: date, left: date | None, share: ShareIn, at: str) -> Iterator[Mistake]:
    """Days of a share out of order, or outside its membership."""
    first = share.valid_from or joined
    yield from days_mistakes(first, share.valid_to, f"{at}/valid_to")
    if first < joined or (left is not None and (share.valid_to or first) > left):
        until = f" 至 {left}" if left else " 起"
        told = f"份额的日期应在成员资格之内（{joined}{until}），请检查"
        yield Mistake(pointer=f"{at}/valid_from", code="share.outside", message=told)


def organization_mistakes(found: OrganizationRow | None, pointer: str) -> Iterator[Mistake]:
    """Only cooperatives and collectives have households as members."""
    if found is None:
        told = "找不到这个组织，请核对或先登记组织"
        yield Mistake(pointer=pointer, code="organization.unknown", message=told)
    elif found.kind not in MEMBER_KINDS:
        told = f"{found.name}是{found.kind.label}，只有合作社和集体经济组织有成员，请核对"
        yield Mistake(pointer=pointer, code="organization.no_members", message=told)


def household_unknown() -> Mistake:
    """Missing and out of scope answer the same."""
    told = "找不到这户，请从列表中选取"
    return Mistake(pointer="/household_id", code="household.unknown", message=told)


def overlapping(row: MembershipRow, others: Iterable[MembershipRow]) -> MembershipRow | None:
    """Another membership of the household in the same organisation that shares a day with this one."""
    for other in others:
        same = other.organization_id == row.organization_id and other.membership_id != row.membership_id
        before = other.valid_to is not None and other.valid_to < row.valid_from
        after = row.valid_to is not None and other.valid_from > row.valid_to
        if same and not before and not after:
            return other
    return None
