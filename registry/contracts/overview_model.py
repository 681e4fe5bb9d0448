"""Rows of lists and of what belongs to a contract: list item, versions, sums of the annex, pinned rows."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from registry.contracts.model import Filing, Lifetime


class ContractItem(Lifetime, frozen=True, kw_only=True):
    """A contract in a list, with what its annex adds up to (latest version; withdrawn lines left out)."""

    county_code: str
    contract_id: UUID
    village_code: str
    village_name: str
    framework_id: UUID | None
    title: str
    number: str | None
    number_year: int | None
    buyer_id: UUID | None
    buyer_name: str | None
    cancelled_on: date | None
    filing_state: Filing
    version: int
    created_at: datetime
    updated_at: datetime
    product_codes: list[str]
    product_names: list[str]
    kinds: list[str]
    participants: int
    households: int
    area_mu: Decimal | None
    planned_kg: Decimal | None


class VersionRow(Struct, frozen=True, kw_only=True):
    """A version of the contract: 1 as first signed, further ones by amendment."""

    version_no: int
    effective_on: date
    signed_on: date
    reason: str | None
    recorded_at: datetime
    created_by: str


class AnnexTotal(Struct, frozen=True, kw_only=True):
    """Sums of a component's annex; `without_*` counts the lines that say nothing about it."""

    component_id: UUID
    participants: int
    households: int
    area_mu: Decimal | None
    planned_kg: Decimal | None
    without_area: int
    without_planned: int


class PinRow(Struct, frozen=True, kw_only=True):
    """A reference row fixed for the contract (`participant_id` null) or one annex line."""

    reference_pin_id: UUID
    participant_id: UUID | None
    crop_code: str
    reference_return_id: UUID
    reason: str
    division_code: str
    year: int
    source_text: str
    recorded_at: datetime
    created_by: str
