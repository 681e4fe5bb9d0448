"""Reads the trail: a search, and the history of one record. What may be seen is the read scope's."""

from uuid import UUID

from registry.audit.history_model import EventFilter, EventOut
from registry.kernel import db, sql
from registry.kernel.db import Conn

Q = sql.queries("audit")


async def events(conn: Conn, wanted: EventFilter) -> list[EventOut]:
    """Events that fit, newest first; those of records outside the read scope are not there."""
    first, last = wanted.codes
    start, end = wanted.moments
    return await db.many(
        conn,
        EventOut,
        Q["events_found"],
        wanted.record_kind,
        wanted.record_id,
        wanted.actor,
        wanted.operation,
        first,
        last,
        start,
        end,
        wanted.after,
        wanted.limit,
    )


async def of_record(conn: Conn, kind: str, record_id: str, after: UUID | None, limit: int) -> list[EventOut]:
    """What was done to one record, newest first; nothing for a record that is not there or not in scope."""
    return await db.many(conn, EventOut, Q["record_events"], kind, record_id, after, limit)
