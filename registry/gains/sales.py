"""Parts of an order line from deliveries, own sales and entries. Land, cost and labour are elsewhere."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from registry.gains.model import (
    DeliveryFact,
    EntryFact,
    EntryKind,
    OwnSaleFact,
    Part,
    Piece,
    number,
    record,
)
from registry.kernel import money

ENTRY_SIGNS: Final[dict[EntryKind, int]] = {
    "fee": -1,
    "penalty_paid": -1,
    "penalty_received": 1,
    "indemnity": 1,
}
ENTRY_SOURCES: Final[dict[EntryKind, str]] = {
    "fee": "费用记录",
    "penalty_paid": "支付违约金的记录",
    "penalty_received": "收到违约金的记录",
    "indemnity": "收到赔偿的记录",
}


def delivery_parts(deliveries: Iterable[DeliveryFact]) -> Piece:
    """+ net kg × unit price of each delivery, rounded each (gains.md 4, 5). Missing: `price:<day>`."""
    parts: list[Part] = []
    missing: list[str] = []
    for fact in _in_order(deliveries):
        if fact.unit_price is None:
            missing.append(f"price:{fact.day}")
        else:
            parts.append(_delivery_part("delivery", fact, fact.unit_price, sign=1))
    return Piece(parts=tuple(parts), missing=tuple(missing))


def market_parts(deliveries: Iterable[DeliveryFact]) -> Piece:
    """− net kg × market price of the same grade and day, rounded each: what the same crop would have fetched
    without the contract (gains.md 4, `price_premium`). Missing: `market_price:<day>`."""
    parts: list[Part] = []
    missing: list[str] = []
    for fact in _in_order(deliveries):
        if fact.market_price is None:
            missing.append(f"market_price:{fact.day}")
        else:
            parts.append(_delivery_part("market_amount", fact, fact.market_price, sign=-1))
    return Piece(parts=tuple(parts), missing=tuple(missing))


def own_sale_parts(own_sales: Iterable[OwnSaleFact]) -> Piece:
    """+ what the household sold elsewhere from the annex area, as it declares (gains.md 4)."""
    return Piece(
        parts=tuple(
            Part(
                part="own_sale",
                amount=money.yuan(fact.amount),
                rule="sales.own_sale",
                source="农户自报的销售",
                inputs=(
                    record("own_sale", fact.own_sale_id, fact.day),
                    number("kg", fact.kg, "公斤"),
                    number("amount", fact.amount, "元"),
                ),
            )
            for fact in sorted(own_sales, key=lambda fact: (fact.day, fact.own_sale_id))
        )
    )


def entry_parts(entries: Iterable[EntryFact]) -> Piece:
    """− fees − penalty paid + penalty and indemnity received (gains.md 4); a deposit is no part."""
    return Piece(
        parts=tuple(
            Part(
                part=fact.kind,
                amount=ENTRY_SIGNS[fact.kind] * money.yuan(fact.amount),
                rule=f"entry.{fact.kind}",
                source=ENTRY_SOURCES[fact.kind],
                inputs=(
                    record("entry", fact.entry_id, fact.day),
                    number("amount", fact.amount, "元"),
                ),
            )
            for fact in sorted(entries, key=lambda fact: (fact.day, fact.entry_id))
        )
    )


def _in_order(deliveries: Iterable[DeliveryFact]) -> list[DeliveryFact]:
    """By day, then id: the order in which facts were loaded changes nothing."""
    return sorted(deliveries, key=lambda fact: (fact.day, fact.delivery_id))


def _delivery_part(part: str, fact: DeliveryFact, price: Decimal, *, sign: int) -> Part:
    return Part(
        part=part,
        amount=sign * money.yuan(fact.kg * price),
        rule="sales.delivery" if part == "delivery" else "premium.market_amount",
        source="过磅单" if part == "delivery" else "当日市场价",
        inputs=(
            record("delivery", fact.delivery_id, fact.day),
            number("kg", fact.kg, "公斤"),
            number("unit_price" if part == "delivery" else "market_price", price, "元/公斤"),
        ),
    )
