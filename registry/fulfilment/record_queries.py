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
from registry.kernel import db, sql
from registry.kernel.db import Conn

Q = sql.queries("fulfilment_records")


async def add_entries(conn: Conn, rows: Iterable[NewEntry]) -> None:
    await db.run(conn, Q["add_entries"], db.rows_json(rows))


async def add_cost_records(conn: Conn, rows: Iterable[NewCostRecord]) -> None:
    await db.run(conn, Q["add_cost_records"], db.rows_json(rows))


async def add_own_sales(conn: Conn, rows: Iterable[NewOwnSale]) -> None:
    await db.run(conn, Q["add_own_sales"], db.rows_json(rows))


async def hold_participants(conn: Conn, county_code: str, ids: Collection[UUID]) -> None:
    await db.run(conn, Q["hold_participants"], county_code, ids)


async def save_cost_completions(conn: Conn, rows: Iterable[NewCompletion]) -> None:
    await db.run(conn, Q["save_cost_completions"], db.rows_json(rows))


async def entries(
    conn: Conn, wanted: RecordFilter, *, after: UUID | None = None, limit: int
) -> list[EntryRow]:
    first, last, county = subtree(wanted.division)
    return await db.many(
        conn,
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
    conn: Conn, wanted: RecordFilter, *, after: UUID | None = None, limit: int
) -> list[CostRecordRow]:
    first, last, county = subtree(wanted.division)
    return await db.many(
        conn,
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
    conn: Conn, wanted: RecordFilter, *, after: UUID | None = None, limit: int
) -> list[OwnSaleRow]:
    first, last, county = subtree(wanted.division)
    return await db.many(
        conn,
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
    conn: Conn,
    *,
    contract_id: UUID | None = None,
    household_id: UUID | None = None,
    season_id: UUID | None = None,
    limit: int,
) -> list[CompletionRow]:
    return await db.many(
        conn,
        CompletionRow,
        Q["cost_completions"],
        contract_id,
        household_id,
        season_id,
        limit,
    )


async def void_entry(
    conn: Conn, county_code: str, record_id: UUID, *, now: datetime, actor: str, reason: str
) -> bool:
    """Whether it was this call that voided it."""
    return await db.run(conn, Q["void_entry"], county_code, record_id, now, actor, reason) == 1


async def void_cost_record(
    conn: Conn, county_code: str, record_id: UUID, *, now: datetime, actor: str, reason: str
) -> bool:
    """Whether it was this call that voided it."""
    return await db.run(conn, Q["void_cost_record"], county_code, record_id, now, actor, reason) == 1


async def void_own_sale(
    conn: Conn, county_code: str, record_id: UUID, *, now: datetime, actor: str, reason: str
) -> bool:
    """Whether it was this call that voided it."""
    return await db.run(conn, Q["void_own_sale"], county_code, record_id, now, actor, reason) == 1
