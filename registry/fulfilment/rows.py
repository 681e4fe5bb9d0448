"""The rows a ticket is stored as. How they come about is `resolve_ticket.py`."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from registry.fulfilment.facts import ComponentRow
from registry.fulfilment.model import DeliveryFacts
from registry.kernel.money import WeightUnit
from registry.reference.model import Season


class NewDelivery(DeliveryFacts, frozen=True, kw_only=True):
    """A row of `delivery`; weights in `typed_unit`, net in kg."""

    ticket_year: int
    typed_unit: WeightUnit
    source_date: date | None = None
    import_batch_id: UUID | None


class NewPrice(Struct, frozen=True, kw_only=True):
    """A row of `delivery_price`: yuan per kg and yuan, or what is missing."""

    county_code: str
    delivery_id: UUID
    component_id: UUID
    village_code: str
    contract_id: UUID
    unit_price: Decimal | None
    market_price: Decimal | None
    market_price_id: UUID | None
    amount: Decimal | None
    missing: str | None
    updated_at: datetime
    updated_by: str


class NewAllocation(Struct, frozen=True, kw_only=True):
    """A row of `allocation`, in kg and yuan."""

    county_code: str
    allocation_id: UUID
    village_code: str
    contract_id: UUID
    delivery_id: UUID
    household_id: UUID
    declared_kg: Decimal
    net_kg: Decimal
    amount: Decimal | None
    created_at: datetime
    created_by: str


class Draft(Struct, frozen=True, kw_only=True):
    """A ticket ready to be stored."""

    delivery: NewDelivery
    prices: tuple[NewPrice, ...]
    allocations: tuple[NewAllocation, ...]
    components: tuple[ComponentRow, ...]
    season: Season
    crop_code: str

    def shares(self) -> list[tuple[UUID, Decimal]]:
        """Who delivered how many kg of it."""
        own = self.delivery.household_id
        if own is not None:
            return [(own, self.delivery.net_kg)]
        return [(one.household_id, one.net_kg) for one in self.allocations]

    def paid(self) -> NewPrice:
        """The price row of the component the household is paid by, else of the first of the chain."""
        to_household = [c.component_id for c in self.components if c.pays_household]
        wanted = next(iter(to_household), self.components[0].component_id)
        return next(row for row in self.prices if row.component_id == wanted)


class StoredPrice(Struct, frozen=True, kw_only=True):
    """A stored ticket and its price for one component."""

    county_code: str
    delivery_id: UUID
    village_code: str
    contract_id: UUID
    product_code: str
    grade_code: str | None
    day: date
    net_kg: Decimal
    household_id: UUID | None
    season_year: int
    component_id: UUID
    unit_price: Decimal | None
    market_price: Decimal | None
    market_price_id: UUID | None
    amount: Decimal | None
    missing: str | None
    to_household: bool


class StoredShare(Struct, frozen=True, kw_only=True):
    """A household's share of a stored ticket, in kg, and its amount in yuan."""

    county_code: str
    allocation_id: UUID
    delivery_id: UUID
    household_id: UUID
    net_kg: Decimal
    amount: Decimal | None
