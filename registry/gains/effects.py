"""The gain of a contract on the same crop, split into yield, cost and price effect (Bennet)."""

from decimal import Decimal

from registry.gains.land import by_days
from registry.gains.model import Effects, LandUseFact, OrderFacts, Part
from registry.kernel import money
from registry.reference.returns import ReferenceRow


def effects(facts: OrderFacts, parts: tuple[Part, ...], cash_gain: Decimal) -> Effects | None:
    """Yield effect A (q₁ − q₀)(p₀ + p₁) ÷ 2 and cost effect −A (c₁ − c₀), rounded; the price effect is
    the rest, with the fees in it (gains.md 4). Land held by days counts by its share of the year; the rent of
    land leased in is on both sides. None unless the one displaced crop, charged here, is the product's own,
    and A, kg and the row's yield are above 0."""
    row = _same_crop_row(facts)
    kg = money.total(fact.kg for fact in facts.deliveries) + money.total(fact.kg for fact in facts.own_sales)
    if row is None or not row.yield_kg or not facts.area_mu or not kg:
        return None
    sales = _sum(parts, "delivery", "own_sale")
    cost = -_sum(parts, *{part.part for part in parts if part.part.startswith("cost_")})
    prices = row.output_value / row.yield_kg + sales / kg
    yield_effect = money.yuan((kg - sum(by_days(use, row.yield_kg) for use in facts.land_uses)) * prices / 2)
    cost_effect = money.yuan(sum(_cost_without(use, row) for use in facts.land_uses) - cost)
    return Effects(
        yield_effect=yield_effect,
        cost_effect=cost_effect,
        price_effect=cash_gain - yield_effect - cost_effect,
    )


def _cost_without(use: LandUseFact, row: ReferenceRow) -> Decimal:
    """The cash cost of the displaced crop on a land use; of land leased in either way with the rent paid
    instead of the row's."""
    if use.rented_in and use.rent_paid is not None:
        return by_days(use, row.cash_cost - row.land_rent) + use.rent_paid
    return by_days(use, row.cash_cost)


def _same_crop_row(facts: OrderFacts) -> ReferenceRow | None:
    """The row of the displaced crop where it is one, equal to the product's, on all of the line's land."""
    uses = facts.land_uses
    if facts.method != "replaced_crop" or any(use.charged_in is not None for use in uses):
        return None
    if any(use.crops != (facts.crop_code,) or (use.rented_in and not use.rent_either_way) for use in uses):
        return None
    rows = {used.row.reference_return_id: used.row for use in uses for used in use.rows}
    return next(iter(rows.values())) if len(rows) == 1 else None


def _sum(parts: tuple[Part, ...], *names: str) -> Decimal:
    return money.total(part.amount for part in parts if part.part in names)
