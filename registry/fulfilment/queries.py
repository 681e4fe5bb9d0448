"""Typed functions over sql/queries/fulfilment.sql for deliveries: one statement each. Those of entries, cost
records and own sales are `record_queries.py`."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

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
from registry.fulfilment.rows import NewAllocation, NewDelivery, NewPrice, StoredPrice, StoredShare
from registry.kernel.db.scope import Reach, Scope
from registry.kernel.db.statements import Queries
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


class _Sums(Struct, frozen=True, kw_only=True):
    """What remains to be asked of the tickets that a sum starts from. first..last: village codes."""

    first: str
    last: str
    contract_id: UUID | None
    product_code: str | None
    season_id: UUID | None
    first_day: date | None
    last_day: date | None


class _Rest(_Sums, frozen=True, kw_only=True):
    """Likewise of a list."""

    voided: bool | None
    updated_since: datetime | None


After: TypeAlias = tuple[date, UUID] | None
Cut: TypeAlias = tuple[bool | None, After, int]
"""Unpriced ones or the others, after which one, how many."""
delivery_by_id = q("delivery_by_id", UUID).one(DeliveryRow)
_of_household = q("deliveries_of_household", UUID, _Rest, bool | None, After, int).many(DeliveryRow)
_of_contracts = q("deliveries_of_contracts", Sequence[UUID], _Rest, bool | None, After, int).many(DeliveryRow)
_of_villages = q("deliveries_of_villages", Reach, _Rest, bool | None, After, int).many(DeliveryRow)
_of_county = q("deliveries_of_county", str, _Rest, bool | None, After, int).many(DeliveryRow)
_of_season = q("deliveries_of_season", UUID, _Rest, bool | None, After, int).many(DeliveryRow)
_everywhere = q("deliveries_everywhere", _Rest, bool | None, After, int).many(DeliveryRow)
_unpriced = q("deliveries_unpriced", _Rest, After, int).many(DeliveryRow)
_total = q("deliveries_total", _Sums).one(Totals)
_total_of_household = q("deliveries_total_of_household", UUID, _Sums).one(Totals)


async def deliveries(work: Work, wanted: DeliveryFilter, *, after: After, limit: int) -> list[DeliveryRow]:
    """By the statement that finds the tickets of this filter, for this caller, in the order of an index."""
    place = _place(work, wanted)
    rest, page = _rest(wanted, place), (wanted.unpriced, after, limit)
    if wanted.household_id is not None:
        return await _of_household(work, wanted.household_id, rest, *page)
    if wanted.contract_id is not None:
        return await _of_contracts(work, [wanted.contract_id], rest, *page)
    if wanted.unpriced:
        return await _unpriced(work, rest, after, limit)
    if not work.read.reach.firsts:
        return await _of_contracts(work, work.read.contracts, rest, *page)
    return await _of_place(work, place.reach, rest, page)


async def _of_place(work: Work, place: Reach, rest: _Rest, page: Cut) -> list[DeliveryRow]:
    if place.within_counties:
        return await _of_villages(work, place, rest, *page)
    if rest.season_id is not None:
        return await _of_season(work, rest.season_id, rest, *page)
    if place.counties and len(place.counties) == 1:
        return await _of_county(work, place.counties[0], rest, *page)
    return await _everywhere(work, rest, *page)


async def deliveries_total(work: Work, wanted: DeliveryFilter) -> Totals:
    sums = fill(_Sums, _rest(wanted, _place(work, wanted)))
    if wanted.household_id is not None:
        return await _total_of_household(work, wanted.household_id, sums)
    return await _total(work, sums)


def _place(work: Work, wanted: DeliveryFilter) -> Scope:
    return work.read if wanted.division is None else Scope.of_division(wanted.division)


def _rest(wanted: DeliveryFilter, place: Scope) -> _Rest:
    """A partner's tickets lie anywhere."""
    reach = place.reach if place.reach.firsts else Scope.ALL.reach
    return fill(_Rest, wanted, first=reach.firsts[0], last=reach.lasts[-1])


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
