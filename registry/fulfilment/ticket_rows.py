"""The rows of a ticket whose parts are known: delivery, one price row per component, allocations. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from registry.contracts.kinds import DeliveryTerms
from registry.fulfilment import weighing
from registry.fulfilment.books import Books
from registry.fulfilment.facts import ComponentRow, ContractRow
from registry.fulfilment.model import DeliveryIn
from registry.fulfilment.rows import Draft, NewAllocation, NewDelivery, NewPrice
from registry.fulfilment.ticket_prices import TicketPrice, ticket_price, worths
from registry.fulfilment.weighing import Weighed
from registry.kernel import money
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Act
from registry.reference.model import Season


class TicketFacts(Struct, frozen=True, kw_only=True):
    """What a ticket names, once it is known."""

    contract: ContractRow
    buyer_id: UUID
    product_code: str
    components: tuple[ComponentRow, ...]
    terms: dict[UUID, DeliveryTerms]
    season: Season
    weighed: Weighed


def compose(row: DeliveryIn, books: Books, act: Act, found: TicketFacts) -> Draft:
    delivery = _delivery(row, act, found)
    kilograms = _shares(row, books, found.weighed.net_kg)
    amounts: Sequence[Decimal | None] = [None] * len(kilograms)
    chain, quotes = books.chain(delivery.village_code), books.quotes[found.product_code]
    prices = []
    for component in found.components:
        price = ticket_price(found.terms[component.component_id], row.grade_code, row.day, quotes, chain)
        shared = kilograms if component.pays_household else []
        worth, parts = worths(price.unit_price, delivery.net_kg, shared)
        prices.append(_price_row(delivery, component.component_id, price, worth))
        amounts = parts or amounts
    return Draft(
        delivery=delivery,
        prices=tuple(prices),
        allocations=tuple(
            _allocation(delivery, one.household_id, one.declared_kg, kg, amount)
            for one, kg, amount in zip(row.allocations, kilograms, amounts, strict=True)
        ),
        components=found.components,
        season=found.season,
        crop_code=books.crops[found.product_code],
    )


def _delivery(row: DeliveryIn, act: Act, found: TicketFacts) -> NewDelivery:
    return fill(
        NewDelivery,
        found,
        found.weighed,
        row,
        found.contract,
        act,
        delivery_id=new_id(),
        season_id=found.season.season_id,
        ticket_year=row.day.year,
        typed_unit=row.unit,
        gross=money.weight(row.gross),
        tare=money.weight(row.tare),
        moisture_percent=_percent(row.moisture_percent),
        impurity_percent=_percent(row.impurity_percent),
        deduction_weight=money.weight(row.deduction_weight),
        created_at=act.now,
        created_by=act.actor,
    )


def _percent(reading: Decimal | None) -> Decimal | None:
    return None if reading is None else money.percent(reading)


def _shares(row: DeliveryIn, books: Books, net_kg: Decimal) -> list[Decimal]:
    """Kilograms per allocation in the order sent; ties to the lower village code, then household number."""
    if not row.allocations:
        return []
    keys = [_key(one.household_id, books) for one in row.allocations]
    declared = {key: one.declared_kg for key, one in zip(keys, row.allocations, strict=True)}
    shares = weighing.allocate_by_household(net_kg, declared)
    return [shares[key] for key in keys]


def _key(household_id: UUID, books: Books) -> tuple[str, str, str]:
    household = books.households[household_id]
    return household.village_code, household.number, str(household_id)


def _price_row(
    delivery: NewDelivery, component_id: UUID, price: TicketPrice, worth: Decimal | None
) -> NewPrice:
    return fill(
        NewPrice,
        delivery,
        price,
        component_id=component_id,
        amount=worth,
        updated_at=delivery.created_at,
        updated_by=delivery.created_by,
    )


def _allocation(
    delivery: NewDelivery, household_id: UUID, declared_kg: Decimal, net_kg: Decimal, amount: Decimal | None
) -> NewAllocation:
    return fill(
        NewAllocation,
        delivery,
        allocation_id=new_id(),
        household_id=household_id,
        declared_kg=money.kg(declared_kg),
        net_kg=net_kg,
        amount=amount,
    )
