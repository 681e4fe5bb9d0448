"""Shapes of the rows a recomputation reads and the lines it stores. What they mean is `model.py`'s."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from registry.contracts.kinds import Terms
from registry.gains.model import Basis, CostClass, IncomeClass, Input, Method, RowUse
from registry.reference.model import Season
from registry.reference.returns import LabourPrice, ReferenceRow


class AnnexLineRow(Struct, frozen=True, kw_only=True):
    """An annex line whose component pays the household. `ends_on`: the contract's effective last day.
    `seasonless`: no season of its product reaches into the term."""

    county_code: str
    participant_id: UUID
    village_code: str
    household_id: UUID
    contract_id: UUID
    component_id: UUID
    title: str
    kind: str
    component_number: int
    product_code: str | None
    crop_code: str | None
    signed_on: date
    starts_on: date
    ends_on: date
    seasonless: bool
    payer_id: UUID | None


class HouseholdRow(Struct, frozen=True, kw_only=True):
    county_code: str
    village_code: str
    household_id: UUID


class AnnexVersionRow(Struct, frozen=True, kw_only=True):
    participant_id: UUID
    version_no: int
    effective_on: date | None
    area_mu: Decimal | None
    planned_kg: Decimal | None
    method: Method | None
    base_year: int | None
    own_days: Decimal | None
    withdrawn: bool


class TermsRow(Struct, frozen=True, kw_only=True):
    component_id: UUID
    terms: Terms


class DeliveryRow(Struct, frozen=True, kw_only=True):
    """A household's delivery, or its share of one, at one component's price row."""

    delivery_id: UUID
    contract_id: UUID
    component_id: UUID
    season_id: UUID
    household_id: UUID
    day: date
    grade_code: str | None
    product_code: str
    ticket_number: str | None
    net_kg: Decimal
    unit_price: Decimal | None
    market_price: Decimal | None
    amount: Decimal | None
    missing: str | None
    allocation_id: UUID | None


class EntryRow(Struct, frozen=True, kw_only=True):
    entry_id: UUID
    contract_id: UUID
    component_id: UUID | None
    participant_id: UUID | None
    household_id: UUID
    season_id: UUID | None
    day: date
    kind: str
    amount: Decimal
    item: str | None
    cost_class: CostClass | None
    local_market_value: Decimal | None


class CostRow(Struct, frozen=True, kw_only=True):
    cost_record_id: UUID
    participant_id: UUID
    season_id: UUID
    day: date
    cost_class: CostClass
    item: str
    amount: Decimal


class CompletionRow(Struct, frozen=True, kw_only=True):
    participant_id: UUID
    season_id: UUID
    cost_class: CostClass


class OwnSaleRow(Struct, frozen=True, kw_only=True):
    own_sale_id: UUID
    participant_id: UUID
    season_id: UUID
    day: date
    net_kg: Decimal
    amount: Decimal


class LandUseRow(Struct, frozen=True, kw_only=True):
    participant_id: UUID
    land_use_id: UUID
    area_mu: Decimal
    season_id: UUID | None
    use_from: date | None
    use_to: date | None
    displaced_crops: tuple[str, ...]
    rented_in: bool
    rent_either_way: bool
    rent_paid: Decimal | None


class HistoryRow(Struct, frozen=True, kw_only=True):
    household_id: UUID
    crop_code: str
    year: int
    area_mu: Decimal
    cash_income: Decimal
    own_days: Decimal | None
    evidence: str


class PinRow(Struct, frozen=True, kw_only=True):
    contract_id: UUID
    participant_id: UUID | None
    crop_code: str
    reference_return_id: UUID
    reason: str
    created_by: str


class QuoteRow(Struct, frozen=True, kw_only=True):
    market_price_id: UUID
    product_code: str
    division_code: str
    grade_code: str | None
    day: date
    price: Decimal


class IndexRow(Struct, frozen=True, kw_only=True):
    division_code: str
    year: int
    value: Decimal


class RuralIncomeRow(Struct, frozen=True, kw_only=True):
    division_code: str
    year: int
    income_per_person: Decimal
    source_text: str


class IncomeRow(Struct, frozen=True, kw_only=True):
    household_id: UUID
    year: int
    amount: Decimal
    source_text: str


class ResidentsRow(Struct, frozen=True, kw_only=True):
    household_id: UUID
    counted_on: date
    resident: int | None


class LineFields(Struct, frozen=True, kw_only=True):
    """What a line is and what it comes to, as stored and as shown (yuan, kg, mu)."""

    gain_line_id: UUID
    village_code: str
    household_id: UUID
    contract_id: UUID
    component_id: UUID
    participant_id: UUID
    season_id: UUID | None
    kind: str
    method: str | None
    product_code: str | None
    year: int
    recognised_on: date
    state: str
    missing: tuple[str, ...]
    promised: Decimal | None
    receipts: Decimal | None
    payable: Decimal | None
    cash_gain: Decimal | None
    labour_adjusted_gain: Decimal | None
    labour_missing: tuple[str, ...]
    area_mu: Decimal | None
    planned_kg: Decimal | None
    delivered_kg: Decimal
    yield_effect: Decimal | None
    cost_effect: Decimal | None
    price_effect: Decimal | None
    planning: bool
    reference_rows: tuple[RowUse, ...]
    formula_version: str


class LineRow(LineFields, frozen=True, kw_only=True):
    """A computed line, column for column; `stale` marks and times are kept beside it."""

    county_code: str
    line_key: str
    crop_code: str | None
    payer_id: UUID | None
    period_from: date
    period_to: date
    income_wage: Decimal | None
    income_business: Decimal | None
    income_property: Decimal | None
    income_transfer: Decimal | None


class CurrentLineRow(LineRow, frozen=True, kw_only=True):
    """A stored line; `stale_since`: a recomputation is queued."""

    stale_since: datetime | None


class NewLineRow(LineRow, frozen=True, kw_only=True):
    recorded_at: datetime
    created_by: str


class PartRow(Struct, frozen=True, kw_only=True):
    gain_line_id: UUID
    position: int
    part: str
    income_class: IncomeClass
    basis: Basis
    amount: Decimal
    rule: str
    source_text: str
    inputs: tuple[Input, ...]


class NewPartRow(PartRow, frozen=True, kw_only=True):
    county_code: str
    gain_part_id: UUID
    village_code: str


class PeriodKey(Struct, frozen=True, kw_only=True):
    """A household, and a year, quarter or month as in an address."""

    household_id: UUID
    period: str


class PeriodRow(PeriodKey, frozen=True, kw_only=True):
    """What the lines come to that a household has recognised in a period (yuan, mu, kg)."""

    county_code: str
    village_code: str
    recognised_from: date
    recognised_to: date
    complete: int
    incomplete: int
    receipts: Decimal
    cash_gain: Decimal
    labour_adjusted_gain: Decimal
    labour_lines: int
    income_wage: Decimal
    income_business: Decimal
    income_property: Decimal
    income_transfer: Decimal
    mu_gain: Decimal
    mu_area: Decimal
    mu_lines: int
    delivered_kg: Decimal
    planned_kg: Decimal
    planned_lines: int
    residents: int | None


class BaselineRow(Struct, frozen=True, kw_only=True):
    county_code: str
    gain_baseline_id: UUID
    village_code: str
    household_id: UUID
    year: int
    amount: Decimal | None
    basis: str
    source_text: str


class NewBaselineRow(BaselineRow, frozen=True, kw_only=True):
    recorded_at: datetime


class FactRows(Struct, frozen=True, kw_only=True):
    """What the lines of some households and a year rest on, as it was stored, and the lines themselves."""

    lines: list[AnnexLineRow]
    seasons: list[Season]
    versions: list[AnnexVersionRow]
    terms: list[TermsRow]
    deliveries: list[DeliveryRow]
    entries: list[EntryRow]
    costs: list[CostRow]
    completions: list[CompletionRow]
    own_sales: list[OwnSaleRow]
    land_uses: list[LandUseRow]
    history: list[HistoryRow]
    pins: list[PinRow]
    reference: list[ReferenceRow]
    labour_prices: list[LabourPrice]
    indices: list[IndexRow]
    quotes: list[QuoteRow]
    rural_incomes: list[RuralIncomeRow]
    incomes: list[IncomeRow]
    residents: list[ResidentsRow]
    baselines: list[BaselineRow]
    current: list[CurrentLineRow]
    periods: list[PeriodRow]
    parts: list[PartRow]
