"""Rows of contracts and what follows from them alone: whether a contract is active, terms on a day.

What clients send is `inputs.py`, terms and prices are `kinds/`, what can be wrong at signing is `rules.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal, Protocol, TypeAlias
from uuid import UUID

from msgspec import Struct

from registry.contracts import kinds
from registry.contracts.kinds import Terms
from registry.kernel.db.records import Record

Status: TypeAlias = Literal["draft", "signed", "completed", "terminated", "cancelled"]
Filing: TypeAlias = Literal["not_required", "missing", "submitted", "filed", "returned"]
Method: TypeAlias = Literal["replaced_crop", "price_premium", "own_history"]

STATUS_NAMES: Final[Mapping[str, str]] = {
    "draft": "草稿",
    "signed": "已签订",
    "completed": "已完成",
    "terminated": "已终止",
    "cancelled": "已取消",
}
FILING_NAMES: Final[Mapping[str, str]] = {
    "not_required": "不需备案",
    "missing": "未备案",
    "submitted": "已报送",
    "filed": "已备案",
    "returned": "已退回",
}
METHOD_NAMES: Final[Mapping[str, str]] = {
    "replaced_crop": "与原来种的作物比",
    "price_premium": "同一作物只比价格",
    "own_history": "与自家往年比",
}
FILING_STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "missing": ("submitted", "filed", "not_required"),
    "not_required": ("missing", "submitted", "filed"),
    "submitted": ("filed", "returned", "missing"),
    "returned": ("submitted", "filed", "not_required"),
    "filed": ("returned",),
}
"""Which filing state may follow which; the contract's own state has no part in it."""
FILING_DECISIONS: Final = frozenset({"filed", "returned"})
"""What a clerk decides about a filing somebody else entered."""

IN_FORCE: Final = ("signed", "completed", "terminated")


class Dated(Protocol):
    """What decides on which days a contract is active."""

    @property
    def status(self) -> Status: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...
    @property
    def completed_on(self) -> date | None: ...
    @property
    def terminated_on(self) -> date | None: ...


def active_on(row: Dated, day: date) -> bool:
    """Signed, not cancelled, start ≤ day ≤ end, completion or termination (domain.md 4)."""
    if row.status not in IN_FORCE or row.starts_on is None:
        return False
    lasts = [end for end in (row.ends_on, row.completed_on, row.terminated_on) if end is not None]
    return row.starts_on <= day <= min(lasts, default=day)


class Lifetime(Struct, frozen=True, kw_only=True):
    """Base of rows that carry the dates of their contract."""

    status: Status
    signed_on: date | None
    starts_on: date | None
    ends_on: date | None
    completed_on: date | None
    terminated_on: date | None

    def active_on(self, day: date) -> bool:
        """Whether the contract is active on a business day."""
        return active_on(self, day)


ContractKey: TypeAlias = tuple[str, UUID]
"""County and id."""


class ContractRow(Record, frozen=True, kw_only=True):
    """A contract's own columns."""

    county_code: str
    contract_id: UUID
    village_code: str
    framework_id: UUID | None
    title: str
    number: str | None
    number_year: int | None
    buyer_id: UUID | None
    status: Status
    signed_on: date | None
    starts_on: date | None
    ends_on: date | None
    completed_on: date | None
    terminated_on: date | None
    cancelled_on: date | None
    status_reason: str | None
    filing_state: Filing
    filing_number: str | None
    filed_on: date | None
    filing_authority: str | None
    filing_reason: str | None
    filing_by: str | None = None
    note: str | None

    @property
    def key(self) -> ContractKey:
        """How statements of its county name it."""
        return self.county_code, self.contract_id

    def active_on(self, day: date) -> bool:
        """Whether the contract is active on a business day."""
        return active_on(self, day)


class FrameworkRow(Record, frozen=True, kw_only=True):
    """An agreement over the villages of a division."""

    framework_id: UUID
    division_code: str
    division_last: str
    name: str
    number: str | None
    buyer_id: UUID
    buyer_name: str
    signed_on: date | None
    starts_on: date
    ends_on: date
    terms: "FrameworkTerms"


class FrameworkComponent(Struct, frozen=True, kw_only=True):
    """A component as agreed in a framework; a contract under it copies this."""

    number: int
    payer_role: str
    payee_role: str
    terms: Terms

    def shown_terms(self) -> Terms:
        """The terms as they were typed."""
        return kinds.shown(self.terms)


class FrameworkTerms(Struct, frozen=True, kw_only=True):
    """What a framework hands to its contracts."""

    components: list[FrameworkComponent]


class PartyRow(Struct, frozen=True, kw_only=True):
    """A party in a role. `signed_name` is the name at signing, `name` today's."""

    party_id: UUID
    role: str
    organization_id: UUID | None
    household_id: UUID | None
    person_id: UUID | None
    signed_name: str
    position: int
    name: str | None
    organization_kind: str | None
    household_number: str | None
    valid_from: date | None
    valid_to: date | None


class ComponentRow(Lifetime, frozen=True, kw_only=True):
    """A component with its terms in one version, and the contract's dates. Prices in yuan per kg."""

    county_code: str
    village_code: str
    contract_id: UUID
    component_id: UUID
    number: int
    kind: str
    payer_role: str
    payee_role: str
    product_code: str | None
    product_name: str | None
    crop_code: str | None
    version_no: int
    effective_on: date | None
    terms: Terms
    buyer_id: UUID | None

    def began(self, day: date) -> bool:
        """Whether these terms hold on a day (or are the first ones, or a draft's)."""
        return self.version_no == 1 or self.effective_on is None or self.effective_on <= day


class UsedLand(Struct, frozen=True, kw_only=True):
    """A land use an annex line stands on."""

    land_use_id: UUID
    parcel_id: UUID | None
    season_id: UUID | None
    season_name: str | None
    season_year: int | None
    use_from: date | None
    use_to: date | None
    area_mu: Decimal
    displaced_crops: list[str]
    rented_in: bool
    rent_either_way: bool
    rent_paid: Decimal | None


class ParticipantRow(Struct, frozen=True, kw_only=True):
    """An annex line as it stands on a day. Whoever sees the contract but not its households (a partner) has
    signed name, area and planned quantity; number, group, head, comparison and own days are null."""

    participant_id: UUID
    village_code: str
    contract_id: UUID
    component_id: UUID
    component_number: int
    household_id: UUID
    household_number: str | None
    group_name: str | None
    head_name: str | None
    signed_name: str
    line_no: int
    participant_version_id: UUID
    version_no: int
    effective_on: date | None
    area_mu: Decimal | None
    planned_kg: Decimal | None
    method: Method | None
    base_year: int | None
    own_days: Decimal | None
    withdrawn: bool
    recorded_at: datetime
    land_uses: list[UsedLand]


def components_on(versions: Iterable[ComponentRow], day: date) -> list[ComponentRow]:
    """Of every component the terms that hold on a business day: its latest version in force by then."""
    current: dict[UUID, ComponentRow] = {}
    for row in versions:
        held = current.get(row.component_id)
        if row.began(day) and (held is None or row.version_no > held.version_no):
            current[row.component_id] = row
    return list(current.values())


def paying_households(components: Sequence[ComponentRow]) -> list[ComponentRow]:
    """The components whose payee is the household: only these have annex lines."""
    return [component for component in components if component.payee_role == "household"]
