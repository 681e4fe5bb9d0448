"""Typed functions over sql/queries/fulfilment_records.sql: one statement each."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from registry.fulfilment.queries import subtree
from registry.fulfilment.record_model import (
    CompletionRow,
    CostRecordRow,
    EntryRow,
    OwnSaleRow,
    RecordFilter,
)
from registry.fulfilment.record_rows import NewCompletion, NewCostRecord, NewEntry, NewOwnSale
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("fulfilment_records")
Q = sql.queries("fulfilment_records")


add_entries = q("add_entries", Iterable[NewEntry]).run()
add_cost_records = q("add_cost_records", Iterable[NewCostRecord]).run()
add_own_sales = q("add_own_sales", Iterable[NewOwnSale]).run()
hold_participants = q("hold_participants", str, Collection[UUID]).run()
save_cost_completions = q("save_cost_completions", Iterable[NewCompletion]).run()


async def entries(
    work: Work, wanted: RecordFilter, *, after: UUID | None = None, limit: int
) -> list[EntryRow]:
    first, last, county = subtree(wanted.division)
    return await transactions.many(
        work,
        EntryRow,
        Q["entries"],
        county,
        first,
        last,
        wanted.contract_id,
        wanted.household_id,
        wanted.season_id,
        wanted.voided,
        wanted.updated_since,
        after,
        wanted.record_id,
        limit,
    )


async def cost_records(
    work: Work, wanted: RecordFilter, *, after: UUID | None = None, limit: int
) -> list[CostRecordRow]:
    first, last, county = subtree(wanted.division)
    return await transactions.many(
        work,
        CostRecordRow,
        Q["cost_records"],
        county,
        first,
        last,
        wanted.contract_id,
        wanted.household_id,
        wanted.season_id,
        wanted.voided,
        wanted.updated_since,
        after,
        wanted.record_id,
        limit,
    )


async def own_sales(
    work: Work, wanted: RecordFilter, *, after: UUID | None = None, limit: int
) -> list[OwnSaleRow]:
    first, last, county = subtree(wanted.division)
    return await transactions.many(
        work,
        OwnSaleRow,
        Q["own_sales"],
        county,
        first,
        last,
        wanted.contract_id,
        wanted.household_id,
        wanted.season_id,
        wanted.voided,
        wanted.updated_since,
        after,
        wanted.record_id,
        limit,
    )


async def cost_completions(
    work: Work,
    *,
    contract_id: UUID | None = None,
    household_id: UUID | None = None,
    season_id: UUID | None = None,
    limit: int,
) -> list[CompletionRow]:
    return await transactions.many(
        work,
        CompletionRow,
        Q["cost_completions"],
        contract_id,
        household_id,
        season_id,
        limit,
    )


async def void_entry(
    work: Work, county_code: str, record_id: UUID, *, now: datetime, actor: str, reason: str
) -> bool:
    """Whether it was this call that voided it."""
    return await transactions.run(work, Q["void_entry"], county_code, record_id, now, actor, reason) == 1


async def void_cost_record(
    work: Work, county_code: str, record_id: UUID, *, now: datetime, actor: str, reason: str
) -> bool:
    """Whether it was this call that voided it."""
    return (
        await transactions.run(work, Q["void_cost_record"], county_code, record_id, now, actor, reason) == 1
    )


async def void_own_sale(
    work: Work, county_code: str, record_id: UUID, *, now: datetime, actor: str, reason: str
) -> bool:
    """Whether it was this call that voided it."""
    return await transactions.run(work, Q["void_own_sale"], county_code, record_id, now, actor, reason) == 1
