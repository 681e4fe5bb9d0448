"""What a client sends about frameworks, contracts and their life cycle. Annex lines are `annex_inputs.py`.

Prices in terms are typed per `price_unit` of the terms; they are stored per kg.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from registry.contracts import kinds
from registry.contracts.kinds import Terms
from registry.kernel.errors import Mistake
from registry.kernel.findings import Override
from registry.kernel.types import DivisionCode, LongText, Reason, ShortText, Year

ROLE_NAMES: Final[Mapping[str, str]] = {
    "buyer": "收购方",
    "seller": "出售方",
    "organiser": "组织方",
    "guarantor": "担保方",
    "lessor": "出租方",
    "lessee": "承租方",
    "employer": "用工方",
    "investor": "出资方",
    "operator": "服务方",
    "grantor": "奖补方",
    "witness": "见证方",
    "household": "农户",
}
BUYER_ROLES: Final = ("buyer", "lessee", "employer", "operator", "grantor")
"""Whose number the contract carries: the first organisation in the first of these roles."""

Role: TypeAlias = Annotated[
    Literal[
        "buyer",
        "seller",
        "organiser",
        "guarantor",
        "lessor",
        "lessee",
        "employer",
        "investor",
        "operator",
        "grantor",
        "witness",
    ],
    Meta(title="角色", extra={"labels": ROLE_NAMES}),
]
PayeeRole: TypeAlias = Annotated[
    Literal[
        "household",
        "buyer",
        "seller",
        "organiser",
        "guarantor",
        "lessor",
        "lessee",
        "employer",
        "investor",
        "operator",
        "grantor",
        "witness",
    ],
    Meta(title="收款方", extra={"labels": ROLE_NAMES}),
]
Title: TypeAlias = Annotated[ShortText, Meta(title="合同名称")]
ContractNumber: TypeAlias = Annotated[ShortText, Meta(title="合同编号")]
Number: TypeAlias = Annotated[int, Meta(ge=1, le=99, title="序号")]
Start: TypeAlias = Annotated[date, Meta(title="开始日期")]
End: TypeAlias = Annotated[date, Meta(title="结束日期")]
Day: TypeAlias = Annotated[date, Meta(title="日期")]


class _In(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base: an unknown field is a mistake."""


class PartyIn(_In, frozen=True, kw_only=True):
    """An organisation, a household or a person in a role; the signed name defaults to today's."""

    role: Role
    organization_id: UUID | None = None
    household_id: UUID | None = None
    person_id: UUID | None = None
    signed_name: Annotated[ShortText, Meta(title="签约名称")] | None = None

    @property
    def party_id(self) -> UUID:
        """The id of whichever it is."""
        return self.organization_id or self.household_id or self.person_id or UUID(int=0)

    def mistakes(self) -> Iterator[Mistake]:
        given = [self.organization_id, self.household_id, self.person_id]
        if sum(one is not None for one in given) != 1:
            yield Mistake(
                pointer="",
                code="party.one_kind",
                message="当事方请选一个：组织、农户或个人，三者选一",
                english="a party is exactly one of organization_id, household_id, person_id",
            )


class ComponentIn(_In, frozen=True, kw_only=True):
    """A flow of goods and money: who pays whom on which terms. Numbers default to the order given."""

    number: Number | None = None
    payer_role: Annotated[Role, Meta(title="付款方")]
    payee_role: PayeeRole
    terms: Terms

    def mistakes(self) -> Iterator[Mistake]:
        if self.payer_role == self.payee_role:
            yield Mistake(
                pointer="/payee_role",
                code="component.same_role",
                message="付款方和收款方不能是同一个角色，请检查",
                english="payer and payee must differ",
            )
        yield from kinds.mistakes(kinds.stored(self.terms), "/terms")


def numbered(components: Sequence[ComponentIn]) -> list[int]:
    """The number of each component: as given, else its place in the list from 1."""
    return [index if one.number is None else one.number for index, one in enumerate(components, 1)]


def number_mistakes(components: Sequence[ComponentIn]) -> Iterator[Mistake]:
    """Numbers that occur more than once."""
    numbers = numbered(components)
    for index, number in enumerate(numbers):
        if number in numbers[:index]:
            yield Mistake(
                pointer=f"/components/{index}/number",
                code="component.number_twice",
                message=f"序号 {number} 用了两次，请改成不同的序号",
                english=f"number {number} stands twice",
            )


def order_mistakes(starts_on: object, ends_on: object) -> Iterator[Mistake]:
    """The end before the start; days not (yet) given are no mistake."""
    if isinstance(starts_on, date) and isinstance(ends_on, date) and ends_on < starts_on:
        yield Mistake(
            pointer="/ends_on",
            code="contract.order",
            message=f"结束日期（{ends_on}）不能早于开始日期（{starts_on}），请检查",
            english="ends_on lies before starts_on",
        )


class FrameworkIn(_In, frozen=True, kw_only=True):
    """A new framework over the villages of a division."""

    division_code: DivisionCode
    name: Title
    number: ContractNumber | None = None
    buyer_id: UUID
    signed_on: Day | None = None
    starts_on: Start
    ends_on: End
    components: Annotated[list[ComponentIn], Meta(min_length=1, max_length=20)]

    def mistakes(self) -> Iterator[Mistake]:
        yield from order_mistakes(self.starts_on, self.ends_on)
        yield from number_mistakes(self.components)


