"""Typed functions over sql/queries/summaries.sql."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from registry.divisions.model import Places
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.text.periods import Period
from registry.kernel.work import Work
from registry.summaries.flows import ComponentAmount, FlowRow, GroupFlow
from registry.summaries.model import (
    ContractOrganization,
    DueContract,
    HouseholdTag,
    Label,
    LineFact,
    OfficialCount,
    PlantedArea,
    Residents,
    VillageCount,
    YearRow,
)

q = Queries("summaries")
Q = sql.queries("summaries")
Codes = Sequence[str]
Ids = Sequence[UUID]


def _bounds(place: Places) -> tuple[Codes, str, str, list[str], list[str]]:
    """Counties, first and last code over everything (for the index), and the ranges themselves."""
    firsts, lasts = place.firsts, place.lasts
    return place.counties, min(firsts, default=""), max(lasts, default=""), firsts, lasts


async def lines_of_place(work: Work, place: Places, period: Period) -> list[LineFact]:
    return await transactions.many(
        work,
        LineFact,
        Q["lines_of_place"],
        *_bounds(place),
        period.first.year,
        # a season's year is that of its last day: one that runs over the new year belongs to the next
        period.last.year + 1,
        period.first,
        period.last,
    )


async def households_registered(work: Work, place: Places, period: Period) -> list[VillageCount]:
    return await transactions.many(
        work, VillageCount, Q["households_registered"], *_bounds(place), period.first, period.last
    )


async def residents_on(work: Work, place: Places, households: Ids, day: date) -> list[Residents]:
    return await transactions.many(
        work, Residents, Q["residents_on"], place.counties, households, day, place.firsts, place.lasts
    )


async def tags_of_households(
    work: Work, place: Places, households: Ids, period: Period
) -> list[HouseholdTag]:
    return await transactions.many(
        work,
        HouseholdTag,
        Q["tags_of_households"],
        place.counties,
        households,
        period.first,
        period.last,
        place.firsts,
        place.lasts,
    )


async def contracts_due(work: Work, place: Places, period: Period) -> list[DueContract]:
    return await transactions.many(
        work, DueContract, Q["contracts_due"], *_bounds(place), period.first, period.last
    )


official_households = q("official_households", Codes, int).many(OfficialCount)
planted_areas = q("planted_areas", Codes, int).many(PlantedArea)
organizations_in_role = q("organizations_in_role", Codes, Ids, str).many(ContractOrganization)
organization_labels = q("organization_labels", Ids).many(Label)
product_labels = q("product_labels", Codes).many(Label)


async def years_of_place(work: Work, place: Places) -> list[YearRow]:
    return await transactions.many(work, YearRow, Q["years_of_place"], *_bounds(place))


townships_with_households = q("townships_with_households").many(Label)


async def flows_of_village(work: Work, village_code: str, period: Period, today: date) -> list[FlowRow]:
    return await transactions.many(
        work,
        FlowRow,
        Q["flows_of_village"],
        village_code[:6],
        village_code,
        period.first,
        period.last,
        min(period.last, today),
    )


async def group_flows_of_village(work: Work, village_code: str, year: int) -> list[GroupFlow]:
    return await transactions.many(
        work, GroupFlow, Q["group_flows_of_village"], village_code[:6], village_code, year
    )


async def component_amounts_of_village(work: Work, village_code: str, year: int) -> list[ComponentAmount]:
    return await transactions.many(
        work, ComponentAmount, Q["component_amounts_of_village"], village_code[:6], village_code, year
    )
