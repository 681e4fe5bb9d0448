"""Fulfilment's use cases, for its own routes and for other features: what happened under contracts."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from registry.divisions import service as divisions
from registry.divisions.model import FIRST_DAY
from registry.fulfilment import queries, record_queries
from registry.fulfilment.batches import enter_batch
from registry.fulfilment.deliveries import add, enter, get, store, void
from registry.fulfilment.imports import import_rows
from registry.fulfilment.model import DeliveryFilter, DeliveryRow, Totals
from registry.fulfilment.record_model import CostRecordRow, EntryRow, OwnSaleRow, RecordFilter
from registry.fulfilment.records import (
    add_cost_records,
    add_entries,
    add_own_sales,
    complete_costs,
    completions,
    cost_record,
    entry,
    own_sale,
    void_cost_record,
    void_entry,
    void_own_sale,
)
from registry.fulfilment.repricing import reprice, villages_to_reprice
from registry.kernel import findings
from registry.kernel.findings import Finding
from registry.kernel.work import Work

__all__ = [
    "add",
    "add_cost_records",
    "add_entries",
    "add_own_sales",
    "complete_costs",
    "completions",
    "cost_record",
    "cost_records",
    "deliveries",
    "deliveries_total",
    "enter",
    "enter_batch",
    "entries",
    "entry",
    "findings_of",
    "get",
    "import_rows",
    "own_sale",
    "own_sales",
    "reprice",
    "store",
    "villages_to_reprice",
    "void",
    "void_cost_record",
    "void_entry",
    "void_own_sale",
]


async def deliveries(
    work: Work, wanted: DeliveryFilter, *, after: tuple[date, UUID] | None = None, limit: int
) -> list[DeliveryRow]:
    """Tickets of a filter, newest day first, after the day and id of the last one seen. NotFound for a
    division that is not all in scope."""
    await _in_scope(work, wanted.division)
    after_day, after_id = after or (None, None)
    return await queries.deliveries(work, wanted, after_day=after_day, after_id=after_id, limit=limit)


async def deliveries_total(work: Work, wanted: DeliveryFilter) -> Totals:
    """Count, kg and the households' yuan of the tickets of a filter that are not voided. NotFound as
    `deliveries`."""
    await _in_scope(work, wanted.division)
    return await queries.deliveries_total(work, wanted)


async def entries(
    work: Work, wanted: RecordFilter, *, after: UUID | None = None, limit: int
) -> list[EntryRow]:
    """Dated amounts of a filter, newest first. NotFound for a division that is not all in scope."""
    await _in_scope(work, wanted.division)
    return await record_queries.entries(work, wanted, after=after, limit=limit)


async def cost_records(
    work: Work, wanted: RecordFilter, *, after: UUID | None = None, limit: int
) -> list[CostRecordRow]:
    """Cost records of a filter, newest first. NotFound for a division that is not all in scope."""
    await _in_scope(work, wanted.division)
    return await record_queries.cost_records(work, wanted, after=after, limit=limit)


async def own_sales(
    work: Work, wanted: RecordFilter, *, after: UUID | None = None, limit: int
) -> list[OwnSaleRow]:
    """Own sales of a filter, newest first. NotFound for a division that is not all in scope."""
    await _in_scope(work, wanted.division)
    return await record_queries.own_sales(work, wanted, after=after, limit=limit)


async def _in_scope(work: Work, division: str | None) -> None:
    """The day does not matter: only areas have members by day."""
    if division is not None:
        await divisions.narrowed(work, division, FIRST_DAY)


async def findings_of(work: Work, row: DeliveryRow) -> Sequence[Finding]:
    """The warnings a ticket was entered over, with the reasons given."""
    return await findings.of_record(work, row.county_code, row.delivery_id)
