"""A summary of any division or area and period: loads the facts once, groups them, fills the indicators."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from registry.contracts.kinds import KINDS
from registry.divisions import service as divisions
from registry.divisions.model import Places
from registry.kernel.work import Work
from registry.summaries import annex_counts, order_coverage, queries
from registry.summaries.annex_counts import AnnexCounts
from registry.summaries.indicators import Indicator, Totals, indicators
from registry.summaries.model import (
    NONE,
    NOTES,
    Asked,
    DueContract,
    HouseholdTag,
    Label,
    LineFact,
    LongRow,
    Report,
    Residents,
    Row,
    Summary,
)
from registry.summaries.order_coverage import Coverage
from registry.summaries.totals import GroupFigures, counts, household_gains, totals


class Facts(Struct, frozen=True, kw_only=True):
    """Everything a summary is made of. `residents`: by household key."""

    lines: list[LineFact]
    annex: AnnexCounts
    areas: Coverage | None
    registered: dict[str, int]
    residents: dict[UUID, int]
    tags: dict[UUID, list[HouseholdTag]]
    due: list[DueContract]
    official: dict[str, int]
    organizations: dict[UUID, list[UUID]]


async def summary(work: Work, asked: Asked) -> Summary:
    """The indicators of a place and period, with a row per village, organisation, product, kind or tag."""
    return (await report(work, asked)).summary


async def report(work: Work, asked: Asked) -> Report:
    """The summary, and the gain of every household all of whose recognised lines are complete."""
    facts = await load(work, asked)
    found = Summary(
        division=asked.place.code,
        name=asked.place.name,
        period=asked.period.text,
        as_of=asked.today,
        successors=asked.place.successors,
        indicators=_whole(facts, asked),
        counts=counts(facts.lines, facts.annex.whole, asked),
        by=asked.by,
        note=NOTES.get(asked.by or ""),
        rows=[] if asked.by is None else await _rows(work, facts, asked),
    )
    return Report(summary=found, gains=household_gains(facts.lines, asked))


async def years(work: Work, place: Places) -> list[int]:
    """Years that have lines in a place, latest first."""
    return [row.year for row in await queries.years_of_place(work, place)]


async def townships(work: Work) -> list[Label]:
    """Townships with registered households, by code."""
    return await queries.townships_with_households(work)


async def load(work: Work, asked: Asked) -> Facts:
    """All facts of the place and period, in a fixed number of statements."""
    place, period = asked.place, asked.period
    lines = await queries.lines_of_place(work, place, period)
    households = sorted({key for line in lines for key in (line.household_id, line.household_key)})
    registered = await queries.households_registered(work, place, period)
    villages = sorted({line.village_code for line in lines} | {row.village_code for row in registered})
    codes, year = [*place.members, *villages], period.last.year
    tags: dict[UUID, list[HouseholdTag]] = defaultdict(list)
    if asked.by == "tag":
        for tag in await queries.tags_of_households(work, place, households, period):
            tags[tag.household_id].append(tag)
    return Facts(
        lines=lines,
        annex=await annex_counts.load(work, asked),
        areas=await order_coverage.load(work, asked),
        registered={row.village_code: row.households for row in registered},
        residents=_residents(lines, await queries.residents_on(work, place, households, period.last)),
        tags=tags,
        due=await queries.contracts_due(work, asked),
        official={
            row.division_code: row.households for row in await queries.official_households(work, codes, year)
        },
        organizations=await _organizations(work, lines, asked),
    )


def _residents(lines: Iterable[LineFact], found: Iterable[Residents]) -> dict[UUID, int]:
    """Residents by household key: as counted at home, if that is in the place, else where it joined."""
    counted = {row.household_id: row.resident for row in found}
    residents: dict[UUID, int] = {}
    for line in lines:
        count = counted.get(line.household_key, counted.get(line.household_id))
        if count is not None:
            residents.setdefault(line.household_key, count)
    return residents


async def _organizations(work: Work, lines: Sequence[LineFact], asked: Asked) -> dict[UUID, list[UUID]]:
    """Organisations by contract, where a role other than the payer is asked for."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    if asked.by == "organization" and asked.role is not None:
        contracts = sorted({line.contract_id for line in lines})
        for row in await queries.organizations_in_role(work, asked.place.counties, contracts, asked.role):
            found[row.contract_id].append(row.organization_id)
    return found


