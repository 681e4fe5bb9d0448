"""Gain lines as others see them: lists, one line, its explanation; marks and jobs of stale lines."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from registry.divisions import service as divisions
from registry.divisions.model import Places, Range
from registry.fulfilment import service as fulfilment
from registry.gains import listing_queries, queries
from registry.gains.explain import explanation
from registry.gains.flags import UNKNOWN, Baseline, YearFlags, YearLine, year_flags
from registry.gains.listing import Explanation, GainLine, GainPart, LineFilter, StoredLine
from registry.gains.rows import PartRow
from registry.gains.wording import missing_sentence
from registry.kernel import money
from registry.kernel.db import transactions
from registry.kernel.errors import NotFound
from registry.kernel.fill import fill
from registry.kernel.work import Cause, Job, Village, Work
from registry.reference import seasons
from registry.reference.returns import code_chain

HouseholdYear = tuple[UUID, int]
_STORED: Final = sorted({*GainLine.__struct_fields__} & {*StoredLine.__struct_fields__})
"""What is shown as it is stored."""


async def lines(work: Work, wanted: LineFilter, today: date, limit: int) -> list[GainLine]:
    """Current lines by id with their parts and flags, at most `limit`. NotFound for an unknown division."""
    place = await divisions.readable(work, wanted.division, today) if wanted.division else None
    found = await listing_queries.gain_lines(work, wanted, place, limit)
    return await _shown(work, found, today)


async def line(work: Work, gain_line_id: UUID, today: date) -> GainLine:
    """One line, superseded or not. NotFound."""
    return (await _shown(work, [await listing_queries.gain_line_by_id(work, gain_line_id)], today))[0]


async def explain(work: Work, gain_line_id: UUID) -> Explanation:
    """The tree from a line's gain down to tickets and reference rows. NotFound."""
    found = await listing_queries.gain_line_by_id(work, gain_line_id)
    parts = await queries.parts_of_lines(work, found.county_code, [gain_line_id])
    inputs = [one for part in parts for one in part.inputs if one.record_id]
    delivered = {UUID(one.record_id) for one in inputs if one.record == "delivery"}
    rows = {UUID(one.record_id) for one in inputs if one.record == "reference_return"}
    tickets = await listing_queries.tickets(work, found.county_code, sorted(delivered))
    sources = await listing_queries.reference_sources(work, sorted(rows))
    return explanation(
        found,
        parts,
        {ticket.delivery_id: ticket for ticket in tickets},
        {source.reference_return_id: source for source in sources},
        await crop_names(work),
    )


async def crop_names(work: Work) -> dict[str, str]:
    """Crop names by code."""
    return {crop.crop_code: crop.name for crop in await listing_queries.crop_names(work)}


async def latest_year(work: Work, place: Places) -> int | None:
    """The last year with lines in a place."""
    found = await listing_queries.latest_year(work, place)
    return None if found is None else found.year


async def default_place(work: Work) -> str:
    """The first township with lines; NotFound while there are none."""
    found = await listing_queries.first_township(work)
    if found is None:
        raise NotFound("还没有增收明细。请先登记合同和过磅单。")
    return found.division_code


async def household_flags(
    work: Work, counties: Collection[str], wanted: Iterable[HouseholdYear], today: date
) -> dict[HouseholdYear, YearFlags]:
    """Flags per household and year, derived on the day asked: a provisional line is never flagged."""
    pairs = set(wanted)
    households, years = sorted({pair[0] for pair in pairs}), sorted({pair[1] for pair in pairs})
    by_year: dict[HouseholdYear, list[YearLine]] = defaultdict(list)
    for row in await listing_queries.year_lines_of_households(work, sorted(counties), households, years):
        recognised = row.recognised_on < today
        by_year[row.household_id, row.year].append(YearLine(recognised=recognised, cash_gain=row.cash_gain))
    against: dict[HouseholdYear, Baseline] = {}
    for base in await listing_queries.baselines_of_households(work, sorted(counties), households, years):
        against[base.household_id, base.year] = Baseline(amount=base.amount, basis=base.basis)
    return {pair: year_flags(by_year[pair], against.get(pair, UNKNOWN)) for pair in pairs}


