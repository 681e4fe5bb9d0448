"""A summary of any division or area and period: indicators of the whole and of each row asked for."""

from collections.abc import Mapping
from typing import Final

from registry.contracts.kinds import KINDS
from registry.divisions.model import Places
from registry.kernel.work import Work
from registry.summaries import facts, queries
from registry.summaries.indicators import indicators
from registry.summaries.model import NONE, NOTES, Asked, By, Label, LongRow, Report, Row, Summary

_WITHOUT: Final[Mapping[By, str]] = {
    "product": "未写明产品",
    "tag": "没有登记身份",
    "organization": "没有组织",
}


async def summary(work: Work, asked: Asked) -> Summary:
    """The indicators of a place and period, with a row per village, organisation, product, kind or tag."""
    return _summary(await facts.load(work, asked, gains=False))


async def report(work: Work, asked: Asked) -> Report:
    """The summary, and the gain of every household all of whose recognised lines are complete."""
    found = await facts.load(work, asked, gains=True)
    whole = found.lines.get(None)
    return Report(summary=_summary(found), gains=whole.gains if whole else [])


async def years(work: Work, place: Places) -> list[int]:
    """Years that have lines in a place, latest first."""
    return [row.year for row in await queries.years_of_place(work, place)]


async def townships(work: Work) -> list[Label]:
    """Townships with registered households, by code."""
    return await queries.townships_with_households(work)


def _summary(found: facts.Facts) -> Summary:
    asked = found.asked
    labels = _labels(found)
    return Summary(
        division=asked.place.code,
        name=asked.place.name,
        period=asked.period.text,
        as_of=asked.today,
        successors=asked.place.successors,
        indicators=indicators(found.totals(None)),
        counts=found.counts(None),
        by=asked.by,
        note=NOTES.get(asked.by or ""),
        rows=[
            Row(
                key=key,
                label=labels.get(key, key),
                indicators=indicators(found.totals(key)),
                counts=found.counts(key),
            )
            for key in (found.keys() if asked.by else ())
        ],
    )


def _labels(found: facts.Facts) -> Mapping[str, str]:
    match found.asked.by:
        case "kind":
            return {code: kind.label for code, kind in KINDS.items()}
        case "product" | "tag" | "organization" as by:
            return {**found.labels, NONE: _WITHOUT[by]}
        case _:
            return found.labels


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
