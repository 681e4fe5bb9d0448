"""Shapes of a summary: the rows it is made of and what is answered. The indicators are `indicators.py`'s."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from registry.divisions.model import Places
from registry.kernel.text.periods import Period
from registry.summaries.indicators import Counts, Indicator

By: TypeAlias = Literal["village", "organization", "product", "kind", "tag"]
Role: TypeAlias = Annotated[str, Meta(pattern="^[a-z_]{1,30}$", examples=["buyer"])]
NONE: Final = "none"
NOTES: Final = {
    "village": "各村相加：在几个村参与的农户，合计只算一户。",
    "organization": "同一农户可能与几个组织联结，各行户数相加大于合计。",
    "product": "同一农户可能交售几种产品，各行户数相加大于合计。",
    "kind": "同一农户可能有几种联结方式，各行户数相加大于合计。",
    "tag": "同一农户可能有几种身份，各行户数相加大于合计。",
}


class Asked(Struct, frozen=True, kw_only=True):
    """A summary to make: of which place and period, as on which day, split by what."""

    place: Places
    period: Period
    today: date
    by: By | None = None
    role: str | None = None


class LineFact(Struct, frozen=True, kw_only=True):
    """A line, as far as sums go. `household_key`: the household, counted once wherever it joined."""

    village_code: str
    household_id: UUID
    household_key: UUID
    contract_id: UUID
    payer_id: UUID | None
    product_code: str | None
    kind: str
    recognised_on: date
    state: str
    receipts: Decimal | None
    cash_gain: Decimal | None
    labour_adjusted_gain: Decimal | None
    income_wage: Decimal | None
    income_business: Decimal | None
    income_property: Decimal | None
    income_transfer: Decimal | None
    area_mu: Decimal | None
    planned_kg: Decimal | None
    delivered_kg: Decimal
    stale: bool


class Linked(Struct, frozen=True, kw_only=True):
    """What valid annex lines come to: all of them (`key` None), or those of a village, organisation, product,
    kind or tag. `area_mu`: of the lines that say one, None without any."""

    key: str | None
    households: int
    lines: int
    area_mu: Decimal | None


class VillageCount(Struct, frozen=True, kw_only=True):
    village_code: str
    households: int


class Residents(Struct, frozen=True, kw_only=True):
    household_id: UUID
    resident: int


class HouseholdTag(Struct, frozen=True, kw_only=True):
    household_id: UUID
    tag_code: str
    label: str


class DueContract(Struct, frozen=True, kw_only=True):
    """A contract whose last day is in the period. `delivered_kg`: of the lines with a planned quantity;
    `keys`: the rows it belongs to."""

    contract_id: UUID
    completed: bool
    planned_kg: Decimal | None
    delivered_kg: Decimal
    keys: tuple[str, ...]


class OfficialCount(Struct, frozen=True, kw_only=True):
    division_code: str
    households: int


class ContractedArea(Struct, frozen=True, kw_only=True):
    """Annex area of a village's lines for the seasons of a year, by product."""

    village_code: str
    product_code: str
    crop_code: str
    lines: int
    area_mu: Decimal


class CropArea(Struct, frozen=True, kw_only=True):
    """Area under contract, by how many lines, and planted area of the same crops, mu; None: not recorded."""

    contracted: Decimal
    planted: Decimal | None
    lines: int


class PlantedArea(Struct, frozen=True, kw_only=True):
    division_code: str
    crop_code: str
    area_mu: Decimal


class ContractOrganization(Struct, frozen=True, kw_only=True):
    contract_id: UUID
    organization_id: UUID


class Label(Struct, frozen=True, kw_only=True):
    key: str
    label: str


class YearRow(Struct, frozen=True, kw_only=True):
    year: int


class Row(Struct, frozen=True, kw_only=True):
    """One village, organisation, product, kind or tag."""

    key: str
    label: str
    indicators: dict[str, Indicator]
    counts: Counts


class Summary(Struct, frozen=True, kw_only=True):
    """Indicators of a place and period with numerator, denominator, unit and n; an unknown value is null.

    `as_of`: the day of the report. `successors`: who took over, where the code is obsolete.
    """

    division: str
    name: str
    period: str
    as_of: date
    successors: tuple[str, ...]
    indicators: dict[str, Indicator]
    counts: Counts
    by: By | None
    note: str | None
    rows: list[Row]


class Report(Struct, frozen=True, kw_only=True):
    """A summary with the gains of its households, for pictures of their distribution."""

    summary: Summary
    gains: list[Decimal]


class LongRow(Struct, frozen=True, kw_only=True):
    """One figure of the long form (`shape=long`), with the counts beside it."""

    division: str
    period: str
    key: str
    label: str
    indicator: str
    value: Any
    unit: str
    numerator: Any
    denominator: Any
    n: int
    incomplete: int
    provisional: int
    stale: int
