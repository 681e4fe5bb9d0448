"""Cost parts of a line by class: recorded where a class is complete, the reference row otherwise.

Also what inputs advanced by the buyer mean where the same crop would have been grown anyway.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from registry.gains.model import (
    COST_CLASSES,
    CostClass,
    CostFact,
    Input,
    LandUseFact,
    OrderFacts,
    Part,
    Piece,
    joined,
    number,
    record,
    row_input,
    row_source,
)
from registry.kernel import money
from registry.reference.cost_items import item_code


def cost_parts(facts: OrderFacts) -> Piece:
    """− cost of the three classes (gains.md 4): the recorded sum of a class marked complete, else the
    reference × A and records of items the row excludes. An advance is a record of its class, counted
    once; so is the rent of land leased in, for its area."""
    return joined(_class_parts(facts, cost_class) for cost_class in COST_CLASSES)


def _class_parts(facts: OrderFacts, cost_class: CostClass) -> Piece:
    records = _in_order(fact for fact in facts.costs if fact.cost_class == cost_class)
    rents = _rented(facts.land_uses) if cost_class == "land_rent" else ()
    rent = Piece(parts=tuple(_rent_part(use, rent) for use, rent in rents if use.charged_in is None))
    if cost_class in facts.complete_classes:
        return joined((Piece(parts=(_recorded(cost_class, records),)), rent))
    excluded = _excluded_records(facts, records)
    beside = [fact for fact in records if fact not in excluded]
    left = (facts.area_mu or money.ZERO) - money.total(use.area_mu for use, _ in rents)
    reference = _reference(facts, cost_class, beside, left) if left or not rents else Piece()
    return joined((rent, reference, Piece(parts=(_excluded(excluded),) if excluded else ())))


def _excluded_records(facts: OrderFacts, records: Sequence[CostFact]) -> list[CostFact]:
    """Records of items that the cost row leaves out, bought or advanced, whatever they are called."""
    if facts.cost_row is None:
        return []
    left_out = {item_code(item) for item in facts.cost_row.row.excluded_items}
    return [fact for fact in records if item_code(fact.item) in left_out]


def _recorded(cost_class: CostClass, records: Sequence[CostFact]) -> Part:
    """The recorded sum of a complete class, excluded items and advances among it (rule `cost.recorded`)."""
    return Part(
        part=f"cost_{cost_class}",
        amount=-money.yuan(money.total(fact.amount for fact in records)),
        rule="cost.recorded",
        source="已记全的成本",
        inputs=_record_inputs(records),
    )


def _reference(facts: OrderFacts, cost_class: CostClass, beside: Sequence[CostFact], area: Decimal) -> Piece:
    """Reference × area; records of the class that are not used are shown beside it (rule `cost.reference`).
    Missing without a row: `cost:<class>`."""
    used = facts.cost_row
    if not facts.area_mu:
        return Piece()
    if used is None:
        return Piece(missing=(f"cost:{cost_class}",))
    per_mu: Decimal = getattr(used.row, cost_class)
    shown = (number("recorded_beside", money.total(f.amount for f in beside), "元"),) if beside else ()
    reference = Part(
        part=f"cost_{cost_class}",
        amount=-money.yuan(area * per_mu),
        rule="cost.reference",
        source=row_source(used),
        inputs=(number("area_mu", area, "亩"), row_input(used, cost_class, per_mu), *shown),
    )
    return Piece(parts=(reference,))


def _excluded(records: Sequence[CostFact]) -> Part:
    """Items the reference row leaves out (the chili row: seedlings), bought or advanced."""
    return Part(
        part="cost_excluded_items",
        amount=-money.yuan(money.total(fact.amount for fact in records)),
        rule="cost.excluded_items",
        source="参照行不含的项目，按记录",
        inputs=_record_inputs(records),
    )


def _rented(land_uses: Iterable[LandUseFact]) -> tuple[tuple[LandUseFact, Decimal], ...]:
    """Land the household leases in at a known rent: its rent replaces the reference on that area."""
    uses = sorted(land_uses, key=lambda use: use.land_use_id)
    return tuple((use, use.rent_paid) for use in uses if use.rented_in and use.rent_paid is not None)


def _rent_part(use: LandUseFact, rent: Decimal) -> Part:
    """The rent of land leased in is a cash cost, charged where its land use is (gains.md 3)."""
    return Part(
        part="cost_land_rent",
        amount=-money.yuan(rent),
        rule="cost.rented_land",
        source="租入土地的租金",
        inputs=(
            record("land_use", use.land_use_id, use.area_mu, "area_mu", "亩"),
            number("rent_paid", rent, "元"),
        ),
    )


def extra_cost_parts(costs: Iterable[CostFact]) -> Piece:
    """`price_premium`: − the line's own cost records; the usual cost is there without the contract, too.
    No advances: they replace inputs the household would have bought (`input_benefit_parts`)."""
    return Piece(
        parts=tuple(
            Part(
                part="extra_cost",
                amount=-money.yuan(fact.amount),
                rule="premium.extra_cost",
                source="因合同多花的成本",
                inputs=_record_inputs([fact]),
            )
            for fact in _in_order(costs)
            if not fact.advanced
        )
    )


def input_benefit_parts(costs: Iterable[CostFact]) -> Piece:
    """`price_premium`: + local market value of inputs received − price charged (gains.md 4). Missing
    without a market value: `input_value:<item>`."""
    parts: list[Part] = []
    missing: list[str] = []
    for fact in _in_order(fact for fact in costs if fact.advanced):
        if fact.market_value is None:
            missing.append(f"input_value:{fact.item}")
            continue
        parts.append(
            Part(
                part="input_benefit",
                amount=money.yuan(fact.market_value - fact.amount),
                rule="premium.input_benefit",
                source="收购方垫付的农资",
                inputs=(*_record_inputs([fact]), number("market_value", fact.market_value, "元")),
            )
        )
    return Piece(parts=tuple(parts), missing=tuple(missing))


def _in_order(costs: Iterable[CostFact]) -> list[CostFact]:
    return sorted(costs, key=lambda fact: fact.record_id)


def _record_inputs(records: Iterable[CostFact]) -> tuple[Input, ...]:
    """Each record with its amount: an advance is an entry, the others are cost records."""
    return tuple(
        record("entry" if fact.advanced else "cost_record", fact.record_id, fact.amount, fact.item, "元")
        for fact in records
    )
