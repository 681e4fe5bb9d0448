"""Typed functions over sql/queries/summaries.sql."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from registry.divisions.model import Places
from registry.kernel import db, sql
from registry.kernel.db import Conn
from registry.kernel.periods import Period
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

Q = sql.queries("summaries")
Codes = Sequence[str]
Ids = Sequence[UUID]


def _bounds(place: Places) -> tuple[Codes, str, str, list[str], list[str]]:
    """Counties, first and last code over everything (for the index), and the ranges themselves."""
    firsts, lasts = place.firsts, place.lasts
    return place.counties, min(firsts, default=""), max(lasts, default=""), firsts, lasts


async def lines_of_place(conn: Conn, place: Places, period: Period) -> list[LineFact]:
    return await db.many(
        conn,
        LineFact,
        Q["lines_of_place"],
        *_bounds(place),
        period.first.year,
        # a season's year is that of its last day: one that runs over the new year belongs to the next
        period.last.year + 1,
        period.first,
        period.last,
    )


async def households_registered(conn: Conn, place: Places, period: Period) -> list[VillageCount]:
    return await db.many(
        conn, VillageCount, Q["households_registered"], *_bounds(place), period.first, period.last
    )


async def residents_on(conn: Conn, place: Places, households: Ids, day: date) -> list[Residents]:
    return await db.many(
        conn, Residents, Q["residents_on"], place.counties, households, day, place.firsts, place.lasts
    )


async def tags_of_households(
    conn: Conn, place: Places, households: Ids, period: Period
) -> list[HouseholdTag]:
    return await db.many(
        conn,
        HouseholdTag,
        Q["tags_of_households"],
        place.counties,
        households,
        period.first,
        period.last,
        place.firsts,
        place.lasts,
    )


async def contracts_due(conn: Conn, place: Places, period: Period) -> list[DueContract]:
    return await db.many(conn, DueContract, Q["contracts_due"], *_bounds(place), period.first, period.last)


async def official_households(conn: Conn, divisions: Codes, year: int) -> list[OfficialCount]:
    return await db.many(conn, OfficialCount, Q["official_households"], divisions, year)


async def planted_areas(conn: Conn, divisions: Codes, year: int) -> list[PlantedArea]:
    return await db.many(conn, PlantedArea, Q["planted_areas"], divisions, year)


async def organizations_in_role(
    conn: Conn, counties: Codes, contracts: Ids, role: str
) -> list[ContractOrganization]:
    return await db.many(conn, ContractOrganization, Q["organizations_in_role"], counties, contracts, role)


async def organization_labels(conn: Conn, organizations: Ids) -> list[Label]:
    return await db.many(conn, Label, Q["organization_labels"], organizations)


async def product_labels(conn: Conn, products: Codes) -> list[Label]:
    return await db.many(conn, Label, Q["product_labels"], products)


async def years_of_place(conn: Conn, place: Places) -> list[YearRow]:
    return await db.many(conn, YearRow, Q["years_of_place"], *_bounds(place))


async def townships_with_households(conn: Conn) -> list[Label]:
    return await db.many(conn, Label, Q["townships_with_households"])


async def flows_of_village(conn: Conn, village_code: str, period: Period, today: date) -> list[FlowRow]:
    return await db.many(
        conn,
        FlowRow,
        Q["flows_of_village"],
        village_code[:6],
        village_code,
        period.first,
        period.last,
        min(period.last, today),
    )


async def group_flows_of_village(conn: Conn, village_code: str, year: int) -> list[GroupFlow]:
    return await db.many(conn, GroupFlow, Q["group_flows_of_village"], village_code[:6], village_code, year)


async def component_amounts_of_village(conn: Conn, village_code: str, year: int) -> list[ComponentAmount]:
    return await db.many(
        conn, ComponentAmount, Q["component_amounts_of_village"], village_code[:6], village_code, year
    )
