"""Entering and voiding amounts, cost records and own sales; marking cost classes as complete.

Any number of records takes the same statements. Each touches its household for the year of the season.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

import msgspec

from registry.audit import service as audit
from registry.fulfilment import books, build_records, record_queries
from registry.fulfilment.books import Asked, Books
from registry.fulfilment.build_records import BuiltRecord
from registry.fulfilment.deliveries import already_voided
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
from registry.kernel.errors import Invalid, Mistake, NotFound
from registry.kernel.work import Act, Work

Sent = TypeVar("Sent", EntryIn, CostRecordIn, OwnSaleIn, CompletionIn)
New = TypeVar("New")
Shown = TypeVar("Shown", bound=Voidable)


async def add_entries(work: Work, rows: Sequence[EntryIn]) -> list[UUID]:
    """Enters dated amounts; their ids in order. Invalid with the mistakes of all rows."""
    made = await _build(work, rows, build_records.entry)
    await record_queries.add_entries(work, made)
    return _audit_created(work, "entry", [row.entry_id for row in made])


async def add_cost_records(work: Work, rows: Sequence[CostRecordIn]) -> list[UUID]:
    """Enters costs; their ids in order. Invalid with the mistakes of all rows."""
    made = await _build(work, rows, build_records.cost_record)
    await record_queries.add_cost_records(work, made)
    return _audit_created(work, "cost_record", [row.cost_record_id for row in made])


async def add_own_sales(work: Work, rows: Sequence[OwnSaleIn]) -> list[UUID]:
    """Enters own sales; their ids in order. Invalid with the mistakes of all rows."""
    made = await _build(work, rows, build_records.own_sale)
    await record_queries.add_own_sales(work, made)
    return _audit_created(work, "own_sale", [row.own_sale_id for row in made])


async def complete_costs(work: Work, rows: Sequence[CompletionIn]) -> None:
    """Marks cost classes as complete or not; the last call wins. Invalid with the mistakes of all rows."""
    made = await _build(work, rows, build_records.completion)
    for county in sorted({row.county_code for row in made}):
        held = {row.participant_id for row in made if row.county_code == county}
        await record_queries.hold_participants(work, county, held)
    keys = [audit.key(row.participant_id, row.season_id, row.cost_class) for row in made]
    await audit.watch_all(work, "cost_completion", keys)
    await record_queries.save_cost_completions(work, made)


def _audit_created(work: Work, kind: str, ids: list[UUID]) -> list[UUID]:
    """The ids, after auditing them as new records."""
    audit.created(work, kind, ids)
    return ids


async def _build(
    work: Work, rows: Sequence[Sent], draw: Callable[[Sent, Books, Act], BuiltRecord[New]]
) -> list[New]:
    """The rows to store; their households are touched. Invalid with the mistakes of all rows."""
    known = await books.load(work, _asked(rows))
    built: list[BuiltRecord[New]] = []
    mistakes: list[Mistake] = []
    for index, row in enumerate(rows):
        try:
            built.append(draw(row, known, work.act))
        except Invalid as refused:
            at = f"/{index}" if len(rows) > 1 else ""
            mistakes += [msgspec.structs.replace(one, pointer=at + one.pointer) for one in refused.mistakes]
    if mistakes:
        raise Invalid(mistakes)
    for one in built:
        if one.line is not None:
            year = one.line.year(one.day)
            work.touch(one.line.contract.county_code, one.line.household_id, year)
    return [one.row for one in built]


def _asked(rows: Sequence[EntryIn | CostRecordIn | OwnSaleIn | CompletionIn]) -> Asked:
    households = [row.household_id for row in rows]
    products = [row.product_code for row in rows if isinstance(row, OwnSaleIn)]
    return Asked(
        contracts=frozenset(row.contract_id for row in rows),
        households=frozenset(one for one in households if one is not None),
        days=frozenset(),
        products=frozenset(one for one in products if one is not None),
    )


async def entry(work: Work, record_id: UUID) -> EntryRow:
    """One amount; NotFound outside the scope."""
    return _only(await record_queries.entries(work, RecordFilter(record_id=record_id), limit=1))


async def cost_record(work: Work, record_id: UUID) -> CostRecordRow:
    """One cost record; NotFound outside the scope."""
    return _only(await record_queries.cost_records(work, RecordFilter(record_id=record_id), limit=1))


async def own_sale(work: Work, record_id: UUID) -> OwnSaleRow:
    """One own sale; NotFound outside the scope."""
    return _only(await record_queries.own_sales(work, RecordFilter(record_id=record_id), limit=1))


def _only(found: Sequence[Shown]) -> Shown:
    if not found:
        raise NotFound
    return found[0]


async def void_entry(work: Work, record_id: UUID, reason: str) -> EntryRow:
    """The amount counts no more; it stays visible. Conflict if it was voided before."""
    row = await entry(work, record_id)
    await audit.watch(work, "entry", record_id)
    voided = await record_queries.void_entry(
        work, row.county_code, record_id, now=work.act.now, actor=work.act.actor, reason=reason
    )
    return await _voided(work, row, voided, lambda: entry(work, record_id))


async def void_cost_record(work: Work, record_id: UUID, reason: str) -> CostRecordRow:
    """The cost counts no more; it stays visible. Conflict if it was voided before."""
    row = await cost_record(work, record_id)
    await audit.watch(work, "cost_record", record_id)
    voided = await record_queries.void_cost_record(
        work, row.county_code, record_id, now=work.act.now, actor=work.act.actor, reason=reason
    )
    return await _voided(work, row, voided, lambda: cost_record(work, record_id))


async def void_own_sale(work: Work, record_id: UUID, reason: str) -> OwnSaleRow:
    """The sale counts no more; it stays visible. Conflict if it was voided before."""
    row = await own_sale(work, record_id)
    await audit.watch(work, "own_sale", record_id)
    voided = await record_queries.void_own_sale(
        work, row.county_code, record_id, now=work.act.now, actor=work.act.actor, reason=reason
    )
    return await _voided(work, row, voided, lambda: own_sale(work, record_id))


async def _voided(work: Work, row: Shown, voided: bool, again: Callable[[], Awaitable[Shown]]) -> Shown:
    """The record after the change; the household is touched. Conflict if another call voided it."""
    now = await again()
    if not voided:
        raise already_voided() if now.voided_at is not None else NotFound()
    if row.household_id is not None:
        year = row.season_year or row.day.year
        work.touch(row.county_code, row.household_id, year)
    return now


async def completions(
    work: Work, *, contract_id: UUID | None, household_id: UUID | None, season_id: UUID | None, limit: int
) -> list[CompletionRow]:
    """Which cost classes of lines are complete."""
    return await record_queries.cost_completions(
        work, contract_id=contract_id, household_id=household_id, season_id=season_id, limit=limit
    )
