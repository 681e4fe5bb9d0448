"""From the scale to money: net weight of a ticket, a truck's allocation to households, amounts.

Pure. The unit price comes from `ticket_prices.py`; storing and voiding is the service's work.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal, localcontext
from typing import Final

from msgspec import Struct

from registry.contracts.kinds import Ladder
from registry.contracts.prices import plain
from registry.kernel import money
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.money import UNIT_NAMES, K, WeightUnit

HUNDRED: Final = Decimal(100)


class Ticket(Struct, frozen=True, kw_only=True):
    """The figures on the paper, in the unit typed. `deduction_percent` replaces the ladders' percentage and
    then needs `deduction_reason`, unless the terms have no ladder and no reading was taken."""

    unit: WeightUnit
    gross: Decimal
    tare: Decimal = Decimal(0)
    deduction_percent: Decimal | None = None
    deduction_reason: str | None = None
    deduction_weight: Decimal = Decimal(0)
    moisture_percent: Decimal | None = None
    impurity_percent: Decimal | None = None


class Weighed(Struct, frozen=True, kw_only=True):
    """Net weight in kg (0.01), the percent taken off, and where it came from: "typed", "ladder", "none"."""

    net_kg: Decimal
    deduction_percent: Decimal
    percent_from: str


_ENGLISH: Final = {
    "delivery.weight_range": "give a weight of 0 or more",
    "delivery.percent_range": "give a percent between 0 and 100",
    "delivery.tare_not_below_gross": "the tare must be below the gross weight: check both",
    "delivery.net_not_positive": "the net weight must be above 0: check the deductions",
    "delivery.reason_missing": "give a reason for a percent that differs from the agreed ladder",
    "allocation.not_positive": "give a weight above 0",
    "allocation.none": "give at least one household",
    "allocation.too_small": "this share comes to less than 0.01 kg: check it",
}


def _mistake(pointer: str, code: str, message: str) -> Mistake:
    return Mistake(pointer=pointer, code=code, message=message, english=_ENGLISH[code])


def ladder_percent(ladder: Ladder | None, reading: Decimal | None) -> Decimal:
    """Percent of weight a reading costs: per started step above the limit; 0 without ladder or reading."""
    if ladder is None or reading is None or reading <= ladder.above:
        return Decimal(0)
    with localcontext(prec=60):
        started = ((reading - ladder.above) / ladder.step).to_integral_value(ROUND_CEILING)
        return started * ladder.percent


def weigh(ticket: Ticket, *, moisture: Ladder | None = None, impurity: Ladder | None = None) -> Weighed:
    """Net = (gross − tare) × (1 − percent) − deduction, computed in the typed unit, converted to kg and
    rounded once to 0.01 (domain.md 5). Invalid with all `mistakes` of a ticket that cannot be right."""
    found = mistakes(ticket, moisture=moisture, impurity=impurity)
    if found:
        raise Invalid(found)
    laddered = _laddered(ticket, moisture, impurity)
    percent = laddered if ticket.deduction_percent is None else ticket.deduction_percent
    source = "typed" if ticket.deduction_percent is not None else "ladder" if laddered else "none"
    net_kg = money.kg(money.to_kg(_net(ticket, percent), ticket.unit))
    return Weighed(net_kg=net_kg, deduction_percent=money.percent(percent), percent_from=source)


def mistakes(
    ticket: Ticket, *, moisture: Ladder | None = None, impurity: Ladder | None = None
) -> list[Mistake]:
    """Everything that makes a ticket impossible, with pointers into it; net not above 0 among them."""
    return _unreadable(ticket) or _impossible(ticket, _laddered(ticket, moisture, impurity))


def _laddered(ticket: Ticket, moisture: Ladder | None, impurity: Ladder | None) -> Decimal:
    """The percents of the two ladders add."""
    return ladder_percent(moisture, ticket.moisture_percent) + ladder_percent(
        impurity, ticket.impurity_percent
    )


def _net(ticket: Ticket, percent: Decimal) -> Decimal:
    """Net weight in the typed unit, unrounded."""
    return (ticket.gross - ticket.tare) * (HUNDRED - percent) / HUNDRED - ticket.deduction_weight


def _unreadable(ticket: Ticket) -> list[Mistake]:
    """Numbers that are not finite, negative, or percentages above 100."""
    weights = (("gross", ticket.gross), ("tare", ticket.tare), ("deduction_weight", ticket.deduction_weight))
    percents = (
        ("deduction_percent", ticket.deduction_percent),
        ("moisture_percent", ticket.moisture_percent),
        ("impurity_percent", ticket.impurity_percent),
    )
    found = [
        _mistake(pointer=f"/{name}", code="delivery.weight_range", message="请填不小于 0 的重量")
        for name, value in weights
        if not (value.is_finite() and value >= 0)
    ]
    found += [
        _mistake(pointer=f"/{name}", code="delivery.percent_range", message="请填 0 到 100 之间的百分数")
        for name, value in percents
        if value is not None and not (value.is_finite() and 0 <= value <= HUNDRED)
    ]
    return found


def _impossible(ticket: Ticket, laddered: Decimal) -> list[Mistake]:
    unit = UNIT_NAMES[ticket.unit]
    net = _net(ticket, laddered if ticket.deduction_percent is None else ticket.deduction_percent)
    found: list[Mistake] = []
    if ticket.tare >= ticket.gross:
        message = (
            f"皮重（{plain(ticket.tare)} {unit}）不能大于或等于毛重（{plain(ticket.gross)} {unit}），请检查"
        )
        found.append(_mistake(pointer="/tare", code="delivery.tare_not_below_gross", message=message))
    elif money.kg(money.to_kg(net, ticket.unit)) <= 0:
        message = f"扣除后净重为 {plain(net)} {unit}，净重必须大于 0，请检查扣重"
        found.append(_mistake(pointer="/deduction_weight", code="delivery.net_not_positive", message=message))
    replaced = ticket.deduction_percent is not None and laddered != ticket.deduction_percent
    if replaced and laddered and not ticket.deduction_reason:
        message = f"按约定应扣 {plain(laddered)}%，改为手填的比例请写明原因"
        found.append(_mistake(pointer="/deduction_reason", code="delivery.reason_missing", message=message))
    return found


def allocate(net_kg: Decimal, declared: Sequence[Decimal]) -> list[Decimal]:
    """A truck's net weight over households by declared weight (any one unit), to 0.01 kg by largest
    remainder, adding up exactly; ties to the earlier. Invalid: a weight not above 0, a share of 0."""
    found = [
        _mistake(
            pointer=f"/allocations/{index}/declared_kg",
            code="allocation.not_positive",
            message="请填大于 0 的重量",
        )
        for index, value in enumerate(declared)
        if not (value.is_finite() and value > 0)
    ]
    if not declared:
        found = [_mistake(pointer="/allocations", code="allocation.none", message="请至少填一户")]
    if found:
        raise Invalid(found)
    shares = money.split(net_kg, declared, money.TEN_GRAMS)
    found = [
        _mistake(
            pointer=f"/allocations/{index}/declared_kg",
            code="allocation.too_small",
            message=f"按净重 {plain(net_kg, 2)} 公斤分摊后这一户不足 0.01 公斤，请检查",
        )
        for index, share in enumerate(shares)
        if share <= 0
    ]
    if found:
        raise Invalid(found)
    return shares


def allocate_by_household(net_kg: Decimal, declared: Mapping[K, Decimal]) -> dict[K, Decimal]:
    """`allocate` with ties to the lower key (village code, household number), whatever the order sent."""
    keys = sorted(declared)
    return dict(zip(keys, allocate(net_kg, [declared[key] for key in keys]), strict=True))


def allocated_amounts(kilograms: Sequence[Decimal], unit_price: Decimal) -> tuple[list[Decimal], Decimal]:
    """Each household's rounded amount, and the ticket's amount: their sum, not net × price (domain.md 5)."""
    amounts = [money.yuan(kg * unit_price) for kg in kilograms]
    return amounts, money.total(amounts)
