"""A person's ID, phone and bank account numbers: what is stored, shown and sent. Checks and masks are
households/personal_numbers.py."""

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from registry.households.personal_numbers import NumberKind, Reason, Typed
from registry.kernel.db.records import Record

SourceDate = Annotated[date, Meta(title="资料日期")]
FOUND_AT_MOST: Final = 50


def context(person_id: UUID, kind: str) -> str:
    """What a person's number is sealed for."""
    return f"person_identifier.ciphertext/{person_id}/{kind}"


def tail_label(kind: str) -> str:
    """The kind of the keyed hash over the last four characters."""
    return f"{kind}.tail"


class NewIdentifier(Record, frozen=True, kw_only=True):
    """A row to be written; binary columns as PostgreSQL's hex text."""

    county_code: str
    person_id: UUID
    kind: NumberKind
    village_code: str
    household_id: UUID
    ciphertext: str
    key_version: int
    lookup: str
    tail: str
    mask: str


class Identifier(Struct, frozen=True, kw_only=True):
    """A number as shown: masked."""

    county_code: str
    person_id: UUID
    household_id: UUID
    kind: NumberKind
    mask: str
    source_date: date | None
    version: int
    updated_at: datetime
    updated_by: str


class SealedIdentifier(Identifier, frozen=True, kw_only=True):
    """A number as stored."""

    village_code: str
    ciphertext: bytes
    key_version: int
    lookup: bytes


class IdentifierIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number as it stands on the card or in the roster."""

    value: Typed
    source_date: SourceDate | None = None


class RevealIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the whole number is needed."""

    reason: Reason


class Revealed(Struct, frozen=True, kw_only=True):
    """The whole number, shown once."""

    kind: NumberKind
    value: str


class FindIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole number to look for; it travels in the body only."""

    kind: Annotated[NumberKind, Meta(title="号码种类")]
    value: Typed


class Bearer(Struct, frozen=True, kw_only=True):
    """A person with the number that was looked for. number: of the household; left_on: the last day there."""

    county_code: str
    person_id: UUID
    household_id: UUID
    village_code: str
    kind: NumberKind
    mask: str
    name: str
    is_head: bool
    left_on: date | None
    number: str
