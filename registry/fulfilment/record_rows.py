"""The rows amounts, cost records, completions and own sales are stored as."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from registry.kernel.db.records import Record


class NewEntry(Record, frozen=True, kw_only=True):
    """A row of `entry`, in yuan."""

    county_code: str
    entry_id: UUID
    village_code: str
    contract_id: UUID
    component_id: UUID | None
    participant_id: UUID | None
    household_id: UUID | None
    organization_id: UUID | None
    season_id: UUID | None
    day: date
    kind: str
    amount: Decimal
    item: str | None
    cost_class: str | None
    local_market_value: Decimal | None
    note: str | None


class NewCostRecord(Record, frozen=True, kw_only=True):
    """A row of `cost_record`, in yuan."""

    county_code: str
    cost_record_id: UUID
    village_code: str
    participant_id: UUID
    household_id: UUID
    season_id: UUID
    day: date
    cost_class: str
    item: str
    amount: Decimal
    evidence: str | None


class NewOwnSale(Record, frozen=True, kw_only=True):
    """A row of `own_sale`, in kg and yuan."""

    county_code: str
    own_sale_id: UUID
    village_code: str
    participant_id: UUID
    household_id: UUID
    season_id: UUID
    product_code: str
    day: date
    net_kg: Decimal
    amount: Decimal
    note: str | None


class NewCompletion(Record, frozen=True, kw_only=True):
    """A row of `cost_completion`."""

    county_code: str
    participant_id: UUID
    season_id: UUID
    cost_class: str
    village_code: str
    complete: bool
