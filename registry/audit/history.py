"""Reads the trail: a search, and the history of one record. What may be seen is the read scope's."""

from uuid import UUID

from registry.audit.history_model import EventFilter, EventOut
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("audit")
Q = sql.queries("audit")


async def events(work: Work, wanted: EventFilter) -> list[EventOut]:
    """Events that fit, newest first; those of records outside the read scope are not there."""
    first, last = wanted.codes
    start, end = wanted.moments
    return await transactions.many(
        work,
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


of_record = q("record_events", str, str, UUID | None, int).many(EventOut)
"""What was done to one record, newest first; nothing for a record that is not there or not in scope."""
