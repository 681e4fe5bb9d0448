"""Fulfilment's use cases, for its own routes and for other features: what happened under contracts."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from registry.fulfilment import queries
from registry.fulfilment.batches import enter_batch
from registry.fulfilment.deliveries import add, enter, get, store, void
from registry.fulfilment.imports import import_rows
from registry.fulfilment.model import DeliveryFilter, DeliveryRow, Totals
from registry.fulfilment.records import (
    complete_costs,
    completions,
    cost_records,
    entries,
    in_scope,
    own_sales,
)
from registry.fulfilment.repricing import reprice, villages_to_reprice
from registry.kernel import findings
from registry.kernel.db.transactions import Scope
from registry.kernel.findings import Finding
from registry.kernel.work import Work

__all__ = [
    "add",
    "adds_up_quickly",
    "complete_costs",
    "completions",
    "cost_records",
    "deliveries",
    "deliveries_total",
    "enter",
    "enter_batch",
    "entries",
    "findings_of",
    "get",
    "import_rows",
    "own_sales",
    "reprice",
    "store",
    "villages_to_reprice",
    "void",
]


async def deliveries(
    work: Work, wanted: DeliveryFilter, *, after: tuple[date, UUID] | None = None, limit: int
) -> list[DeliveryRow]:
    """Tickets of a filter, newest day first, after the day and id of the last one seen. NotFound for a
    division that is not all in scope."""
    await in_scope(work, wanted.division)
    return await queries.deliveries(work, wanted, after=after, limit=limit)


async def deliveries_total(work: Work, wanted: DeliveryFilter) -> Totals:
    """Count, kg and the households' yuan of the tickets of a filter that are not voided. NotFound as
    `deliveries`."""
    await in_scope(work, wanted.division)
    return await queries.deliveries_total(work, wanted)


def adds_up_quickly(work: Work, wanted: DeliveryFilter) -> bool:
    """Whether the tickets of a filter are of one contract, household or village: then a page shows what they
    come to without being asked."""
    place = work.read if wanted.division is None else Scope.of_division(wanted.division)
    village = len(place.reach.firsts) == 1 and place.reach.firsts == place.reach.lasts
    return village or bool(wanted.contract_id or wanted.household_id)


async def findings_of(work: Work, row: DeliveryRow) -> Sequence[Finding]:
    """The warnings a ticket was entered over, with the reasons given."""
    return await findings.of_record(work, row.county_code, row.delivery_id)
