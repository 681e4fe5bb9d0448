"""The gain of a contract on the same crop, split into yield, cost and price effect (Bennet)."""

from decimal import Decimal

from registry.gains.model import Effects, OrderFacts, Part
from registry.kernel import money
from registry.reference.returns import ReferenceRow


def effects(facts: OrderFacts, parts: tuple[Part, ...], cash_gain: Decimal) -> Effects | None:
    """Yield effect A (q₁ − q₀)(p₀ + p₁) ÷ 2 and cost effect −A (c₁ − c₀), rounded; the price effect is
    the rest, with the fees in it (gains.md 4). None unless the one displaced crop, plainly charged here, is
    the product's own, and A, kg and the row's yield are above 0."""
    row = _same_crop_row(facts)
    kg = money.total(fact.kg for fact in facts.deliveries) + money.total(fact.kg for fact in facts.own_sales)
    area = facts.area_mu
    if row is None or not row.yield_kg or not area or not kg:
        return None
    sales = _sum(parts, "delivery", "own_sale")
    cost = -_sum(parts, *{part.part for part in parts if part.part.startswith("cost_")})
    prices = row.output_value / row.yield_kg + sales / kg
    yield_effect = money.yuan((kg - area * row.yield_kg) * prices / 2)
    cost_effect = money.yuan(area * row.cash_cost - cost)
    return Effects(
        yield_effect=yield_effect,
        cost_effect=cost_effect,
        price_effect=cash_gain - yield_effect - cost_effect,
    )


def _same_crop_row(facts: OrderFacts) -> ReferenceRow | None:
    """The row of the displaced crop where it is one, equal to the product's, on all of the line's land."""
    if facts.method != "replaced_crop":
        return None
    uses = facts.land_uses
    if any(use.charged_in is not None or use.rented_in or use.days_used is not None for use in uses):
        return None
    if any(use.crops != (facts.crop_code,) for use in uses):
        return None
    rows = {used.row.reference_return_id: used.row for use in uses for used in use.rows}
    return next(iter(rows.values())) if len(rows) == 1 else None


def _sum(parts: tuple[Part, ...], *names: str) -> Decimal:
    return money.total(part.amount for part in parts if part.part in names)
