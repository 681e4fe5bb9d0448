"""Entering and voiding amounts, cost records and own sales; saying which cost classes are complete.

Any number of records takes the same statements. Each touches its household for the year of the season.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

import msgspec

from registry.audit import service as audit
from registry.fulfilment import books, drawing, record_queries
from registry.fulfilment.books import Asked, Books
from registry.fulfilment.deliveries import already_voided
from registry.fulfilment.drawing import Drawn
from registry.fulfilment.record_model import (
    CompletionIn,
    CompletionRow,
    CostRecordIn,
    CostRecordRow,
    EntryIn,
    EntryRow,
    OwnSaleIn,
    OwnSaleRow,
    RecordFilter,
    Voidable,
)
from registry.kernel import changes
from registry.kernel.db import Conn
from registry.kernel.errors import Invalid, Mistake, NotFound
from registry.kernel.web import Act

Sent = TypeVar("Sent", EntryIn, CostRecordIn, OwnSaleIn, CompletionIn)
New = TypeVar("New")
Shown = TypeVar("Shown", bound=Voidable)


async def add_entries(conn: Conn, act: Act, rows: Sequence[EntryIn]) -> list[UUID]:
    """Enters dated amounts; their ids in order. Invalid with the mistakes of all rows."""
    made = await _drawn(conn, act, rows, drawing.entry)
    await record_queries.add_entries(conn, made)
    return _told(conn, act, "entry", [row.entry_id for row in made])


async def add_cost_records(conn: Conn, act: Act, rows: Sequence[CostRecordIn]) -> list[UUID]:
    """Enters costs; their ids in order. Invalid with the mistakes of all rows."""
    made = await _drawn(conn, act, rows, drawing.cost_record)
    await record_queries.add_cost_records(conn, made)
    return _told(conn, act, "cost_record", [row.cost_record_id for row in made])


async def add_own_sales(conn: Conn, act: Act, rows: Sequence[OwnSaleIn]) -> list[UUID]:
    """Enters own sales; their ids in order. Invalid with the mistakes of all rows."""
    made = await _drawn(conn, act, rows, drawing.own_sale)
    await record_queries.add_own_sales(conn, made)
    return _told(conn, act, "own_sale", [row.own_sale_id for row in made])


async def complete_costs(conn: Conn, act: Act, rows: Sequence[CompletionIn]) -> None:
    """Says whether cost classes are complete; the last word counts. Invalid with the mistakes of all rows."""
    made = await _drawn(conn, act, rows, drawing.completion)
    for county in sorted({row.county_code for row in made}):
        held = {row.participant_id for row in made if row.county_code == county}
        await record_queries.hold_participants(conn, county, held)
    keys = [audit.key(row.participant_id, row.season_id, row.cost_class) for row in made]
    await audit.watch_all(conn, act, "cost_completion", keys)
    await record_queries.save_cost_completions(conn, made)


def _told(conn: Conn, act: Act, kind: str, ids: list[UUID]) -> list[UUID]:
    """The ids, told to the trail as new records."""
    audit.made(conn, act, kind, ids)
    return ids


async def _drawn(
    conn: Conn, act: Act, rows: Sequence[Sent], draw: Callable[[Sent, Books, Act], Drawn[New]]
) -> list[New]:
    """The rows to store; their households are touched. Invalid with the mistakes of all rows."""
    known = await books.load(conn, _asked(rows))
    drawn: list[Drawn[New]] = []
    mistakes: list[Mistake] = []
    for index, row in enumerate(rows):
        try:
            drawn.append(draw(row, known, act))
        except Invalid as refused:
            at = f"/{index}" if len(rows) > 1 else ""
            mistakes += [msgspec.structs.replace(one, pointer=at + one.pointer) for one in refused.mistakes]
    if mistakes:
        raise Invalid(mistakes)
    for one in drawn:
        if one.line is not None:
            year = one.line.year(one.day)
            changes.touch(conn, one.line.contract.county_code, one.line.household_id, year)
    return [one.row for one in drawn]


def _asked(rows: Sequence[EntryIn | CostRecordIn | OwnSaleIn | CompletionIn]) -> Asked:
    households = [row.household_id for row in rows]
    products = [row.product_code for row in rows if isinstance(row, OwnSaleIn)]
    return Asked(
        contracts=frozenset(row.contract_id for row in rows),
        households=frozenset(one for one in households if one is not None),
        days=frozenset(),
        products=frozenset(one for one in products if one is not None),
    )


async def entry(conn: Conn, record_id: UUID) -> EntryRow:
    """One amount; NotFound outside the scope."""
    return _only(await record_queries.entries(conn, RecordFilter(record_id=record_id), limit=1))


async def cost_record(conn: Conn, record_id: UUID) -> CostRecordRow:
    """One cost record; NotFound outside the scope."""
    return _only(await record_queries.cost_records(conn, RecordFilter(record_id=record_id), limit=1))


async def own_sale(conn: Conn, record_id: UUID) -> OwnSaleRow:
    """One own sale; NotFound outside the scope."""
    return _only(await record_queries.own_sales(conn, RecordFilter(record_id=record_id), limit=1))


def _only(found: Sequence[Shown]) -> Shown:
    if not found:
        raise NotFound
    return found[0]


async def void_entry(conn: Conn, act: Act, record_id: UUID, reason: str) -> EntryRow:
    """The amount counts no more; it stays visible. Conflict if it was voided before."""
    row = await entry(conn, record_id)
    await audit.watch(conn, act, "entry", record_id)
    voided = await record_queries.void_entry(
        conn, row.county_code, record_id, now=act.now, actor=act.actor, reason=reason
    )
    return await _voided(conn, row, voided, lambda: entry(conn, record_id))


async def void_cost_record(conn: Conn, act: Act, record_id: UUID, reason: str) -> CostRecordRow:
    """The cost counts no more; it stays visible. Conflict if it was voided before."""
    row = await cost_record(conn, record_id)
    await audit.watch(conn, act, "cost_record", record_id)
    voided = await record_queries.void_cost_record(
        conn, row.county_code, record_id, now=act.now, actor=act.actor, reason=reason
    )
    return await _voided(conn, row, voided, lambda: cost_record(conn, record_id))


async def void_own_sale(conn: Conn, act: Act, record_id: UUID, reason: str) -> OwnSaleRow:
    """The sale counts no more; it stays visible. Conflict if it was voided before."""
    row = await own_sale(conn, record_id)
    await audit.watch(conn, act, "own_sale", record_id)
    voided = await record_queries.void_own_sale(
        conn, row.county_code, record_id, now=act.now, actor=act.actor, reason=reason
    )
    return await _voided(conn, row, voided, lambda: own_sale(conn, record_id))


async def _voided(conn: Conn, row: Shown, voided: bool, again: Callable[[], Awaitable[Shown]]) -> Shown:
    """The record as it stands now; the household is touched. Conflict if another call voided it."""
    now = await again()
    if not voided:
        raise already_voided() if now.voided_at is not None else NotFound()
    if row.household_id is not None:
        year = row.season_year or row.day.year
        changes.touch(conn, row.county_code, row.household_id, year)
    return now


async def completions(
    conn: Conn, *, contract_id: UUID | None, household_id: UUID | None, season_id: UUID | None, limit: int
) -> list[CompletionRow]:
    """What is said about the cost classes of lines."""
    return await record_queries.cost_completions(
        conn, contract_id=contract_id, household_id=household_id, season_id=season_id, limit=limit
    )