class FrameworkPatch(_In, frozen=True, kw_only=True):
    """Changes of a framework; contracts already made under it keep their copies."""

    name: Title | UnsetType = UNSET
    number: ContractNumber | UnsetType | None = UNSET
    signed_on: Day | UnsetType | None = UNSET
    starts_on: Start | UnsetType = UNSET
    ends_on: End | UnsetType = UNSET
    components: Annotated[list[ComponentIn], Meta(min_length=1, max_length=20)] | UnsetType = UNSET

    def mistakes(self) -> Iterator[Mistake]:
        yield from order_mistakes(self.starts_on, self.ends_on)
        yield from () if self.components is UNSET else number_mistakes(self.components)


class ContractIn(_In, frozen=True, kw_only=True):
    """A new draft, possibly incomplete; what it leaves out is copied from its framework."""

    village_code: DivisionCode
    title: Title
    framework_id: UUID | None = None
    number: ContractNumber | None = None
    number_year: Year | None = None
    starts_on: Start | None = None
    ends_on: End | None = None
    filing_state: Literal["not_required", "missing"] = "missing"
    note: LongText | None = None
    parties: Annotated[list[PartyIn], Meta(max_length=50)] = []
    components: Annotated[list[ComponentIn], Meta(max_length=20)] = []

    def mistakes(self) -> Iterator[Mistake]:
        yield from order_mistakes(self.starts_on, self.ends_on)
        yield from number_mistakes(self.components)
        yield from party_mistakes(self.parties)


class ContractPatch(_In, frozen=True, kw_only=True):
    """Changes of a draft: lists replace the lists there. Of a signed contract: number and note only."""

    title: Title | UnsetType = UNSET
    number: ContractNumber | UnsetType | None = UNSET
    number_year: Year | UnsetType | None = UNSET
    starts_on: Start | UnsetType | None = UNSET
    ends_on: End | UnsetType | None = UNSET
    filing_state: Literal["not_required", "missing"] | UnsetType = UNSET
    note: LongText | UnsetType | None = UNSET
    parties: Annotated[list[PartyIn], Meta(max_length=50)] | UnsetType = UNSET
    components: Annotated[list[ComponentIn], Meta(max_length=20)] | UnsetType = UNSET

    def mistakes(self) -> Iterator[Mistake]:
        yield from order_mistakes(self.starts_on, self.ends_on)
        yield from () if self.components is UNSET else number_mistakes(self.components)
        yield from () if self.parties is UNSET else party_mistakes(self.parties)


def party_mistakes(parties: Sequence[PartyIn]) -> Iterator[Mistake]:
    """The same party twice in one role."""
    seen: set[tuple[object, ...]] = set()
    for index, one in enumerate(parties):
        key = (one.role, one.organization_id, one.household_id, one.person_id)
        if key in seen:
            yield Mistake(
                pointer=f"/parties/{index}",
                code="party.twice",
                message="同一当事方在同一角色下写了两次，请删去一个",
                english="the same party stands twice in one role",
            )
        seen.add(key)


class SignIn(_In, frozen=True, kw_only=True):
    """Signing: the day on the paper, and why warnings may stand."""

    signed_on: Annotated[date, Meta(title="签订日期")]
    overrides: list[Override] = []


class CompleteIn(_In, frozen=True, kw_only=True):
    """Completion: the last day the contract counts."""

    completed_on: Annotated[date, Meta(title="完成日期")]
    reason: Reason | None = None


class TerminateIn(_In, frozen=True, kw_only=True):
    """Termination before the end: the last day it counts, and why."""

    terminated_on: Annotated[date, Meta(title="终止日期")]
    reason: Reason


class CancelIn(_In, frozen=True, kw_only=True):
    """Cancellation: the contract never was to count."""

    cancelled_on: Annotated[date, Meta(title="取消日期")]
    reason: Reason


class FilingIn(_In, frozen=True, kw_only=True):
    """The next state of the filing with what belongs to it."""

    state: Literal["not_required", "missing", "submitted", "filed", "returned"]
    number: ContractNumber | None = None
    filed_on: Annotated[date, Meta(title="备案日期")] | None = None
    authority: Annotated[ShortText, Meta(title="备案机关")] | None = None
    reason: Reason | None = None

    def mistakes(self) -> Iterator[Mistake]:
        needed = {"filed": ("number", "filed_on", "authority"), "returned": ("reason",)}
        names = {"number": "备案号", "filed_on": "备案日期", "authority": "备案机关", "reason": "退回原因"}
        for name in needed.get(self.state, ()):
            if getattr(self, name) is None:
                yield Mistake(
                    pointer=f"/{name}",
                    code="required",
                    message=f"请填写{names[name]}",
                    english=f"{name} is required",
                )


class PinIn(_In, frozen=True, kw_only=True):
    """A reference row to use instead of the one looked up, for the contract or one annex line."""

    reference_return_id: UUID
    participant_id: UUID | None = None
    reason: Reason
