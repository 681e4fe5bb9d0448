"""Fulfilment's use cases, for its own routes and for other features: what happened under contracts."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from registry.fulfilment import queries
from registry.fulfilment.batches import enter_batch
from registry.fulfilment.deliveries import add, enter, get, void
from registry.fulfilment.importing import import_rows
from registry.fulfilment.model import DeliveryFilter, DeliveryRow, Totals
from registry.fulfilment.record_queries import cost_records, entries, own_sales
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
from registry.kernel.db import Conn
from registry.kernel.findings import Finding

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
    "villages_to_reprice",
    "void",
    "void_cost_record",
    "void_entry",
    "void_own_sale",
]


async def deliveries(
    conn: Conn, wanted: DeliveryFilter, *, after: tuple[date, UUID] | None = None, limit: int
) -> list[DeliveryRow]:
    """Tickets of a filter, newest day first, after the day and id of the last one seen."""
    after_day, after_id = after or (None, None)
    return await queries.deliveries(conn, wanted, after_day=after_day, after_id=after_id, limit=limit)


async def deliveries_total(conn: Conn, wanted: DeliveryFilter) -> Totals:
    """Count, kg and the households' yuan of the tickets of a filter that stand."""
    return await queries.deliveries_total(conn, wanted)


async def findings_of(conn: Conn, row: DeliveryRow) -> Sequence[Finding]:
    """The warnings a ticket was entered over, with the reasons given."""
    return await findings.of_record(conn, row.county_code, row.delivery_id)
