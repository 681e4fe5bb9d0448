"""A person's separate consent that somebody receives what is personal (个人信息保护法 第二十三条): which
fields, for which purpose, until when."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from registry.households.personal_numbers import Words
from registry.kernel.db.records import Record
from registry.kernel.errors import Mistake

Field: TypeAlias = Literal["id_number", "phone", "bank_account", "gains"]
FIELDS: Final[Mapping[Field, str]] = {
    "id_number": "身份证号",
    "phone": "电话号码",
    "bank_account": "银行账号",
    "gains": "增收数据",
}
Purpose: TypeAlias = Annotated[Words, Meta(title="用途", examples=["通知交货"])]
"""Compared word for word when something is passed on."""


class ConsentRow(Record, frozen=True, kw_only=True):
    """A consent as stored."""

    county_code: str
    consent_id: UUID
    village_code: str
    household_id: UUID
    person_id: UUID
    receiver_id: UUID
    fields: tuple[Field, ...]
    purpose: str
    given_on: date
    until: date
    withdrawn_on: date | None = None
    evidence: str | None = None


class Consent(ConsentRow, frozen=True, kw_only=True):
    """A consent as shown."""

    receiver_name: str

    def stands(self, day: date) -> bool:
        """Whether something may still be passed on by it; on the day of withdrawal nothing may."""
        withdrawn = self.withdrawn_on is not None and self.withdrawn_on <= day
        return self.given_on <= day <= self.until and not withdrawn


class ConsentIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A consent given on a day (today if none is said), until a last day."""

    receiver_id: Annotated[UUID, Meta(title="接收单位")]
    fields: Annotated[tuple[Field, ...], Meta(min_length=1, max_length=4, title="同意提供的内容")]
    purpose: Purpose
    given_on: Annotated[date, Meta(title="同意日期")] | None = None
    until: Annotated[date, Meta(title="截止日期")]
    evidence: Annotated[Words, Meta(title="凭据", examples=["签字的同意书"])] | None = None
    source_date: Annotated[date, Meta(title="资料日期")] | None = None

    def mistakes(self) -> Iterator[Mistake]:
        """The last day is not before the first."""
        if self.given_on and self.until < self.given_on:
            yield out_of_order("/until")


class Withdrawal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The day from which nothing is passed on any more: today if none is said, not in the future."""

    withdrawn_on: Annotated[date, Meta(title="撤回日期")] | None = None


class Receiver(Struct, frozen=True, kw_only=True):
    """An organisation a consent may be given to."""

    organization_id: UUID
    name: str
    search_key: str


class Head(Struct, frozen=True, kw_only=True):
    """A household that takes part in a contract, and who heads it today."""

    county_code: str
    household_id: UUID
    village_code: str
    number: str
    person_id: UUID | None
    name: str | None


def out_of_order(pointer: str) -> Mistake:
    return Mistake(
        pointer=pointer,
        code="date.order",
        message="不能早于同意的日期，请检查",
        english="must not be before given_on",
    )