async def mark(work: Work, causes: Sequence[Cause]) -> Sequence[Village]:
    """Bound to `kernel.changes`: marks the lines the causes name; the villages whose job has to run, those
    with tickets to price and those whose annexes a new season gives lines among them.

    An administrator changes code lists and sees no village; the lines that use them are marked all the same.
    """
    scope = await divisions.write_scope(work)
    if not scope.first and not scope.villages:
        await transactions.enter_everywhere(work)
    villages: list[Village] = []
    for cause in causes:
        villages += await queries.mark_stale(work, work.act.now, cause)
        villages += await fulfilment.villages_to_reprice(work, cause)
        if cause.kind == seasons.CAUSE:
            villages += await queries.villages_with_annexes(work, cause)
    return villages


async def catch_up(work: Work, job: Job) -> None:
    """The job of a village: prices what lacked a market price, then has the stale lines recomputed, and those
    made that a season registered after the contract was signed brings."""
    await fulfilment.reprice(work, job.village_code)
    chain = code_chain(job.village_code)
    stale = await queries.stale_households(work, job.county_code, job.village_code)
    new = await queries.households_without_lines(work, job.county_code, job.village_code, chain)
    for one in (*stale, *new):
        work.touch(one.county_code, one.household_id, one.year)


async def rebuild(work: Work, place: Places, year: int) -> int:
    """Rebuilds a year's lines of a place from the facts alone; how many households were looked at. Needs a
    writer: the lines are computed as it ends."""
    found = await queries.households_in_annexes(work, place)
    for one in found:
        work.touch(one.county_code, one.household_id, year)
    return len(found)


async def villages_with_annexes(work: Work, place: Places) -> list[Range]:
    """The villages of a place with households in an annex: they can be rebuilt one by one, so that
    no request waits for a whole county."""
    codes = {row.village_code for row in await queries.households_in_annexes(work, place)}
    return [Range(first=code, last=code) for code in sorted(codes)]


async def _shown(work: Work, found: Sequence[StoredLine], today: date) -> list[GainLine]:
    if not found:
        return []
    counties = {line.county_code for line in found}
    parts: dict[UUID, list[PartRow]] = defaultdict(list)
    for county in sorted(counties):
        ids = [line.gain_line_id for line in found if line.county_code == county]
        for part in await queries.parts_of_lines(work, county, ids):
            parts[part.gain_line_id].append(part)
    flagged = await household_flags(work, counties, {(o.household_id, o.year) for o in found}, today)
    crops = await crop_names(work)
    return [
        shape(one, parts[one.gain_line_id], flagged[one.household_id, one.year], crops, today)
        for one in found
    ]


def shape(
    line: StoredLine,
    parts: Sequence[PartRow],
    flagged: YearFlags,
    crops: Mapping[str, str],
    today: date,
) -> GainLine:
    """A line as it is shown on a day. flagged: of the household's year; crops: names by code."""
    provisional = line.recognised_on >= today
    per_mu = None if line.cash_gain is None or not line.area_mu else money.per(line.cash_gain, line.area_mu)
    stored: dict[str, Any] = {name: getattr(line, name) for name in _STORED}
    return GainLine(
        **stored,
        provisional=provisional,
        stale=line.stale_since is not None,
        missing_text=tuple(missing_sentence(gap, crops) for gap in line.missing),
        paid_gain=None,
        cash_gain_per_mu=per_mu,
        flags=() if provisional else flagged.flags,
        baseline=flagged.baseline,
        parts=tuple(_part(part) for part in parts),
    )


def _part(part: PartRow) -> GainPart:
    return fill(GainPart, part, source=part.source_text)
