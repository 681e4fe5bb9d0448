"""Whom to reach at an organisation: phone and bank account, encrypted and masked. Checks and masks are
households/personal_numbers.py."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from registry.households.personal_numbers import Reason, Typed, Words
from registry.kernel.db.records import Record
from registry.kernel.errors import Mistake

ContactKind: TypeAlias = Literal["phone", "bank_account"]
Name = Annotated[Words, Meta(title="联系人", examples=["示范会计"])]
ValidFrom = Annotated[date, Meta(title="起始日期")]
ValidTo = Annotated[date, Meta(title="截止日期")]
SourceDate = Annotated[date, Meta(title="资料日期")]


def context(organization_contact_id: UUID) -> str:
    """What a contact's number is sealed for."""
    return f"organization_contact.ciphertext/{organization_contact_id}"


class Contact(Record, frozen=True, kw_only=True):
    """A contact as shown: masked. village_code: the registering division of the organisation."""

    county_code: str
    organization_contact_id: UUID
    village_code: str
    organization_id: UUID
    kind: ContactKind
    name: str
    mask: str
    valid_from: date
    valid_to: date | None


class SealedContact(Contact, frozen=True, kw_only=True):
    """A contact as stored."""

    ciphertext: bytes
    key_version: int


class NewContact(Contact, frozen=True, kw_only=True):
    """A row to be written; the ciphertext as PostgreSQL's hex text."""

    ciphertext: str
    key_version: int


class ContactIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A contact of an organisation, from today on if no day is given."""

    kind: Annotated[ContactKind, Meta(title="种类")]
    name: Name
    value: Typed
    valid_from: ValidFrom | None = None
    valid_to: ValidTo | None = None
    source_date: SourceDate | None = None

    def mistakes(self) -> Iterator[Mistake]:
        """The last day is not before the first."""
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            yield out_of_order()


class ContactPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes; `valid_to` ends the contact."""

    name: Name | UnsetType = UNSET
    value: Typed | UnsetType = UNSET
    valid_to: ValidTo | UnsetType | None = UNSET
    source_date: SourceDate | UnsetType | None = UNSET


class ContactReveal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the whole number is needed."""

    reason: Reason


class RevealedContact(Struct, frozen=True, kw_only=True):
    """The whole number, shown once."""

    kind: ContactKind
    name: str
    value: str


def out_of_order() -> Mistake:
    return Mistake(
        pointer="/valid_to",
        code="date.order",
        message="截止日期不能早于起始日期，请检查",
        english="valid_to must not be before valid_from",
    )
