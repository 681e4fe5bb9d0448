"""Typed functions over sql/queries/summaries.sql."""

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias
from uuid import UUID

from registry.divisions.model import Places
from registry.kernel.db.statements import Queries
from registry.kernel.text.periods import Days, Period
from registry.kernel.work import Work
from registry.summaries.flows import ComponentAmount, FlowRow, GroupFlow
from registry.summaries.model import (
    Asked,
    ContractedArea,
    ContractOrganization,
    DueContract,
    HouseholdTag,
    Label,
    LineFact,
    Linked,
    OfficialCount,
    PlantedArea,
    Residents,
    VillageCount,
    YearRow,
)

q = Queries("summaries")
Codes = Sequence[str]
Ids = Sequence[UUID]


_Bounds: TypeAlias = tuple[Codes, str, str, Codes, Codes]
"""Counties, first and last code over everything (for the index), and the ranges themselves."""
_lines_of_place = q("lines_of_place", _Bounds, Days).many(LineFact)
_linked_of_place = q("linked_of_place", _Bounds, Days, str | None, str | None).many(Linked)
_households_registered = q("households_registered", _Bounds, Days).many(VillageCount)
_contracts_due = q("contracts_due", _Bounds, Days, str | None, str | None).many(DueContract)
_years_of_place = q("years_of_place", _Bounds).many(YearRow)


def _bounds(place: Places) -> _Bounds:
    firsts, lasts = place.firsts, place.lasts
    return place.counties, min(firsts, default=""), max(lasts, default=""), firsts, lasts


async def lines_of_place(work: Work, place: Places, period: Period) -> list[LineFact]:
    return await _lines_of_place(work, _bounds(place), period.days)


async def linked_of_place(work: Work, asked: Asked) -> list[Linked]:
    return await _linked_of_place(work, _bounds(asked.place), asked.period.days, asked.by, asked.role)


async def households_registered(work: Work, place: Places, period: Period) -> list[VillageCount]:
    return await _households_registered(work, _bounds(place), period.days)


async def contracts_due(work: Work, asked: Asked) -> list[DueContract]:
    return await _contracts_due(work, _bounds(asked.place), asked.period.days, asked.by, asked.role)


async def years_of_place(work: Work, place: Places) -> list[YearRow]:
    return await _years_of_place(work, _bounds(place))


_contracted_areas = q("contracted_areas", _Bounds, int, Codes).many(ContractedArea)
_planted_areas = q("planted_areas", Codes, Codes, int, Codes).many(PlantedArea)


async def contracted_areas(work: Work, place: Places, year: int, kinds: Codes) -> list[ContractedArea]:
    return await _contracted_areas(work, _bounds(place), year, kinds)


async def planted_areas(work: Work, place: Places, year: int, crops: Codes) -> list[PlantedArea]:
    return await _planted_areas(work, place.firsts, place.lasts, year, crops)


_residents_on = q("residents_on", Codes, Ids, date, Codes, Codes).many(Residents)


async def residents_on(work: Work, place: Places, households: Ids, day: date) -> list[Residents]:
    return await _residents_on(work, place.counties, households, day, place.firsts, place.lasts)


_tags_of_households = q("tags_of_households", Codes, Ids, Days, Codes, Codes).many(HouseholdTag)


async def tags_of_households(
    work: Work, place: Places, households: Ids, period: Period
) -> list[HouseholdTag]:
    return await _tags_of_households(work, place.counties, households, period.days, place.firsts, place.lasts)


official_households = q("official_households", Codes, int).many(OfficialCount)
organizations_in_role = q("organizations_in_role", Codes, Ids, str).many(ContractOrganization)
organization_labels = q("organization_labels", Ids).many(Label)
product_labels = q("product_labels", Codes).many(Label)
tag_labels = q("tag_labels", Codes).many(Label)


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
