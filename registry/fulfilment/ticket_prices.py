"""The unit price of a ticket out of a component's terms and the market, and what the ticket is worth at it.

Pure, and the same for entering and repricing. The clauses themselves are priced in `contracts/kinds`.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from registry.contracts.kinds import DeliveryTerms
from registry.contracts.kinds import delivery_pricing as pricing
from registry.contracts.prices import amount, market_quote
from registry.fulfilment import weighing
from registry.fulfilment.facts import QuoteRow


class TicketPrice(Struct, frozen=True, kw_only=True):
    """Yuan per kg and the market price it is based on; without a price, what is missing ("market_price").

    Under a fixed price `market_price` is that of the same grade and day, if known: what the ticket would have
    brought on the market.
    """

    unit_price: Decimal | None
    market_price: Decimal | None
    market_price_id: UUID | None
    missing: str | None


def ticket_price(
    terms: DeliveryTerms, grade_code: str | None, day: date, quotes: Iterable[QuoteRow], chain: Sequence[str]
) -> TicketPrice:
    """The price on a day. `quotes`: market prices of the product; `chain`: village first, then upward."""
    wanted = pricing.ticket_grade(terms, grade_code)
    market = market_quote((quote.quote() for quote in quotes), chain, wanted, day, terms.market_age_days)
    priced = pricing.delivery_price(terms, grade_code, market)
    return TicketPrice(
        unit_price=priced.unit_price,
        market_price=None if market is None else market.price,
        market_price_id=None if market is None else market.market_price_id,
        missing=priced.missing,
    )


def worths(
    unit_price: Decimal | None, net_kg: Decimal, shares: Sequence[Decimal]
) -> tuple[Decimal | None, list[Decimal]]:
    """Yuan of the ticket and of each share. Shared, the ticket is worth the sum of its rounded shares."""
    if unit_price is None:
        return None, []
    if not shares:
        return amount(net_kg, unit_price), []
    parts, total = weighing.allocated_amounts(shares, unit_price)
    return total, parts
