"""A household, its members, headcounts and tags as stored and shown. What clients send is inputs.py, land is
land_model.py, yearly figures are yearly_model.py, the roster of an import is roster.py."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Meta

from registry.kernel.db.records import Record
from registry.kernel.types import ShortText

StoredEnd: TypeAlias = Literal["split", "merged", "moved", "transferred", "ended"]
HouseholdNumber: TypeAlias = Annotated[ShortText, Meta(title="户号", examples=["012"], extra={"fold": True})]
PersonName: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=50,
        pattern=r"^[^\x00-\x20\x7f\u3000,，;；、/0-9０-９][^\x00-\x1f\x7f,，;；、/0-9０-９]*$",
        title="姓名",
        examples=["示例户甲"],
        extra={
            "say": "一格只写一个人的姓名，不含数字和分隔符；不要填身份证号、电话或银行账号",
            "say_en": "the name of one person; numbers of ID cards, phones or banks are not kept",
        },
    ),
]
"""A person's name only: digits are refused, so that no ID, phone or bank number slips in."""

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")


def clean_name(name: str) -> str:
    """A Chinese name without the blanks rosters pad it with (张　三); other names keep single blanks."""
    return "".join(name.split()) if _HAN.search(name) else " ".join(name.split())


class HouseholdRow(Record, frozen=True, kw_only=True):
    """A household as stored. `number` is unique in its village, also after the household has ended.

    `contracted_mu`: contracted land in mu; `home_*`: its record in its own village if it joined here.
    """

    county_code: str
    household_id: UUID
    village_code: str
    group_name: str | None = None
    number: str
    contracted_mu: Decimal | None = None
    contracted_until: date | None = None
    extension_signed: bool | None = None
    valid_from: date
    valid_to: date | None = None
    end_kind: StoredEnd | None = None
    home_county_code: str | None = None
    home_household_id: UUID | None = None


class PersonRow(Record, frozen=True, kw_only=True):
    """A person of a household. `search_key`: the name in pinyin, for searching."""

    county_code: str
    person_id: UUID
    village_code: str
    household_id: UUID
    name: str
    search_key: str
    is_head: bool
    relation: str | None = None
    valid_from: date
    valid_to: date | None = None


class HeadcountRow(msgspec.Struct, frozen=True, kw_only=True):
    """Persons counted on a day; a correction supersedes the row, nothing is updated in place."""

    county_code: str
    headcount_id: UUID
    village_code: str
    household_id: UUID
    counted_on: date
    registered: int | None = None
    resident: int | None = None
    labour: int | None = None
    recorded_at: datetime
    superseded_at: datetime | None = None
    created_by: str
    source: str
    source_date: date | None = None
    import_batch_id: UUID | None = None


class HouseholdTagRow(msgspec.Struct, frozen=True, kw_only=True):
    """A tag of a household with its days; ending it supersedes the row by one with a last day."""

    county_code: str
    household_tag_id: UUID
    village_code: str
    household_id: UUID
    tag_code: str
    valid_from: date
    valid_to: date | None = None
    recorded_at: datetime
    superseded_at: datetime | None = None
    created_by: str
    source: str
    source_date: date | None = None
    import_batch_id: UUID | None = None


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A person as shown with its household."""

    person_id: UUID
    name: str
    is_head: bool
    relation: str | None
    valid_from: date
    valid_to: date | None
    version: int


class Headcount(msgspec.Struct, frozen=True, kw_only=True):
    """The latest count up to the day asked for."""

    counted_on: date
    registered: int | None
    resident: int | None
    labour: int | None


class TagLabel(msgspec.Struct, frozen=True, kw_only=True):
    """A tag that holds on the day asked for."""

    household_tag_id: UUID
    tag_code: str
    label: str
    valid_from: date
    valid_to: date | None


class Household(HouseholdRow, frozen=True, kw_only=True):
    """A household with what belongs to its record. Its version also rises when members, headcounts or tags
    change, because they are part of the answer its ETag stands for."""

    head_name: str | None
    members: tuple[Member, ...]
    headcount: Headcount | None
    tags: tuple[TagLabel, ...]


class HouseholdItem(msgspec.Struct, frozen=True, kw_only=True):
    """A household in a list, and what other features show of it. Counts as on the day asked for."""

    county_code: str
    household_id: UUID
    village_code: str
    number: str
    group_name: str | None
    head_name: str | None
    contracted_mu: Decimal | None
    contracted_until: date | None
    extension_signed: bool | None
    registered: int | None
    resident: int | None
    labour: int | None
    tags: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    version: int
    updated_at: datetime


class HouseholdFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list shows. `search`: part of a member's name, pinyin initials or full, or the number's start;
    `tails`: keyed hashes of the last four characters of a member's ID, as another way to find the same.

    `valid_on`: only households that exist that day (None: ended ones too); `day`: the day tags and
    counts are asked for.
    """

    day: date
    division: str | None = None
    search: str | None = None
    tails: tuple[bytes, ...] = ()
    tag: str | None = None
    valid_on: date | None = None
    updated_since: datetime | None = None


class PlaceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A division as a root record sees it; `writable`: the caller may register there."""

    division_code: str
    name: str
    level: str
    valid_from: date
    valid_to: date | None
    writable: bool


class KnownTag(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the code list of tags."""

    tag_code: str
    label: str
    valid_from: date
    valid_to: date | None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A household that a number or a name may mean. `names`: its current members."""

    county_code: str
    household_id: UUID
    village_code: str
    number: str
    contracted_mu: Decimal | None
    valid_to: date | None
    head_name: str | None
    names: tuple[str, ...]


class HouseholdReference(msgspec.Struct, frozen=True, kw_only=True):
    """A household someone names by its number, by a person's name, or by both."""

    village_code: str
    number: str | None = None
    name: str | None = None
