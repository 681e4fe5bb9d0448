"""Official figures of a division and year: households, rural income per person."""

from registry.divisions import queries, service
from registry.divisions.model import code_range
from registry.divisions.register import Register
from registry.divisions.statistic_model import StatisticIn, StatisticRow, nothing_left
from registry.kernel.errors import Mistake
from registry.kernel.types import DivisionCode, Year
from registry.kernel.work import Cause, Work

CAUSE = "division_statistic"
add_missing = queries.add_statistics
"""For base data: adds the missing figures; nothing is marked as stale, no audit event is written."""


async def _faults(work: Work, row: StatisticRow, _before: StatisticRow | None) -> list[Mistake]:
    return await service.place_mistakes(work, row.division_code)


async def _after(work: Work, before: StatisticRow | None, row: StatisticRow) -> None:
    """The baseline of the flag "above_baseline" may use the income (gains.md 7)."""
    if before is None or before.income_per_person != row.income_per_person:
        place = code_range(row.division_code)
        work.mark_stale(Cause(kind=CAUSE, first=place.first, last=place.last))


statistics = Register[StatisticRow, StatisticIn](
    "division_statistic",
    StatisticRow,
    {"division_code": DivisionCode, "year": Year},
    rows=queries.statistics,
    placed=True,
    one=queries.statistic,
    add=queries.add_statistics,
    change=queries.change_statistics,
    taken="division_statistic_pk",
    check=nothing_left,
    faults=_faults,
    after=_after,
)
