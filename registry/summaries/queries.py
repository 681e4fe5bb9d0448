"""Typed functions over sql/queries/summaries.sql."""

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

from registry.divisions.model import Places
from registry.kernel.db.statements import Queries
from registry.kernel.text.periods import Days, Period
from registry.kernel.work import Work
from registry.summaries.flows import ComponentAmount, FlowRow, GroupFlow
from registry.summaries.model import FactRows, Label, Question, YearRow

q = Queries("summaries")
Codes = Sequence[str]


_Bounds: TypeAlias = tuple[Codes, str, str, Codes, Codes]
"""Counties, first and last code over everything (for the index), and the ranges themselves."""
_summary_facts = q("summary_facts", _Bounds, Days, Question).one(FactRows)
_years_of_place = q("years_of_place", _Bounds).many(YearRow)


def _bounds(place: Places) -> _Bounds:
    firsts, lasts = place.firsts, place.lasts
    return place.counties, min(firsts, default=""), max(lasts, default=""), firsts, lasts


async def summary_facts(work: Work, place: Places, days: Days, question: Question) -> FactRows:
    return await _summary_facts(work, _bounds(place), days, question)


async def years_of_place(work: Work, place: Places) -> list[YearRow]:
    return await _years_of_place(work, _bounds(place))


townships_with_households = q("townships_with_households").many(Label)


_flows_of_village = q("flows_of_village", str, str, Days, date).many(FlowRow)


async def flows_of_village(work: Work, village_code: str, period: Period, today: date) -> list[FlowRow]:
    return await _flows_of_village(work, village_code[:6], village_code, period.days, min(period.last, today))


_group_flows_of_village = q("group_flows_of_village", str, str, int).many(GroupFlow)


async def group_flows_of_village(work: Work, village_code: str, year: int) -> list[GroupFlow]:
    return await _group_flows_of_village(work, village_code[:6], village_code, year)


_component_amounts_of_village = q("component_amounts_of_village", str, str, int).many(ComponentAmount)


async def component_amounts_of_village(work: Work, village_code: str, year: int) -> list[ComponentAmount]:
    return await _component_amounts_of_village(work, village_code[:6], village_code, year)
