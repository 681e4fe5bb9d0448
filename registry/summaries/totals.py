"""Adds up the facts of a group. Pure; `indicators.py` divides and rounds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from registry.contracts.kinds import KINDS
from registry.gains.flags import YearLine, year_gain
from registry.gains.model import INCOME_CLASSES
from registry.kernel import money
from registry.summaries.indicators import Counts, Totals, contract_fulfilled, counted_quantity
from registry.summaries.model import Asked, CropArea, DueContract, LineFact, Linked


def with_result(line: LineFact, asked: Asked) -> bool:
    """Complete and recognised before the day of the report."""
    return line.state == "complete" and _recognised(line, asked)


def _recognised(line: LineFact, asked: Asked) -> bool:
    return line.recognised_on < asked.today


def counts(lines: Sequence[LineFact], linked: Linked, asked: Asked) -> Counts:
    """The counts shown with every figure. A provisional line counts as such even if incomplete."""
    return Counts(
        valid=linked.lines,
        complete=sum(with_result(line, asked) for line in lines),
        provisional=sum(line.recognised_on >= asked.today for line in lines),
        incomplete=sum(line.state == "incomplete" and line.recognised_on < asked.today for line in lines),
        stale=sum(line.stale for line in lines),
    )


class GroupFigures(Struct, frozen=True, kw_only=True):
    """Figures of a group that are not in its lines: what its annex lines link, households, area under
    contract and planted (None where there is no order coverage), contracts ending in the period."""

    linked: Linked
    registered: int = 0
    official: int | None = None
    area: CropArea | None = None
    due: Sequence[DueContract] = ()


def totals(
    lines: Sequence[LineFact], group: GroupFigures, residents: Mapping[UUID, int], asked: Asked
) -> Totals:
    """Sums and counts of a group of lines. `residents`: by household key."""
    results = [line for line in lines if with_result(line, asked)]
    counted = [line for line in results if line.household_key in residents]
    adjusted = [line for line in results if line.labour_adjusted_gain is not None]
    by_area = [line for line in results if KINDS[line.kind].by_area and line.area_mu is not None]
    planned = [line for line in lines if line.planned_kg and _recognised(line, asked)]
    return Totals(
        households_linked=group.linked.households,
        participations=group.linked.lines,
        annex_area=group.linked.area_mu,
        households_registered=group.registered,
        households_official=group.official,
        households_with_result=_households(results),
        receipts=_sum(line.receipts for line in results),
        cash_gain=_sum(line.cash_gain for line in results),
        labour_adjusted_gain=_sum(line.labour_adjusted_gain for line in adjusted),
        labour_households=_households(adjusted),
        mu_gain=_sum(line.cash_gain for line in by_area),
        mu_area=_sum(line.area_mu for line in by_area),
        mu_lines=len(by_area),
        person_gain=_sum(line.cash_gain for line in counted),
        persons=_persons(counted, residents),
        person_households=_households(counted),
        person_income=_incomes(counted),
        gains=household_gains(lines, asked),
        income=_incomes(results),
        contracted_area=None if group.area is None else group.area.contracted,
        planted_area=None if group.area is None else group.area.planted,
        order_lines=0 if group.area is None else group.area.lines,
        contracts_due=len(group.due),
        contracts_fulfilled=sum(_fulfilled(contract) for contract in group.due),
        quantity_delivered=_sum(_counted(line) for line in planned),
        quantity_planned=_sum(line.planned_kg for line in planned),
        quantity_lines=len(planned),
    )


def household_gains(lines: Iterable[LineFact], asked: Asked) -> list[Decimal]:
    """One gain per household all of whose recognised lines are complete (gains.md 7)."""
    by_household: dict[UUID, list[YearLine]] = defaultdict(list)
    for line in lines:
        fact = YearLine(recognised=_recognised(line, asked), cash_gain=line.cash_gain)
        by_household[line.household_key].append(fact)
    return [gain for own in by_household.values() if (gain := year_gain(own)) is not None]


def _counted(line: LineFact) -> Decimal:
    return counted_quantity(line.delivered_kg, line.planned_kg or money.ZERO)


def _fulfilled(contract: DueContract) -> bool:
    return contract_fulfilled(
        completed=contract.completed,
        delivered_kg=contract.delivered_kg,
        planned_kg=contract.planned_kg,
        overdue=None,
    )


def _households(lines: Iterable[LineFact]) -> int:
    return len({line.household_key for line in lines})


def _persons(lines: Iterable[LineFact], residents: Mapping[UUID, int]) -> int:
    """Residents of the households of these lines, each household once."""
    return sum(residents[key] for key in {line.household_key for line in lines})


def _incomes(lines: Sequence[LineFact]) -> tuple[Decimal, ...]:
    return tuple(_sum(getattr(line, f"income_{name}") for line in lines) for name in INCOME_CLASSES)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return money.total(amount for amount in amounts if amount is not None)
