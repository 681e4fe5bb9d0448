"""The rows of weigh tickets: weighed, priced and shared by the same rules as tickets people enter."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from registry.demo.annex import Line
from registry.demo.deals import Deal
from registry.demo.deterministic import ACTOR, at, chance, draw, fixed_id
from registry.demo.harvest import Load, by_truck, loads, trucks
from registry.demo.places import Home
from registry.demo.rows import Rows, VoidedDelivery
from registry.fulfilment import weighing
from registry.fulfilment.facts import QuoteRow
from registry.fulfilment.rows import NewAllocation, NewDelivery, NewPrice
from registry.fulfilment.ticket_prices import ticket_price, worths
from registry.fulfilment.weighing import Ticket
from registry.kernel import money
from registry.kernel.money import WeightUnit
from registry.reference.returns import code_chain

OPERATOR: Final = "示例司磅员"
VOID_REASON: Final = "示例：同一张磅单录入了两次"
Quotes = Mapping[tuple[str, date], Sequence[QuoteRow]]


class Scale(Struct, frozen=True, kw_only=True):
    """Who is weighed, and what the scale shows in the typed unit."""

    deal: Deal
    season_id: UUID
    day: date
    grade: str | None
    key: str
    ticket: Ticket
    household_id: UUID | None = None
    organization_id: UUID | None = None
    shares: tuple[tuple[Home, Decimal], ...] = ()


class Weighbridge:
    """Numbers tickets per buyer, village and year, and writes their rows."""

    def __init__(self, rows: Rows, quotes: Quotes) -> None:
        self.rows = rows
        self.quotes = quotes
        self.numbers: Counter[tuple[str, str, int]] = Counter()

    def weigh(self, scale: Scale) -> NewDelivery:
        """One ticket with its price rows and the shares of households."""
        delivery = self._delivery(scale)
        kilograms = _shares(scale, delivery.net_kg)
        chain = code_chain(delivery.village_code)
        quotes = self.quotes.get((delivery.product_code, delivery.day), ())
        amounts: Sequence[Decimal | None] = [None] * len(kilograms)
        for flow in scale.deal.components:
            price = ticket_price(flow.terms, scale.grade, scale.day, quotes, chain)
            shared = kilograms if flow is scale.deal.paying else []
            worth, parts = worths(price.unit_price, delivery.net_kg, shared)
            amounts = parts or amounts
            self.rows.prices.append(
                NewPrice(
                    **_place(delivery),
                    component_id=flow.component_id,
                    unit_price=price.unit_price,
                    market_price=price.market_price,
                    market_price_id=price.market_price_id,
                    amount=worth,
                    missing=price.missing,
                    updated_at=delivery.created_at,
                    updated_by=ACTOR,
                )
            )
        self.rows.deliveries.append(delivery)
        self.rows.allocations += _allocations(scale, delivery, kilograms, amounts)
        return delivery

    def _delivery(self, scale: Scale) -> NewDelivery:
        deal, village = scale.deal, scale.deal.village
        weighed = weighing.weigh(scale.ticket, moisture=deal.paying.terms.moisture)
        key = (deal.good.buyer, village.code, scale.day.year)
        self.numbers[key] += 1
        return NewDelivery(
            **village.place,
            delivery_id=fixed_id(scale.day, "delivery", scale.key),
            contract_id=deal.contract_id,
            season_id=scale.season_id,
            product_code=deal.good.product,
            grade_code=scale.grade,
            day=scale.day,
            buyer_id=deal.buyer.organization_id,
            ticket_number=f"{village.code[-3:]}-{self.numbers[key]:04d}",
            ticket_year=scale.day.year,
            household_id=scale.household_id,
            organization_id=scale.organization_id,
            typed_unit=scale.ticket.unit,
            gross=scale.ticket.gross,
            tare=scale.ticket.tare,
            moisture_percent=scale.ticket.moisture_percent,
            impurity_percent=None,
            deduction_percent=weighed.deduction_percent,
            deduction_reason=None,
            deduction_weight=scale.ticket.deduction_weight,
            net_kg=weighed.net_kg,
            operator=OPERATOR,
            note=None,
            source="page",
            import_batch_id=None,
            created_at=at(scale.day),
            created_by=ACTOR,
        )


def add_tickets(rows: Rows, lines: Sequence[Line], quotes: Quotes) -> None:
    """All tickets of all lines; a few were entered twice and voided."""
    bridge = Weighbridge(rows, quotes)
    waiting: dict[tuple[UUID, int], list[Load]] = {}
    for line in lines:
        found = loads(line)
        if by_truck(line.deal):
            waiting.setdefault((line.deal.contract_id, line.year), []).extend(found)
            continue
        for load in found:
            scale = _own_scale(load)
            bridge.weigh(scale)
            if chance(3, "entered twice", load.key) and not line.home.is_first_case:
                again = bridge.weigh(replace(scale, key=f"again/{load.key}"))
                rows.voided.append(_voided(again))
    for together in waiting.values():
        for truck in trucks(together):
            bridge.weigh(_truck_scale(truck))


def _own_scale(load: Load) -> Scale:
    line = load.line
    unit: WeightUnit = "jin" if chance(400, "weighed in", line.deal.village.code) else "kg"
    moisture = Decimal(draw(105, 142, "moisture", load.key)) / 10 if line.deal.good.moisture else None
    tare = Decimal(draw(4, 24, "tare", load.key)) / 2
    return Scale(
        deal=line.deal,
        season_id=line.season_id,
        day=load.day,
        grade=load.grade,
        key=load.key,
        household_id=line.home.household_id,
        ticket=_ticket(unit, load.kg, tare, moisture, _typed_percent(load)),
    )


def _typed_percent(load: Load) -> Decimal | None:
    """A percent taken off by hand, where the terms have no ladder."""
    plain = load.line.deal.good.moisture is None and not load.line.home.is_first_case
    return Decimal(draw(1, 3, "percent", load.key)) if plain and chance(120, "dirt", load.key) else None


def _truck_scale(truck: Sequence[Load]) -> Scale:
    first = truck[0]
    declared = [(load.line.home, money.kg(load.kg)) for load in truck]
    total = money.total(kg for _, kg in declared)
    lost = Decimal(draw(2, 12, "lost", first.key))
    return Scale(
        deal=first.line.deal,
        season_id=first.line.season_id,
        day=first.day,
        grade=first.grade,
        key=f"truck/{first.key}",
        organization_id=first.line.deal.organiser.organization_id,
        ticket=_ticket("kg", total - lost, Decimal(draw(2200, 2600, "truck", first.key)), None, None),
        shares=tuple(declared),
    )


def _ticket(
    unit: WeightUnit, kg: Decimal, tare: Decimal, moisture: Decimal | None, percent: Decimal | None
) -> Ticket:
    """Net in the typed unit plus the tare; what is taken off comes off that."""
    net = money.rounded(money.from_kg(kg, unit), Decimal("0.5")).quantize(Decimal("0.01"))
    return Ticket(
        unit=unit, gross=net + tare, tare=tare, moisture_percent=moisture, deduction_percent=percent
    )


def _shares(scale: Scale, net_kg: Decimal) -> list[Decimal]:
    if not scale.shares:
        return []
    declared = {(home.village, home.number, str(home.household_id)): kg for home, kg in scale.shares}
    shares = weighing.allocate_by_household(net_kg, declared)
    return [shares[key] for key in declared]


def _place(delivery: NewDelivery) -> dict[str, Any]:
    """The columns the rows of a ticket take from it."""
    names = ("county_code", "village_code", "contract_id", "delivery_id")
    return {name: getattr(delivery, name) for name in names}


def _allocations(
    scale: Scale, delivery: NewDelivery, kilograms: Sequence[Decimal], amounts: Sequence[Decimal | None]
) -> Iterator[NewAllocation]:
    for (home, declared), kg, amount in zip(scale.shares, kilograms, amounts, strict=True):
        yield NewAllocation(
            **_place(delivery),
            allocation_id=fixed_id(scale.day, "allocation", scale.key, home.key),
            household_id=home.household_id,
            declared_kg=declared,
            net_kg=kg,
            amount=amount,
            created_at=delivery.created_at,
            created_by=ACTOR,
        )


def _voided(delivery: NewDelivery) -> VoidedDelivery:
    return VoidedDelivery(
        county_code=delivery.county_code,
        village_code=delivery.village_code,
        delivery_id=delivery.delivery_id,
        voided_at=at(delivery.day + timedelta(days=1)),
        voided_by=ACTOR,
        void_reason=VOID_REASON,
    )
