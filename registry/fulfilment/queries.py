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
from registry.kernel.db import Scope
from registry.kernel.statements import Queries
from registry.kernel.work import Cause, Village, Work
from registry.reference.returns import ReferenceRow

q = Queries("fulfilment")
Q = sql.queries("fulfilment")


hold_villages = q("hold_villages", Sequence[str]).run()
reprice_village = q("reprice_village", str).run()
places_of_contracts = q("places_of_contracts", Collection[UUID]).many(PlaceRow)
contracts_for_facts = q("contracts_for_facts", Sequence[str], Sequence[UUID]).many(ContractRow)
components_for_facts = q("components_for_facts", Sequence[str], Sequence[UUID]).many(ComponentRow)
order_terms_for_facts = q("order_terms_for_facts", Sequence[str], Sequence[UUID]).many(TermsRow)
party_organizations = q("party_organizations", Sequence[str], Sequence[UUID]).many(PartyRow)
annex_for_facts = q("annex_for_facts", Sequence[str], Sequence[UUID], Collection[UUID]).many(AnnexRow)
households_for_facts = q("households_for_facts", Sequence[str], Collection[UUID]).many(HouseholdRow)
products_with_grades = q("products_with_grades", Sequence[str]).many(ProductRow)
seasons_for_facts = q("seasons_for_facts", Sequence[str], Sequence[str]).many(SeasonRow)
quotes_for_facts = q("quotes_for_facts", Sequence[str], Sequence[str], date, date).many(QuoteRow)
returns_for_facts = q("returns_for_facts", Sequence[str], Sequence[str]).many(ReferenceRow)
delivered_so_far = q("delivered_so_far", Sequence[str], Sequence[UUID], Sequence[UUID]).many(SoFarRow)
yields_of_contracts = q("yields_of_contracts", Sequence[str], Sequence[UUID]).many(YieldRow)
latest_unit_prices = q("latest_unit_prices", Sequence[str], Sequence[UUID]).many(PaidRow)
tickets_taken = q("tickets_taken", Sequence[str], Sequence[UUID], Sequence[int], Sequence[str]).many(TakenRow)
tickets_of_days = q("tickets_of_days", Sequence[str], Sequence[UUID], Sequence[date]).many(TakenRow)


async def add_deliveries(work: Work, rows: Iterable[NewDelivery]) -> set[UUID]:
    """Those stored; a ticket number that stands already is left out."""
    stored = await db.many(work, StoredRow, Q["add_deliveries"], db.rows_json(rows))
    return {row.delivery_id for row in stored}


add_delivery_prices = q("add_delivery_prices", Iterable[NewPrice]).run()
add_allocations = q("add_allocations", Iterable[NewAllocation]).run()


async def deliveries(
    work: Work, wanted: DeliveryFilter, *, after_day: date | None, after_id: UUID | None, limit: int
) -> list[DeliveryRow]:
    first, last, county = subtree(wanted.division)
    return await db.many(
        work,
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


async def deliveries_total(work: Work, wanted: DeliveryFilter) -> Totals:
    first, last, county = subtree(wanted.division)
    return await db.one(
        work,
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
    work: Work, county_code: str, delivery_id: UUID, *, now: datetime, actor: str, reason: str
) -> bool:
    """Whether it was this call that voided it."""
    voided = await db.run(work, Q["void_delivery"], county_code, delivery_id, now, actor, reason)
    return voided == 1


async def villages_with_tickets(work: Work, cause: Cause) -> list[Village]:
    return await db.many(
        work,
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


deliveries_to_price = q("deliveries_to_price", str, str, Sequence[UUID] | None).many(StandingPrice)
allocations_to_price = q("allocations_to_price", str, str, Sequence[UUID] | None).many(StandingShare)
change_delivery_prices = q("change_delivery_prices", Iterable[NewPrice]).run()
change_allocation_amounts = q("change_allocation_amounts", Iterable[StandingShare]).run()


async def mark_deliveries_changed(
    work: Work, county_code: str, deliveries: Sequence[UUID], *, now: datetime, actor: str
) -> None:
    await db.run(work, Q["mark_deliveries_changed"], county_code, deliveries, now, actor)


households_by_number = q("households_by_number", Sequence[str], Sequence[str]).many(HouseholdRow)
contracts_by_number = q("contracts_by_number", Sequence[str]).many(NumberedRow)
