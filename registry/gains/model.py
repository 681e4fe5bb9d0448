"""What the gain formula takes and gives: facts of one order line, its parts, the line. No arithmetic.

Amounts in yuan, weights in kg, areas in mu, all Decimal. A figure that is unknown is None, never 0.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final, Literal, get_args
from uuid import UUID

from msgspec import Struct

from registry.reference.returns import Deflator, LabourPrice, UsedRow

FORMULA_VERSION: Final = "1"

Method = Literal["replaced_crop", "price_premium", "own_history"]
CostClass = Literal["materials_services", "hired_labour", "land_rent"]
EntryKind = Literal["fee", "penalty_paid", "penalty_received", "indemnity"]
Basis = Literal["cash", "labour"]
IncomeClass = Literal["wage", "business", "property", "transfer"]
INCOME_CLASSES: Final[tuple[IncomeClass, ...]] = get_args(IncomeClass)
COST_CLASSES: Final[tuple[CostClass, ...]] = get_args(CostClass)
ENTRY_KINDS: Final[tuple[EntryKind, ...]] = get_args(EntryKind)

RECEIPT_PARTS: Final = frozenset({"delivery", "own_sale", "penalty_received", "indemnity"})
"""Positive parts owed or paid by others (gains.md 2)."""
PAYABLE_PARTS: Final = RECEIPT_PARTS - {"own_sale"}
"""Receipts owed under the contract."""


class DeliveryFact(Struct, frozen=True, kw_only=True):
    """A valid delivery, or the household's share of an allocated one, at the price row whose payee is the
    household. `unit_price` None: unpriced. `market_price`: same product, grade and day (`price_premium`)."""

    delivery_id: UUID
    day: date
    kg: Decimal
    unit_price: Decimal | None
    market_price: Decimal | None = None
    grade_code: str | None = None


class OwnSaleFact(Struct, frozen=True, kw_only=True):
    """What the household declares as sold elsewhere from the annex area; 0 kg: nothing was sold."""

    own_sale_id: UUID
    day: date
    kg: Decimal
    amount: Decimal


class CostFact(Struct, frozen=True, kw_only=True):
    """A cost record, or an input advance (`advanced`), which is its own cost record: `amount` is then the
    price charged and `market_value` what the inputs cost locally."""

    record_id: UUID
    cost_class: CostClass
    item: str
    amount: Decimal
    advanced: bool = False
    market_value: Decimal | None = None


class EntryFact(Struct, frozen=True, kw_only=True):
    """A dated amount of the line: `fee` and `penalty_paid` are paid by the household, the rest received."""

    entry_id: UUID
    kind: EntryKind
    day: date
    amount: Decimal


class LineRef(Struct, frozen=True, kw_only=True):
    """Another line of the household: on which a land use is charged. `label` is for people."""

    participant_id: UUID
    line_key: str
    label: str
    incomplete: bool = False


class LandUseFact(Struct, frozen=True, kw_only=True):
    """A land use of the line: what its area would otherwise have carried.

    `crops` empty: idle. `rows`: the rows found for them. `days_used` / `days_in_year`: land held by days;
    None for a season. `rent_paid`: for that season or those days. `charged_in`: None: charged on this line.
    """

    land_use_id: UUID
    area_mu: Decimal
    crops: tuple[str, ...] = ()
    rows: tuple[UsedRow, ...] = ()
    days_used: int | None = None
    days_in_year: int | None = None
    rented_in: bool = False
    rent_either_way: bool = False
    rent_paid: Decimal | None = None
    charged_in: LineRef | None = None


class HistoryFact(Struct, frozen=True, kw_only=True):
    """Own history of a crop in the base year: cash income (yuan) and own days on `area_mu`; the deflator
    leads to the line's year. share: of the line's land that would have carried the crop, 1 for each crop of a
    rotation."""

    crop_code: str
    year: int
    area_mu: Decimal
    cash_income: Decimal
    own_days: Decimal | None
    deflator: Deflator
    share: Decimal = Decimal(1)


class OrderFacts(Struct, frozen=True, kw_only=True):
    """All facts of one annex line of an `order` component in one season. `area_mu` is the annex line's.

    `promised_*` are as first signed. `cost_row`: the reference row of `crop_code`, the crop
    of the product. `complete_classes`: cost classes whose records of the season are complete.
    `history_missing`: crops without a record of the base year.
    """

    method: Method
    year: int
    crop_code: str
    area_mu: Decimal | None
    planned_kg: Decimal | None = None
    promised_area: Decimal | None = None
    promised_kg: Decimal | None = None
    promised_price: Decimal | None = None
    promised_premium: Decimal | None = None
    deliveries: tuple[DeliveryFact, ...] = ()
    own_sales: tuple[OwnSaleFact, ...] = ()
    costs: tuple[CostFact, ...] = ()
    complete_classes: frozenset[CostClass] = frozenset()
    entries: tuple[EntryFact, ...] = ()
    land_uses: tuple[LandUseFact, ...] = ()
    cost_row: UsedRow | None = None
    own_days: Decimal | None = None
    history: tuple[HistoryFact, ...] = ()
    history_missing: tuple[str, ...] = ()
    labour_price: LabourPrice | None = None


class Input(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One input of a part: a named value, its unit, the record it comes from (kind, id)."""

    name: str
    value: str
    unit: str = ""
    record: str = ""
    record_id: str = ""


