"""Shapes in which lines are shown: the list, one line with its parts, and the tree that explains it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from msgspec import Struct

from registry.divisions.model import Places
from registry.gains.flags import BaselineBasis
from registry.gains.model import Basis, IncomeClass
from registry.gains.rows import LineFields, LineRow, PartRow
from registry.kernel.money import WeightUnit
from registry.kernel.text.periods import Period


class StoredLine(LineRow, frozen=True, kw_only=True):
    """A stored line with its marks and times."""

    stale_since: datetime | None
    recorded_at: datetime
    superseded_at: datetime | None


class LineFilter(Struct, frozen=True, kw_only=True):
    """What a list of lines is narrowed by; `period`: lines recognised in it."""

    division: str | None = None
    period: Period | None = None
    household_id: UUID | None = None
    contract_id: UUID | None = None
    state: str | None = None
    after: UUID | None = None


class YearLineRow(Struct, frozen=True, kw_only=True):
    household_id: UUID
    year: int
    recognised_on: date
    cash_gain: Decimal | None


class YearBaselineRow(Struct, frozen=True, kw_only=True):
    household_id: UUID
    year: int
    amount: Decimal | None
    basis: Literal["recorded", "average", "unknown"]
    source_text: str


class GainPart(Struct, frozen=True, kw_only=True):
    """A signed summand in yuan; `rule` and `source` say how and from what it was computed."""

    part: str
    income_class: IncomeClass
    basis: Basis
    amount: Decimal
    rule: str
    source: str


class GainLine(LineFields, frozen=True, kw_only=True):
    """What an annex line gained in a season (yuan, kg, mu). An unknown figure is null, never 0.

    `provisional`: not recognised yet on the day asked. `flags`: of the household's whole year;
    `baseline`: what it was held against (recorded income, an average, or unknown: not checked).
    """

    provisional: bool
    stale: bool
    missing_text: tuple[str, ...]
    paid_gain: Decimal | None
    cash_gain_per_mu: Decimal | None
    flags: tuple[str, ...]
    baseline: BaselineBasis
    parts: tuple[GainPart, ...]
    recorded_at: datetime
    superseded_at: datetime | None


class Node(Struct, frozen=True, kw_only=True):
    """A figure and what it was made of, down to the record it stands in."""

    label: str
    value: str | None
    unit: str = ""
    rule: str | None = None
    source: str | None = None
    record: str | None = None
    record_id: str | None = None
    href: str | None = None
    children: tuple["Node", ...] = ()


class Explanation(Struct, frozen=True, kw_only=True):
    """How a line came about: the cash gain, and what the household's own labour changes."""

    gain_line_id: UUID
    state: str
    missing_text: tuple[str, ...]
    formula_version: str
    superseded_at: datetime | None
    cash_gain: Node
    labour_adjusted_gain: Node


class TicketRow(Struct, frozen=True, kw_only=True):
    delivery_id: UUID
    ticket_number: str | None
    day: date
    typed_unit: WeightUnit
    gross: Decimal
    tare: Decimal
    deduction_percent: Decimal
    deduction_weight: Decimal
    net_kg: Decimal
    grade_code: str | None
    operator: str | None
    voided_at: datetime | None


class SourceRow(Struct, frozen=True, kw_only=True):
    reference_return_id: UUID
    crop_name: str
    division_code: str
    division_name: str
    year: int
    quality: str
    source_text: str


class CropName(Struct, frozen=True, kw_only=True):
    crop_code: str
    name: str


class LineNames(Struct, frozen=True, kw_only=True):
    gain_line_id: UUID
    title: str
    number: str | None
    product_name: str | None
    season_name: str | None
    payer_name: str | None


class AccountFacts(Struct, frozen=True, kw_only=True):
    """What a household's account is made of: its current lines of all years and what they name."""

    village_name: str
    lines: list[StoredLine]
    parts: list[PartRow]
    names: list[LineNames]
    tickets: list[TicketRow]
    baselines: list[YearBaselineRow]
    crops: list[CropName]


class GainRow(Struct, frozen=True, kw_only=True):
    """A line in a list, with the household and contract it belongs to; `total`: rows of the whole list."""

    gain_line_id: UUID
    village_code: str
    village_name: str
    household_id: UUID
    number: str
    head_name: str | None
    contract_id: UUID
    title: str
    product_name: str | None
    year: int
    recognised_on: date
    state: str
    missing: tuple[str, ...]
    receipts: Decimal | None
    cash_gain: Decimal | None
    labour_adjusted_gain: Decimal | None
    area_mu: Decimal | None
    planning: bool
    stale: bool
    total: int


class Listed(Struct, frozen=True, kw_only=True):
    """A page of lines of a place and period."""

    place: Places
    period: Period
    today: date
    only: str | None
    limit: int
    offset: int


class YearOnly(Struct, frozen=True, kw_only=True):
    year: int


class PlaceOnly(Struct, frozen=True, kw_only=True):
    division_code: str
