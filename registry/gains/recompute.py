"""Rebuilds stored lines from facts: computes, compares with the stored lines, supersedes only what
differs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict, astuple

from registry.gains import baselines, queries
from registry.gains.due import Due, claims
from registry.gains.kinds import KINDS, due_lines, land_ranks
from registry.gains.land_claims import LineKey, charged_lines
from registry.gains.load_facts import Facts, load
from registry.gains.model import INCOME_CLASSES, IncomeClass, Line, LineRef, Part
from registry.gains.periods import period_rows
from registry.gains.rows import (
    CurrentLineRow,
    LineRow,
    NewLineRow,
    NewPartRow,
    PartRow,
    PeriodKey,
    PeriodRow,
)
from registry.kernel import money
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import EVERY_YEAR, Touched, Work

CHUNK: Final = 2000
"""Households computed at once: bounds the memory of a whole township."""


class Computed(Struct, frozen=True, kw_only=True):
    """A line's identity and its figures."""

    due: Due
    line: Line


async def recompute(work: Work, touched: Sequence[Touched]) -> None:
    """Bound to `kernel.changes`: the lines of these households and years are computed from the facts."""
    groups: dict[tuple[str, int], set[UUID]] = defaultdict(set)
    for item in await _dated(work, touched):
        groups[item.county_code, item.year].add(item.household_id)
    for (county_code, year), found in sorted(groups.items()):
        households = sorted(found)
        for start in range(0, len(households), CHUNK):
            await _rebuild(work, county_code, households[start : start + CHUNK], year)


async def _dated(work: Work, touched: Sequence[Touched]) -> list[Touched]:
    """The touched years; for households touched in every year those of their stored lines."""
    dated = [item for item in touched if item.year != EVERY_YEAR]
    every: dict[str, list[UUID]] = defaultdict(list)
    for item in touched:
        if item.year == EVERY_YEAR:
            every[item.county_code].append(item.household_id)
    for county_code, households in sorted(every.items()):
        dated += await queries.years_with_lines(work, county_code, households)
    return dated


async def _rebuild(work: Work, county_code: str, households: Sequence[UUID], year: int) -> None:
    facts = await load(work, county_code, households, year)
    computed = compute(facts)
    standing = {(line.participant_id, line.line_key): line for line in facts.current}
    fresh, same = [], []
    for item in computed:
        old = standing.get(item.due.key)
        if old is not None and _unchanged(item, old, facts.parts.get(old.gain_line_id, ())):
            same.append(old)
        else:
            fresh.append(item)
    await _store(work, county_code, facts, fresh, same)
    await baselines.rebuild(work, county_code, facts, {i.due.line.household_id for i in computed})


def compute(facts: Facts) -> list[Computed]:
    """Every line of the year. A line that is charged for land is computed before those counted in it."""
    found = list(due_lines(facts))
    by_key = {one.key: one for one in found}
    asked = list(claims(found, land_ranks()))
    charged = charged_lines(asked)
    rank = {claim.line: claim.rank for claim in asked}
    done: dict[LineKey, Line] = {}
    for due in sorted(found, key=lambda c: (c.key in rank, rank.get(c.key, ()), c.key)):
        elsewhere = {
            use.land_use_id: _reference(by_key[key], done[key])
            for use in due.land_uses
            if (key := charged.get((due.key, use.land_use_id), due.key)) != due.key
        }
        done[due.key] = KINDS[due.line.kind].line(facts, due, elsewhere)
    return [Computed(due=by_key[key], line=line) for key, line in done.items()]


def _reference(due: Due, line: Line) -> LineRef:
    participant_id, line_key = due.key
    return LineRef(
        participant_id=participant_id,
        line_key=line_key,
        label=due.label,
        incomplete=line.state == "incomplete",
    )


def _unchanged(item: Computed, old: CurrentLineRow, parts: Sequence[PartRow]) -> bool:
    new = asdict(_line_row(item, old.gain_line_id))
    stored = asdict(old)
    return all(stored[name] == value for name, value in new.items()) and list(parts) == [
        _part_row(part, position, old.gain_line_id) for position, part in enumerate(item.line.parts)
    ]


async def _store(
    work: Work, county_code: str, facts: Facts, fresh: Iterable[Computed], same: Sequence[CurrentLineRow]
) -> None:
    """Closes what the facts no longer say, takes the mark off what stayed, stores what is new and what the
    lines come to by period, in one message; none if nothing differs."""
    stayed = {line.gain_line_id for line in same}
    lines: list[NewLineRow] = []
    parts: list[NewPartRow] = []
    for item in fresh:
        row = _line_row(item, new_id())
        lines.append(NewLineRow(**asdict(row), recorded_at=work.act.now, created_by="system"))
        parts += _new_parts(item, row)
    periods = period_rows([*same, *lines], facts.residents)
    before = {_period_key(row): row for row in facts.periods}
    change = queries.Replacement(
        closed=[line.gain_line_id for line in facts.current if line.gain_line_id not in stayed],
        cleared=[line.gain_line_id for line in same if line.stale_since is not None],
        lines=lines,
        parts=parts,
        periods=[row for row in periods if row != before.get(_period_key(row))],
        gone=list(before.keys() - {_period_key(row) for row in periods}),
    )
    if any(astuple(change)):
        await queries.replace_lines(work, county_code, work.act.now, change)


def _period_key(row: PeriodRow) -> PeriodKey:
    return fill(PeriodKey, row)


def _new_parts(item: Computed, line: LineRow) -> list[NewPartRow]:
    return [
        NewPartRow(
            **asdict(_part_row(part, position, line.gain_line_id)),
            county_code=line.county_code,
            gain_part_id=new_id(),
            village_code=line.village_code,
        )
        for position, part in enumerate(item.line.parts)
    ]


def _line_row(item: Computed, gain_line_id: UUID) -> LineRow:
    """The columns of a line; a season's figures are recognised on its last day (gains.md 6)."""
    due, annex, line = item.due, item.due.line, item.line
    figures = asdict(line)
    del figures["parts"]
    figures |= {f"income_{name}": _income(line, name) for name in INCOME_CLASSES}
    return fill(
        LineRow,
        annex,
        due,
        gain_line_id=gain_line_id,
        season_id=None if due.season is None else due.season.season_id,
        **figures,
    )


def _income(line: Line, income_class: IncomeClass) -> Decimal | None:
    """The cash parts of one class; unknown with the gain."""
    parts = (p.amount for p in line.parts if p.basis == "cash" and p.income_class == income_class)
    return None if line.cash_gain is None else money.total(parts)


def _part_row(part: Part, position: int, gain_line_id: UUID) -> PartRow:
    return fill(PartRow, part, gain_line_id=gain_line_id, position=position, source_text=part.source)
