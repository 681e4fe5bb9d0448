"""What the lines of a household come to by year, quarter and month: kept beside the lines, so that a summary
adds up a row per household. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from registry.contracts.kinds import KINDS
from registry.gains.baselines import residents_on
from registry.gains.model import INCOME_CLASSES
from registry.gains.rows import LineRow, PeriodRow, ResidentsRow
from registry.kernel import money
from registry.kernel.text.periods import Period, containing


def period_rows(lines: Iterable[LineRow], counts: Mapping[UUID, Sequence[ResidentsRow]]) -> list[PeriodRow]:
    """A row per household and period in which a line of it is recognised. counts: headcounts by household."""
    groups: dict[tuple[UUID, Period], list[LineRow]] = defaultdict(list)
    for line in lines:
        for period in containing(line.recognised_on):
            groups[line.household_id, period].append(line)
    return [
        _row(period, own, residents_on(counts.get(household_id, ()), period.last))
        for (household_id, period), own in groups.items()
    ]


def _row(period: Period, lines: Sequence[LineRow], residents: int | None) -> PeriodRow:
    complete = [line for line in lines if line.state == "complete"]
    adjusted = [line for line in complete if line.labour_adjusted_gain is not None]
    by_area = [line for line in complete if KINDS[line.kind].by_area and line.area_mu is not None]
    planned = [line for line in lines if line.planned_kg]
    return PeriodRow(
        county_code=lines[0].county_code,
        village_code=lines[0].village_code,
        household_id=lines[0].household_id,
        period=period.text,
        recognised_from=min(line.recognised_on for line in lines),
        recognised_to=max(line.recognised_on for line in lines),
        complete=len(complete),
        incomplete=len(lines) - len(complete),
        receipts=_sum(line.receipts for line in complete),
        cash_gain=_sum(line.cash_gain for line in complete),
        labour_adjusted_gain=_sum(line.labour_adjusted_gain for line in adjusted),
        labour_lines=len(adjusted),
        mu_gain=_sum(line.cash_gain for line in by_area),
        mu_area=_sum(line.area_mu for line in by_area),
        mu_lines=len(by_area),
        delivered_kg=_sum(min(line.delivered_kg, line.planned_kg or money.ZERO) for line in planned),
        planned_kg=_sum(line.planned_kg for line in planned),
        planned_lines=len(planned),
        residents=residents,
        **{
            f"income_{name}": _sum(getattr(line, f"income_{name}") for line in complete)
            for name in INCOME_CLASSES
        },
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return money.total(amount for amount in amounts if amount is not None)