def _whole(facts: Facts, asked: Asked) -> dict[str, Indicator]:
    group = GroupFigures(
        linked=facts.annex.whole,
        due=facts.due,
        registered=sum(facts.registered.values()),
        official=_official(facts.official, asked.place.members),
        area=None if facts.areas is None else facts.areas.whole(),
    )
    return indicators(totals(facts.lines, group, facts.residents, asked))


def _official(known: Mapping[str, int], members: Sequence[str]) -> int | None:
    """The official number of households of all members; None while one is unknown."""
    found = [known[code] for code in members if code in known]
    return sum(found) if found and len(found) == len(members) else None


async def _rows(work: Work, facts: Facts, asked: Asked) -> list[Row]:
    groups: dict[str, list[LineFact]] = defaultdict(list, {key: [] for key in facts.annex.by_key})
    groups.update({key: [] for contract in facts.due for key in contract.keys})
    for line in facts.lines:
        for key in keys(line, facts, asked):
            groups[key].append(line)
    if asked.by == "village":
        for village in facts.registered:
            groups.setdefault(village, [])
    labels = await _labels(work, sorted(groups), asked)
    return [
        Row(
            key=key,
            label=labels.get(key, key),
            indicators=indicators(_group(key, groups[key], facts, asked)),
            counts=counts(groups[key], facts.annex.of(key), asked),
        )
        for key in sorted(groups, key=lambda key: (key == NONE, key))
    ]


def keys(line: LineFact, facts: Facts, asked: Asked) -> Iterator[str]:
    """The rows a line belongs to; "none" where it has no such thing."""
    match asked.by:
        case "village":
            yield line.village_code
        case "product":
            yield line.product_code or NONE
        case "kind":
            yield line.kind
        case "tag":
            held = [tag for key in (line.household_key, line.household_id) for tag in facts.tags.get(key, ())]
            yield from dict.fromkeys(tag.tag_code for tag in held) if held else (NONE,)
        case _ if asked.role is not None:
            yield from [str(one) for one in facts.organizations.get(line.contract_id, ())] or [NONE]
        case _:
            yield str(line.payer_id) if line.payer_id else NONE


def _group(key: str, lines: Sequence[LineFact], facts: Facts, asked: Asked) -> Totals:
    """A village has registered households and official figures of its own; other groups have only lines."""
    due = [contract for contract in facts.due if key in contract.keys]
    if asked.by == "village":
        group = GroupFigures(
            linked=facts.annex.of(key),
            due=due,
            registered=facts.registered.get(key, 0),
            official=facts.official.get(key),
            area=None if facts.areas is None else facts.areas.village(key),
        )
    else:
        area = facts.areas.product(key) if facts.areas is not None and asked.by == "product" else None
        group = GroupFigures(linked=facts.annex.of(key), due=due, area=area)
    return totals(lines, group, facts.residents, asked)


async def _labels(work: Work, found: Sequence[str], asked: Asked) -> Mapping[str, str]:
    named = [key for key in found if key != NONE]
    match asked.by:
        case "village":
            return await divisions.names(work, named)
        case "product":
            labels = await queries.product_labels(work, named)
            return {one.key: one.label for one in labels} | {NONE: "未写明产品"}
        case "kind":
            return {code: kind.label for code, kind in KINDS.items()}
        case "tag":
            tags = await queries.tag_labels(work, named)
            return {one.key: one.label for one in tags} | {NONE: "没有登记身份"}
        case _:
            organizations = await queries.organization_labels(work, [UUID(key) for key in named])
            return {one.key: one.label for one in organizations} | {NONE: "没有组织"}


def long_rows(found: Summary) -> list[LongRow]:
    """The long form: one figure per row, the whole first."""
    blocks = [("", found.name, found.indicators, found.counts)]
    blocks += [(row.key, row.label, row.indicators, row.counts) for row in found.rows]
    return [
        LongRow(
            division=found.division,
            period=found.period,
            key=key,
            label=label,
            indicator=name,
            value=one.value,
            unit=one.unit,
            numerator=one.numerator,
            denominator=one.denominator,
            n=one.n,
            incomplete=counts.incomplete,
            provisional=counts.provisional,
            stale=counts.stale,
        )
        for key, label, block, counts in blocks
        for name, one in block.items()
    ]
