"""Labour parts of the labour-adjusted gain: the household's own days, valued at the labour day price.

Freed labour of displaced crops is in `land.py`.
"""

from decimal import Decimal

from registry.gains.land import charged_area
from registry.gains.model import Input, OrderFacts, Part, Piece, number, row_input
from registry.kernel import money
from registry.reference.returns import LabourPrice


def own_labour_parts(facts: OrderFacts) -> Piece:
    """− own labour new: recorded own days of the line, else A × family days of the cost row, × labour day
    price (gains.md 4). Missing: `own_days`, `labour_price`."""
    if facts.own_days is not None:
        days: Decimal | None = facts.own_days
        inputs: tuple[Input, ...] = (number("own_days", facts.own_days, "天"),)
        rule = "labour.own_recorded"
    else:
        days, inputs = _reference_days(facts)
        rule = "labour.own_reference"
    missing = _gaps(own_days=days is None, labour_price=facts.labour_price is None)
    if missing or days is None or facts.labour_price is None:
        return Piece(labour_missing=missing)
    return Piece(parts=(_part(rule, -1, days, facts.labour_price, inputs),))


def history_labour_parts(facts: OrderFacts) -> Piece:
    """`own_history`: + A × own days of the base year × labour day price of the line's year, all crops of a
    rotation together (gains.md 4)."""
    area = charged_area(facts.area_mu or money.ZERO, facts.land_uses)
    if (
        not area
        or not facts.history
        or facts.history_missing
        or not all(one.area_mu for one in facts.history)
    ):
        return Piece()
    known = [(one, one.own_days) for one in facts.history if one.own_days is not None]
    missing = _gaps(history_days=len(known) < len(facts.history), labour_price=facts.labour_price is None)
    if missing or facts.labour_price is None:
        return Piece(labour_missing=missing)
    days = sum((area * one.share * own / one.area_mu for one, own in known), Decimal(0))
    inputs = [number("area_mu", area, "亩")]
    for one, own in known:
        inputs.append(number("base_year_own_days", own, "天"))
        inputs.append(number("base_year_area_mu", one.area_mu, "亩"))
    return Piece(parts=(_part("labour.history", 1, days, facts.labour_price, tuple(inputs)),))


def _reference_days(facts: OrderFacts) -> tuple[Decimal | None, tuple[Input, ...]]:
    used = facts.cost_row
    if used is None or used.row.family_days is None or not facts.area_mu:
        return None, ()
    inputs = (
        number("area_mu", facts.area_mu, "亩"),
        row_input(used, "family_days", used.row.family_days, "天/亩"),
    )
    return facts.area_mu * used.row.family_days, inputs


def _gaps(**missing: bool) -> tuple[str, ...]:
    return tuple(name for name, is_missing in missing.items() if is_missing)


def _part(rule: str, sign: int, days: Decimal, price: LabourPrice, inputs: tuple[Input, ...]) -> Part:
    return Part(
        part="own_labour" if sign < 0 else "history_labour",
        amount=sign * money.yuan(days * price.price),
        rule=rule,
        source=f"劳动日工价 {price.year} 年",
        basis="labour",
        inputs=(*inputs, number("labour_day_price", price.price, "元/天")),
    )
