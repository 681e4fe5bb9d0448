"""Shapes of a summary: the rows it is made of and what is answered. The indicators are `indicators.py`'s."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import Meta, Struct

from registry.divisions.model import Places
from registry.kernel import money
from registry.kernel.text.periods import Period
from registry.summaries.indicators import NO_INCOME, Counts, Indicator

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


class Question(Struct, frozen=True, kw_only=True):
    """What the statement is asked beside place and days. by_area, covers_crop: kinds. year: None for a period
    that is no year. members: the place, or those of an area. gains: whether to list the households' gains."""

    by: By | None
    role: str | None
    period: str
    today: date
    by_area: Sequence[str]
    covers_crop: Sequence[str]
    year: int | None
    members: Sequence[str]
    fulfilled_share: Decimal
    gains: bool


class Sums(Struct, frozen=True, kw_only=True):
    """What the lines recognised in the period come to: all of them (`key` None), or those of a village,
    organisation, product, kind or tag. The figures are those of `Totals` and `Counts`; `gains`: one per
    household, rising, only of all and only where asked for."""

    key: str | None = None
    households_with_result: int = 0
    complete: int = 0
    provisional: int = 0
    incomplete: int = 0
    stale: int = 0
    receipts: Decimal = money.ZERO
    cash_gain: Decimal = money.ZERO
    labour_adjusted_gain: Decimal = money.ZERO
    labour_households: int = 0
    income: tuple[Decimal, ...] = NO_INCOME
    mu_gain: Decimal = money.ZERO
    mu_area: Decimal = money.ZERO
    mu_lines: int = 0
    person_gain: Decimal = money.ZERO
    persons: int = 0
    person_households: int = 0
    person_income: tuple[Decimal, ...] = NO_INCOME
    quantity_delivered: Decimal = money.ZERO
    quantity_planned: Decimal = money.ZERO
    quantity_lines: int = 0
    gain_households: int = 0
    gain_total: Decimal = money.ZERO
    gain_lower_40: Decimal = money.ZERO
    gain_p10: Decimal | None = None
    gain_p50: Decimal | None = None
    gain_p90: Decimal | None = None
    households_losing: int = 0
    gains: list[Decimal] = []


class Linked(Struct, frozen=True, kw_only=True):
    """What valid annex lines come to, all of them or by key. `annex_area`: mu of the lines that say one, None
    without any."""

    key: str | None = None
    households_linked: int = 0
    participations: int = 0
    annex_area: Decimal | None = None


class Registered(Struct, frozen=True, kw_only=True):
    """Households registered on any day of the period: all (`key` None), or of a village or with a tag."""

    key: str | None
    households_registered: int


class Due(Struct, frozen=True, kw_only=True):
    """Contracts whose last day is in the period, all of them or by key."""

    key: str | None = None
    contracts_due: int = 0
    contracts_fulfilled: int = 0


class OfficialCount(Struct, frozen=True, kw_only=True):
    division_code: str
    households: int


class ContractedArea(Struct, frozen=True, kw_only=True):
    """Annex area of the lines for the seasons of a year: of a village (`key` None), or of a row."""

    key: str | None
    village_code: str | None
    crop_code: str
    lines: int
    area_mu: Decimal


class CropArea(Struct, frozen=True, kw_only=True):
    """Area under contract, by how many lines, and planted area of the same crops, mu; None: not recorded."""

    contracted: Decimal | None
    planted: Decimal | None
    lines: int


class PlantedArea(Struct, frozen=True, kw_only=True):
    division_code: str
    crop_code: str
    area_mu: Decimal


class Label(Struct, frozen=True, kw_only=True):
    key: str
    label: str


class FactRows(Struct, frozen=True, kw_only=True):
    """Everything a summary is made of, as the database adds it up."""

    results: list[Sums]
    linked: list[Linked]
    registered: list[Registered]
    due: list[Due]
    official: list[OfficialCount]
    contracted: list[ContractedArea]
    planted: list[PlantedArea]
    labels: list[Label]


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
