"""Deliveries as clients send them and as they are shown. Weighing is `weighing.py`; entries, cost records and
own sales are `records.py`; what is loaded to check a delivery is `books.py`."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import asdict

from registry.fulfilment import weighing
from registry.fulfilment.weighing import Ticket
from registry.kernel import money
from registry.kernel.errors import Mistake
from registry.kernel.fill import fill
from registry.kernel.findings import Finding, Override
from registry.kernel.money import WeightUnit
from registry.kernel.types import POSITIVE, CodeWord, Kg, LongText, Percent, Reason, ShortText

BATCH_ROWS = 1000

TypedWeight: TypeAlias = Annotated[
    Decimal,
    Meta(
        extra={"scale": 2, "min": Decimal(0), "max": Decimal("999999999.99")},
        extra_json_schema={"type": "string", "format": "decimal", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,2})?$"},
    ),
]
"""A weight in the unit the ticket names, two decimals."""
Unit: TypeAlias = Annotated[WeightUnit, Meta(title="单位", extra={"labels": money.UNIT_NAMES})]
GradeCode: TypeAlias = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_]{0,39}$", title="等级")]


class AllocationIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a household declared of a ticket weighed for several, in kg; only the proportion counts."""

    household_id: Annotated[UUID, Meta(title="农户")]
    declared_kg: Annotated[Kg, POSITIVE, Meta(title="分摊重量")]


class DeliveryIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One weigh ticket. Weights are in `unit`; a typed `deduction_percent` replaces the ladders of the terms.

    Delivered by a household, or by an organisation with allocations. Without `product_code` the contract's
    only product counts, without `season_id` the season that holds the day, else the last one ended.
    """

    contract_id: Annotated[UUID, Meta(title="合同")]
    day: Annotated[date, Meta(title="交售日期")]
    unit: Unit
    gross: Annotated[TypedWeight, Meta(title="毛重")]
    tare: Annotated[TypedWeight, Meta(title="皮重")] = Decimal(0)
    product_code: Annotated[CodeWord, Meta(title="产品")] | None = None
    grade_code: GradeCode | None = None
    season_id: Annotated[UUID, Meta(title="产季")] | None = None
    household_id: Annotated[UUID, Meta(title="农户")] | None = None
    organization_id: Annotated[UUID, Meta(title="交售组织")] | None = None
    allocations: Annotated[tuple[AllocationIn, ...], Meta(max_length=500, title="分摊")] = ()
    moisture_percent: Annotated[Percent, Meta(title="水分")] | None = None
    impurity_percent: Annotated[Percent, Meta(title="杂质")] | None = None
    deduction_percent: Annotated[Percent, Meta(title="扣重比例")] | None = None
    deduction_reason: Annotated[Reason, Meta(title="扣重原因")] | None = None
    deduction_weight: Annotated[TypedWeight, Meta(title="扣重")] = Decimal(0)
    ticket_number: Annotated[ShortText, Meta(title="磅单号")] | None = None
    operator: Annotated[ShortText, Meta(title="司磅员")] | None = None
    note: Annotated[LongText, Meta(title="备注")] | None = None
    overrides: tuple[Override, ...] = ()

    def ticket(self) -> Ticket:
        """The figures of the paper ticket, for `weighing`."""
        return fill(Ticket, self)

    def mistakes(self) -> Iterator[Mistake]:
        """Mistakes that do not depend on the contract: who delivers, impossible weights."""
        yield from weighing.mistakes(self.ticket())
        if (self.household_id is None) == (self.organization_id is None):
            yield Mistake(
                pointer="/household_id",
                code="delivery.one_deliverer",
                message="请填交售的农户；由组织统一过磅的，改填交售组织并分摊到户，两者只填一个",
            )
        if self.household_id is not None and self.allocations:
            yield Mistake(
                pointer="/allocations",
                code="delivery.allocated_household",
                message="这张磅单已属于一户，不用再分摊；一车多户的请改填交售组织",
            )
        yield from _twice(self.allocations)


def _twice(allocations: tuple[AllocationIn, ...]) -> Iterator[Mistake]:
    seen: set[UUID] = set()
    for index, one in enumerate(allocations):
        if one.household_id in seen:
            yield Mistake(
                pointer=f"/allocations/{index}/household_id",
                code="allocation.twice",
                message="同一户写了两次，请合并成一行",
            )
        seen.add(one.household_id)


class VoidIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a record is voided; it stays visible."""

    reason: Annotated[Reason, Meta(title="作废原因")]


