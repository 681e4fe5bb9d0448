"""Typed functions over sql/queries/fulfilment.sql for deliveries: one statement each. Those of entries, cost
records and own sales are `record_queries.py`."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from registry.fulfilment.facts import (
    AnnexRow,
    ComponentRow,
    ContractRow,
    HouseholdRow,
    NumberedRow,
    PaidRow,
    PartyRow,
    PlaceRow,
    ProductRow,
    QuoteRow,
    SeasonRow,
    SoFarRow,
    TakenRow,
    TermsRow,
    YieldRow,
)
from registry.fulfilment.model import DeliveryFilter, DeliveryRow, Totals
from registry.fulfilment.rows import (
    NewAllocation,
    NewDelivery,
    NewPrice,
    StandingPrice,
    StandingShare,
    StoredRow,
)
from registry.kernel import db, sql
from registry.kernel.changes import Cause, Village
from registry.kernel.db import Conn, Scope
from registry.reference.returns import ReferenceRow

Q = sql.queries("fulfilment")


async def hold_villages(conn: Conn, villages: Sequence[str]) -> None:
    await db.run(conn, Q["hold_villages"], villages)


async def reprice_village(conn: Conn, village_code: str) -> None:
    await db.run(conn, Q["reprice_village"], village_code)


async def places_of_contracts(conn: Conn, contracts: Collection[UUID]) -> list[PlaceRow]:
    return await db.many(conn, PlaceRow, Q["places_of_contracts"], list(contracts))


async def contracts_for_facts(
    conn: Conn, counties: Sequence[str], contracts: Sequence[UUID]
) -> list[ContractRow]:
    return await db.many(conn, ContractRow, Q["contracts_for_facts"], counties, contracts)


async def components_for_facts(
    conn: Conn, counties: Sequence[str], contracts: Sequence[UUID]
) -> list[ComponentRow]:
    return await db.many(conn, ComponentRow, Q["components_for_facts"], counties, contracts)


async def order_terms_for_facts(
    conn: Conn, counties: Sequence[str], contracts: Sequence[UUID]
) -> list[TermsRow]:
    return await db.many(conn, TermsRow, Q["order_terms_for_facts"], counties, contracts)


async def party_organizations(
    conn: Conn, counties: Sequence[str], contracts: Sequence[UUID]
) -> list[PartyRow]:
    return await db.many(conn, PartyRow, Q["party_organizations"], counties, contracts)


async def annex_for_facts(
    conn: Conn, counties: Sequence[str], contracts: Sequence[UUID], households: Collection[UUID]
) -> list[AnnexRow]:
    return await db.many(conn, AnnexRow, Q["annex_for_facts"], counties, contracts, list(households))


async def households_for_facts(
    conn: Conn, counties: Sequence[str], households: Collection[UUID]
) -> list[HouseholdRow]:
    return await db.many(conn, HouseholdRow, Q["households_for_facts"], counties, list(households))


async def products_with_grades(conn: Conn, products: Sequence[str]) -> list[ProductRow]:
    return await db.many(conn, ProductRow, Q["products_with_grades"], products)


async def seasons_for_facts(conn: Conn, products: Sequence[str], divisions: Sequence[str]) -> list[SeasonRow]:
    return await db.many(conn, SeasonRow, Q["seasons_for_facts"], products, divisions)


async def quotes_for_facts(
    conn: Conn, products: Sequence[str], divisions: Sequence[str], first: date, last: date
) -> list[QuoteRow]:
    return await db.many(conn, QuoteRow, Q["quotes_for_facts"], products, divisions, first, last)


async def returns_for_facts(conn: Conn, crops: Sequence[str], divisions: Sequence[str]) -> list[ReferenceRow]:
    return await db.many(conn, ReferenceRow, Q["returns_for_facts"], crops, divisions)


async def delivered_so_far(
    conn: Conn, counties: Sequence[str], contracts: Sequence[UUID], households: Sequence[UUID]
) -> list[SoFarRow]:
    return await db.many(conn, SoFarRow, Q["delivered_so_far"], counties, contracts, households)


async def yields_of_contracts(
    conn: Conn, counties: Sequence[str], contracts: Sequence[UUID]
) -> list[YieldRow]:
    return await db.many(conn, YieldRow, Q["yields_of_contracts"], counties, contracts)


async def latest_unit_prices(conn: Conn, counties: Sequence[str], contracts: Sequence[UUID]) -> list[PaidRow]:
    return await db.many(conn, PaidRow, Q["latest_unit_prices"], counties, contracts)


async def tickets_taken(
    conn: Conn, counties: Sequence[str], buyers: Sequence[UUID], years: Sequence[int], numbers: Sequence[str]
) -> list[TakenRow]:
    return await db.many(conn, TakenRow, Q["tickets_taken"], counties, buyers, years, numbers)


async def tickets_of_days(
    conn: Conn, counties: Sequence[str], contracts: Sequence[UUID], days: Sequence[date]
) -> list[TakenRow]:
    return await db.many(conn, TakenRow, Q["tickets_of_days"], counties, contracts, days)


async def add_deliveries(conn: Conn, rows: Iterable[NewDelivery]) -> set[UUID]:
    """Those stored; a ticket number that stands already is left out."""
    stored = await db.many(conn, StoredRow, Q["add_deliveries"], db.rows_json(rows))
    return {row.delivery_id for row in stored}


async def add_delivery_prices(conn: Conn, rows: Iterable[NewPrice]) -> None:
    await db.run(conn, Q["add_delivery_prices"], db.rows_json(rows))


async def add_allocations(conn: Conn, rows: Iterable[NewAllocation]) -> None:
    await db.run(conn, Q["add_allocations"], db.rows_json(rows))


async def deliveries(
    conn: Conn, wanted: DeliveryFilter, *, after_day: date | None, after_id: UUID | None, limit: int
) -> list[DeliveryRow]:
    first, last, county = subtree(wanted.division)
    return await db.many(
        conn,
        DeliveryRow,
        Q["deliveries"],
        county,
        first,
        last,
        wanted.contract_id,
        wanted.household_id,
        wanted.product_code,
        wanted.season_id,
        wanted.first_day,
        wanted.last_day,
        wanted.voided,
        wanted.updated_since,
        after_day,
        after_id,
        wanted.unpriced,
        wanted.delivery_id,
        limit,
    )


async def deliveries_total(conn: Conn, wanted: DeliveryFilter) -> Totals:
    first, last, county = subtree(wanted.division)
    return await db.one(
        conn,
        Totals,
        Q["deliveries_total"],
        county,
        first,
        last,
        wanted.contract_id,
        wanted.household_id,
        wanted.product_code,
        wanted.season_id,
        wanted.first_day,
        wanted.last_day,
    )


def subtree(division: str | None) -> tuple[str | None, str | None, str | None]:
    """First and last code of a division's subtree, and its county if it lies in one (it places the rows)."""
    if division is None:
        return None, None, None
    scope = Scope.of_division(division)
    return scope.first, scope.last, division[:6] if division[4:6] != "00" else None


