"""The audit trail over REST. Its pages are `pages.py`."""

from typing import Annotated

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from registry.audit import history
from registry.audit.history_model import (
    SEARCHERS,
    Actor,
    EventFilter,
    EventOut,
    FirstDay,
    LastDay,
    Operation,
    RecordId,
    RecordKind,
)
from registry.kernel.http.callers import admits
from registry.kernel.http.web import AnyRequest, Page, after, cut, listed, row_limit
from registry.kernel.types import DivisionCode
from registry.kernel.work import Work


@get("/audit-events")
async def list_audit_events(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    record_kind: FromQuery[RecordKind | None] = None,
    record_id: FromQuery[RecordId | None] = None,
    actor: FromQuery[Actor | None] = None,
    operation: FromQuery[Operation | None] = None,
    division: FromQuery[DivisionCode | None] = None,
    first_day: Annotated[FirstDay | None, QueryParameter(name="from")] = None,
    last_day: Annotated[LastDay | None, QueryParameter(name="to")] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[EventOut]]:
    """What was done, newest first: who, in which role, on which record, each value before and after

    Names of persons are masked; ID, phone and bank numbers are never there. `division`: records in its
    subtree. `from`, `to`: days in Chinese time, both included.
    """
    count = row_limit(limit)
    wanted = EventFilter(
        record_kind=record_kind,
        record_id=record_id,
        actor=actor,
        operation=operation,
        division=division,
        first_day=first_day,
        last_day=last_day,
        after=after(cursor)[1],
        limit=count + 1,
    )
    rows = await history.events(reader, wanted)
    return listed(request, cut(rows, count, lambda row: (None, row.audit_event_id)))


router = Router(path="/api/v1", opt=admits(read=SEARCHERS), route_handlers=[list_audit_events])