class PriceRow(Struct, frozen=True, kw_only=True):
    """Yuan per kg and yuan of a ticket for one component; without a price, what is `missing`.

    `market_price`: the price of the day it rests on; under a fixed price that of the same product, grade and
    day where one is known.
    """

    component_id: UUID
    number: int
    payer_role: str
    payee_role: str
    unit_price: Decimal | None
    market_price: Decimal | None
    amount: Decimal | None
    missing: str | None


class AllocationRow(Struct, frozen=True, kw_only=True):
    """The share of a household in kg, and its amount in yuan at the household's component."""

    allocation_id: UUID
    household_id: UUID
    household_name: str | None
    declared_kg: Decimal
    net_kg: Decimal
    amount: Decimal | None


class DeliveryFacts(Struct, frozen=True, kw_only=True):
    """What a delivery is, as stored and as shown; net in kg."""

    delivery_id: UUID
    county_code: str
    village_code: str
    contract_id: UUID
    season_id: UUID
    product_code: str
    grade_code: str | None
    day: date
    buyer_id: UUID
    ticket_number: str | None
    household_id: UUID | None
    organization_id: UUID | None
    gross: Decimal
    tare: Decimal
    moisture_percent: Decimal | None
    impurity_percent: Decimal | None
    deduction_percent: Decimal
    deduction_reason: str | None
    deduction_weight: Decimal
    net_kg: Decimal
    operator: str | None
    note: str | None
    source: str
    created_at: datetime
    created_by: str


class DeliveryRow(DeliveryFacts, frozen=True, kw_only=True):
    """A delivery with its prices and allocations, as shown."""

    season_year: int
    product_name: str
    grade_name: str | None
    household_name: str | None
    organization_name: str | None
    unit: WeightUnit
    prices: tuple[PriceRow, ...]
    allocations: tuple[AllocationRow, ...]
    voided_at: datetime | None
    voided_by: str | None
    void_reason: str | None
    version: int
    updated_at: datetime
    updated_by: str

    def price(self) -> PriceRow | None:
        """The price row the household is paid by, else the first of the chain."""
        paid = [row for row in self.prices if row.payee_role == "household"]
        return next(iter(paid or self.prices), None)

    def flat(self) -> "FlatDelivery":
        """As one line of a table."""
        price = self.price()
        given = (None, None, None) if price is None else (price.unit_price, price.amount, price.missing)
        unit_price, amount, missing = given
        return FlatDelivery(**asdict(self), unit_price=unit_price, amount=amount, missing=missing)


class FlatDelivery(DeliveryRow, frozen=True, kw_only=True):
    """A delivery with the price the household is paid by (else the first of the chain) beside it."""

    unit_price: Decimal | None
    amount: Decimal | None
    missing: str | None


class DeliveryDetail(DeliveryRow, frozen=True, kw_only=True):
    """A delivery with the warnings it was entered over and why."""

    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, row: DeliveryRow, findings: Sequence[Finding]) -> "DeliveryDetail":
        return cls(**asdict(row), findings=tuple(findings))


class TicketQuery(Struct, frozen=True, kw_only=True):
    """What sums of tickets are narrowed to; None narrows nothing. Days included."""

    contract_id: UUID | None = None
    household_id: UUID | None = None
    product_code: str | None = None
    season_id: UUID | None = None
    first_day: date | None = None
    last_day: date | None = None


class DeliveryFilter(TicketQuery, frozen=True, kw_only=True):
    """What a list is narrowed to; `division` means its subtree."""

    division: str | None = None
    unpriced: bool | None = None
    voided: bool | None = None
    updated_since: datetime | None = None


class Totals(Struct, frozen=True, kw_only=True):
    """Sums over the tickets of a filter that are not voided; unpriced ones are counted, not summed."""

    deliveries: int
    net_kg: Decimal
    amount: Decimal
    unpriced: int