class Part(Struct, frozen=True, kw_only=True):
    """A signed summand of a line, rounded once to 0.01 yuan."""

    part: str
    amount: Decimal
    rule: str
    source: str
    basis: Basis = "cash"
    income_class: IncomeClass = "business"
    inputs: tuple[Input, ...] = ()


class Piece(Struct, frozen=True, kw_only=True):
    """What one rule gives: parts, and what it misses: for the cash gain, or only for the labour-adjusted."""

    parts: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()
    labour_missing: tuple[str, ...] = ()


class RowUse(Struct, frozen=True, kw_only=True):
    """A reference row named in a result. `role`: displaced, cost, or promised (in the promise only)."""

    role: str
    reference_return_id: UUID
    crop_code: str
    crop_name: str
    division_code: str
    year: int
    gap_years: int
    quality: str
    source_text: str
    pinned: bool
    reason: str | None


class Effects(Struct, frozen=True, kw_only=True):
    """The gain of the same crop split in three (Bennet); they add up to the cash gain."""

    yield_effect: Decimal
    cost_effect: Decimal
    price_effect: Decimal


class Line(Struct, frozen=True, kw_only=True):
    """A gain line as stored: fields named like the columns of `gain_line`, parts like those of `gain_part`.

    `cash_gain` is the sum of the parts of basis "cash", `labour_adjusted_gain` of all parts.
    """

    state: Literal["complete", "incomplete"]
    missing: tuple[str, ...]
    promised: Decimal | None
    receipts: Decimal | None
    payable: Decimal | None
    cash_gain: Decimal | None
    labour_adjusted_gain: Decimal | None
    labour_missing: tuple[str, ...]
    parts: tuple[Part, ...]
    area_mu: Decimal | None
    planned_kg: Decimal | None
    delivered_kg: Decimal
    yield_effect: Decimal | None
    cost_effect: Decimal | None
    price_effect: Decimal | None
    reference_rows: tuple[RowUse, ...]
    planning: bool
    formula_version: str


def joined(pieces: Iterable[Piece]) -> Piece:
    """Pieces as one: parts in order, each gap named once, sorted."""
    pieces = tuple(pieces)
    return Piece(
        parts=tuple(part for piece in pieces for part in piece.parts),
        missing=tuple(sorted({gap for piece in pieces for gap in piece.missing})),
        labour_missing=tuple(sorted({gap for piece in pieces for gap in piece.labour_missing})),
    )


def number(name: str, value: Decimal, unit: str = "") -> Input:
    """A named decimal of a part's inputs."""
    return Input(name=name, value=f"{value:f}", unit=unit)


def record(kind: str, record_id: object, value: object, name: str = "", unit: str = "") -> Input:
    """A record, named by its kind unless the value has a name of its own."""
    return Input(name=name or kind, value=str(value), unit=unit, record=kind, record_id=str(record_id))


def row_input(used: UsedRow, name: str, value: Decimal, unit: str = "元/亩") -> Input:
    """A value per mu taken from a reference row."""
    return record("reference_return", used.row.reference_return_id, f"{value:f}", name, unit)


def row_source(used: UsedRow) -> str:
    """The reference row as a source for people: crop, year, publication; a pinned one that was not used."""
    passed_over = f"（{used.reason}）" if used.reason and not used.pinned else ""
    return f"{used.row.crop_name} {used.row.year}：{used.row.source_text}{passed_over}"
