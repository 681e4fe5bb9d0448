"""A row of a membership register as it is imported: a household, its organisation, perhaps one share."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from registry.households.model import HouseholdNumber, PersonName
from registry.kernel.errors import Mistake
from registry.kernel.types import CreditCode, DivisionCode
from registry.memberships.model import Amount, JoinedOn, LeftOn, ShareForm, ShareKind


class MembershipImport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A household by number or by its head's name, the organisation by its credit code.

    Without `valid_from` the running membership is meant; a share needs kind, form and amount.
    """

    village_code: Annotated[DivisionCode, Meta(title="村代码")]
    number: HouseholdNumber | None = None
    head_name: PersonName | None = None
    credit_code: Annotated[CreditCode, Meta(title="统一社会信用代码")]
    valid_from: JoinedOn | None = None
    valid_to: LeftOn | None = None
    kind: ShareKind | None = None
    form: ShareForm | None = None
    amount: Amount | None = None
    share_from: Annotated[date, Meta(title="份额起始日期")] | None = None
    source_date: Annotated[date, Meta(title="资料日期")] | None = None

    def mistakes(self) -> Iterator[Mistake]:
        """A household is named, and a share whole or not at all."""
        if self.number is None and self.head_name is None:
            yield Mistake(pointer="/number", code="required", message="请填户号或户主姓名")
        share = {"kind": self.kind, "form": self.form, "amount": self.amount}
        if any(value is not None for value in share.values()) or self.share_from is not None:
            for name, value in share.items():
                if value is None:
                    told = "填了份额的，股份类别、出资形式和份额都要填"
                    yield Mistake(pointer=f"/{name}", code="required", message=told)
