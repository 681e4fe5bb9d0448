"""Typed functions over sql/queries/fulfilment.sql for deliveries: one statement each. Those of entries, cost
records and own sales are `record_queries.py`."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
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
from registry.fulfilment.model import DeliveryFilter, DeliveryRow, Totals
from registry.fulfilment.rows import (
    NewAllocation,
    NewDelivery,
    NewPrice,
    StoredPrice,
    StoredShare,
)
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.db.transactions import Scope
from registry.kernel.work import Cause, Village, Work

q = Queries("fulfilment")
Q = sql.queries("fulfilment")


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


async def deliveries(
    work: Work, wanted: DeliveryFilter, *, after_day: date | None, after_id: UUID | None, limit: int
) -> list[DeliveryRow]:
    first, last, county = subtree(wanted.division)
    return await transactions.many(
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
    return await transactions.one(
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
    voided = await transactions.run(work, Q["void_delivery"], county_code, delivery_id, now, actor, reason)
    return voided == 1


async def villages_with_tickets(work: Work, cause: Cause) -> list[Village]:
    return await transactions.many(
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


deliveries_to_price = q("deliveries_to_price", str, str, Sequence[UUID] | None).many(StoredPrice)
allocations_to_price = q("allocations_to_price", str, str, Sequence[UUID] | None).many(StoredShare)
change_delivery_prices = q("change_delivery_prices", Iterable[NewPrice]).run()
change_allocation_amounts = q("change_allocation_amounts", Iterable[StoredShare]).run()


async def mark_deliveries_changed(
    work: Work, county_code: str, deliveries: Sequence[UUID], *, now: datetime, actor: str
) -> None:
    await transactions.run(work, Q["mark_deliveries_changed"], county_code, deliveries, now, actor)


households_by_number = q("households_by_number", Sequence[str], Sequence[str]).many(HouseholdRow)
contracts_by_number = q("contracts_by_number", Sequence[str]).many(NumberedRow)