async def void_delivery(
    conn: Conn, county_code: str, delivery_id: UUID, *, now: datetime, actor: str, reason: str
) -> bool:
    """Whether it was this call that voided it."""
    voided = await db.run(conn, Q["void_delivery"], county_code, delivery_id, now, actor, reason)
    return voided == 1


async def villages_with_tickets(conn: Conn, cause: Cause) -> list[Village]:
    return await db.many(
        conn,
        Village,
        Q["villages_with_tickets"],
        cause.first,
        cause.last,
        cause.contract_id,
        cause.product_code,
        cause.first_day,
        cause.last_day,
        # a line of a year may hold tickets of the winter before
        None if cause.year is None else cause.year - 1,
    )


async def deliveries_to_price(
    conn: Conn, county_code: str, village_code: str, contracts: Sequence[UUID] | None
) -> list[StandingPrice]:
    return await db.many(conn, StandingPrice, Q["deliveries_to_price"], county_code, village_code, contracts)


async def allocations_to_price(
    conn: Conn, county_code: str, village_code: str, contracts: Sequence[UUID] | None
) -> list[StandingShare]:
    return await db.many(conn, StandingShare, Q["allocations_to_price"], county_code, village_code, contracts)


async def change_delivery_prices(conn: Conn, rows: Iterable[NewPrice]) -> None:
    await db.run(conn, Q["change_delivery_prices"], db.rows_json(rows))


async def change_allocation_amounts(conn: Conn, rows: Iterable[StandingShare]) -> None:
    await db.run(conn, Q["change_allocation_amounts"], db.rows_json(rows))


async def mark_deliveries_changed(
    conn: Conn, county_code: str, deliveries: Sequence[UUID], *, now: datetime, actor: str
) -> None:
    await db.run(conn, Q["mark_deliveries_changed"], county_code, deliveries, now, actor)


async def households_by_number(
    conn: Conn, villages: Sequence[str], numbers: Sequence[str]
) -> list[HouseholdRow]:
    return await db.many(conn, HouseholdRow, Q["households_by_number"], villages, numbers)


async def contracts_by_number(conn: Conn, numbers: Sequence[str]) -> list[NumberedRow]:
    return await db.many(conn, NumberedRow, Q["contracts_by_number"], numbers)
