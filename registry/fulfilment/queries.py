"""Typed functions over sql/queries/fulfilment.sql for deliveries: one statement each. Those of entries, cost
records and own sales are `record_queries.py`."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from registry.fulfilment.facts import (
    ExistingTicketRow,
    FactRows,
    HouseholdRow,
    NumberedRow,
    PlaceRow,
    QuoteRow,
    TermsRow,
    YieldRow,
)
from registry.fulfilment.model import DeliveryFilter, DeliveryRow, TicketQuery, Totals
from registry.fulfilment.rows import NewAllocation, NewDelivery, NewPrice, StoredPrice, StoredShare
from registry.kernel.db.statements import Queries
from registry.kernel.db.transactions import Scope
from registry.kernel.fill import fill
from registry.kernel.work import Cause, Village, Work

q = Queries("fulfilment")
reprice_village = q("reprice_village", str).run()
counties_of_contracts = q("counties_of_contracts", Collection[UUID]).values(str)
hold_contracts = q("hold_contracts", Collection[UUID], Sequence[str]).many(PlaceRow)
terms_for_facts = q("terms_for_facts", Sequence[str], Sequence[UUID]).many(TermsRow)
quotes_for_facts = q("quotes_for_facts", Sequence[str], Sequence[str], date, date).many(QuoteRow)
ticket_facts = q(
    "ticket_facts", Sequence[str], Sequence[UUID], Collection[UUID], Collection[date], Collection[str]
).one(FactRows)
yields_of_contracts = q("yields_of_contracts", Sequence[str], Sequence[UUID]).many(YieldRow)
tickets_taken = q("tickets_taken", Sequence[str], Sequence[UUID], Sequence[int], Sequence[str]).many(
    ExistingTicketRow
)
enter_deliveries = q(
    "enter_deliveries", Sequence[NewDelivery], Sequence[NewPrice], Sequence[NewAllocation]
).values(UUID)
Subtree: TypeAlias = tuple[str | None, str | None, str | None]
"""County (if it is one), first and last code."""
_deliveries = q(
    "deliveries",
    Subtree,
    TicketQuery,
    tuple[bool | None, datetime | None],
    tuple[date, UUID] | None,
    bool | None,
    UUID | None,
    int,
).many(DeliveryRow)
_deliveries_total = q("deliveries_total", Subtree, TicketQuery).one(Totals)


async def deliveries(
    work: Work, wanted: DeliveryFilter, *, after: tuple[date, UUID] | None, limit: int
) -> list[DeliveryRow]:
    place, query = subtree(wanted.division), fill(TicketQuery, wanted)
    state, only = (wanted.voided, wanted.updated_since), wanted.delivery_id
    return await _deliveries(work, place, query, state, after, wanted.unpriced, only, limit)


async def deliveries_total(work: Work, wanted: DeliveryFilter) -> Totals:
    return await _deliveries_total(work, subtree(wanted.division), fill(TicketQuery, wanted))


def subtree(division: str | None) -> Subtree:
    """The county of a division's subtree, if it lies in one (it places the rows), first and last code."""
    if division is None:
        return None, None, None
    scope = Scope.of_division(division)
    return division[:6] if division[4:6] != "00" else None, scope.first, scope.last


void_delivery = q("void_delivery", str, UUID, datetime, str, str).run()
"""How many it voided: none if another call was first."""
_villages_with_tickets = q(
    "villages_with_tickets", str, str, UUID | None, str | None, date | None, date | None, int | None
).many(Village)


async def villages_with_tickets(work: Work, cause: Cause) -> list[Village]:
    # a line of a year may hold tickets of the winter before
    year = None if cause.year is None else cause.year - 1
    days = (cause.first_day, cause.last_day)
    return await _villages_with_tickets(
        work, cause.first, cause.last, cause.contract_id, cause.product_code, *days, year
    )


deliveries_to_price = q("deliveries_to_price", str, str, Sequence[UUID] | None).many(StoredPrice)
allocations_to_price = q("allocations_to_price", str, str, Sequence[UUID] | None).many(StoredShare)
change_delivery_prices = q("change_delivery_prices", Iterable[NewPrice]).run()
change_allocation_amounts = q("change_allocation_amounts", Iterable[StoredShare]).run()


mark_deliveries_changed = q("mark_deliveries_changed", str, Sequence[UUID], datetime, str).run()
households_by_number = q("households_by_number", Sequence[str], Sequence[str]).many(HouseholdRow)
contracts_by_number = q("contracts_by_number", Sequence[str]).many(NumberedRow)
