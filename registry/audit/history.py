"""Reads the trail: a search, and the history of one record. What may be seen is the read scope's."""

from datetime import datetime
from uuid import UUID

from registry.audit.history_model import EventFilter, EventOut
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("audit")


_events_found = q(
    "events_found",
    str | None,
    str | None,
    tuple[str | None, str | None],
    tuple[str | None, str | None],
    tuple[datetime | None, datetime | None],
    UUID | None,
    int,
).many(EventOut)


async def events(work: Work, wanted: EventFilter) -> list[EventOut]:
    """Events that fit, newest first; those of records outside the read scope are not there."""
    done = (wanted.actor, wanted.operation)
    kind, record, after = wanted.record_kind, wanted.record_id, wanted.after
    return await _events_found(work, kind, record, done, wanted.codes, wanted.moments, after, wanted.limit)


of_record = q("record_events", str, str, UUID | None, int).many(EventOut)
"""What was done to one record, newest first; nothing for a record that is not there or not in scope."""
