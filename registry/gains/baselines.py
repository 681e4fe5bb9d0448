"""What a household's gain of a year is held against (flag `above_baseline`), stored beside its lines."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from registry.gains import queries
from registry.gains.flags import Baseline, baseline
from registry.gains.load_facts import Facts
from registry.gains.rows import BaselineRow, IncomeRow, NewBaselineRow, ResidentsRow, RuralIncomeRow
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Work
from registry.reference.returns import code_chain

UNKNOWN = "没有收入登记，也没有常住人口或当地人均收入"


async def rebuild(work: Work, county_code: str, facts: Facts, households: Iterable[UUID]) -> None:
    """Brings the stored baselines of the facts' year up to date for households with lines."""
    current = facts.baselines
    wanted = _baselines(county_code, facts, sorted(households))
    fresh = [row for row in wanted if not _same(current.get(row.household_id), row)]
    closed = [current[row.household_id].gain_baseline_id for row in fresh if row.household_id in current]
    if fresh:
        stored = [_stored(row, work.act.now) for row in fresh]
        await queries.replace_baselines(work, county_code, work.act.now, closed, stored)


def _baselines(county_code: str, facts: Facts, households: Sequence[UUID]) -> list[BaselineRow]:
    villages = {line.household_id: line.village_code for line in facts.lines}
    first = _first_years(facts)
    rows = []
    for household_id in households:
        village = villages[household_id]
        recorded = next(
            (i for i in facts.incomes.get(household_id, ()) if i.year == first[household_id] - 1), None
        )
        average = nearest_income(facts.rural_incomes, village)
        residents = residents_on(facts.residents.get(household_id, ()), date(facts.year, 12, 31))
        found = baseline(
            None if recorded is None else recorded.amount,
            None if average is None else average.income_per_person,
            residents,
        )
        rows.append(
            BaselineRow(
                county_code=county_code,
                gain_baseline_id=new_id(),
                village_code=village,
                household_id=household_id,
                year=facts.year,
                amount=found.amount,
                basis=found.basis,
                source_text=_source(found, recorded, average, residents),
            )
        )
    return rows


def _first_years(facts: Facts) -> dict[UUID, int]:
    """The year of each household's first linkage, among its annex lines."""
    first: dict[UUID, int] = {}
    for line in facts.lines:
        first[line.household_id] = min(first.get(line.household_id, line.starts_on.year), line.starts_on.year)
    return first


def nearest_income(rural: Sequence[RuralIncomeRow], village: str) -> RuralIncomeRow | None:
    """Of the nearest division upward that has one: the latest income per person not after the year asked."""
    for code in code_chain(village):
        own = [row for row in rural if row.division_code == code]
        if own:
            return max(own, key=lambda row: row.year)
    return None


def residents_on(counts: Sequence[ResidentsRow], day: date) -> int | None:
    """Residents by the latest headcount not after the day."""
    known = [count for count in counts if count.counted_on <= day and count.resident is not None]
    return max(known, key=lambda count: count.counted_on).resident if known else None


def _source(
    found: Baseline, recorded: IncomeRow | None, average: RuralIncomeRow | None, residents: int | None
) -> str:
    if found.basis == "recorded" and recorded is not None:
        return f"{recorded.year} 年登记收入：{recorded.source_text}"
    if found.basis == "average" and average is not None:
        per_person = f"{average.year} 年人均可支配收入 {average.income_per_person} 元"
        return f"{per_person} × {residents} 人：{average.source_text}"
    return UNKNOWN


def _same(old: BaselineRow | None, new: BaselineRow) -> bool:
    return old is not None and (old.amount, old.basis, old.source_text) == (
        new.amount,
        new.basis,
        new.source_text,
    )


def _stored(row: BaselineRow, now: datetime) -> NewBaselineRow:
    return fill(NewBaselineRow, row, recorded_at=now)
