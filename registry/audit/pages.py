"""Pages of the trail: the search, and the history of one record. JSON is `routes.py`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlencode

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Meta, Struct

from registry.audit import history, labels
from registry.audit.history_model import (
    BETWEEN,
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
from registry.audit.model import KINDS, SELF_AUDITED
from registry.kernel.http.callers import ROLES, VIEWERS, admits
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import parse_query, show
from registry.kernel.http.templates import Link
from registry.kernel.http.titles import titles
from registry.kernel.http.web import AnyRequest, after, cut
from registry.kernel.types import DivisionCode
from registry.kernel.work import Work

PAGE: Final = 50
_RECORD_PAGES: Final[Mapping[str, str]] = {
    "contract": "/contracts/{}",
    "delivery": "/deliveries/{}",
    "household": "/households/{}",
}
_ROLE_NAMES: Final[Mapping[str, str]] = dict(ROLES.items()) | {"system": "系统", "none": "未登录"}


class AuditQuery(Struct, frozen=True, kw_only=True):
    """What the search is narrowed to."""

    record_kind: RecordKind | None = None
    record_id: RecordId | None = None
    actor: Actor | None = None
    operation: Operation | None = None
    division: Annotated[DivisionCode, Meta(title="区划代码")] | None = None
    first_day: FirstDay | None = None
    last_day: LastDay | None = None
    cursor: str | None = None

    @property
    def kept(self) -> dict[str, str]:
        """The part of the address that narrows the list."""
        parameters = {name: getattr(self, name) for name in self.__struct_fields__ if name != "cursor"}
        return {name: str(value) for name, value in parameters.items() if value is not None}


class Change(Struct, frozen=True, kw_only=True):
    """One changed value in words."""

    label: str
    before: str
    after: str


class Shown(Struct, frozen=True, kw_only=True):
    """An event in words. href: the history of its record."""

    event: EventOut
    at: datetime
    deed: str
    kind: str
    role: str
    source: str
    changes: Sequence[Change]
    href: str

    @classmethod
    def of(cls, event: EventOut, titles: Mapping[str, str]) -> "Shown":
        pairs = sorted(event.changes.items())
        record = event.record_id.replace("/", BETWEEN)
        return cls(
            event=event,
            at=event.at,
            deed=labels.action(event.record_kind, event.changes, event.reason),
            kind=labels.kind(event.record_kind),
            role=_ROLE_NAMES.get(event.role, event.role),
            source=labels.SOURCES.get(event.source, event.source),
            changes=[
                Change(label=labels.field(path, titles), before=labels.shown(old), after=labels.shown(new))
                for path, (old, new) in pairs
            ],
            href=f"/history/{event.record_kind}/{record}",
        )


class AuditPage(Struct, frozen=True, kw_only=True):
    """The search with what it found. linked: whether the caller's role sees histories of records."""

    rows: Sequence[Shown]
    query: AuditQuery
    kinds: Sequence[tuple[str, str]]
    linked: bool
    next_href: str
    first_href: str


class HistoryPage(Struct, frozen=True, kw_only=True):
    """What was done to one record. record_href: its own page, "" if it has none."""

    rows: Sequence[Shown]
    kind: str
    record_id: str
    record_href: str
    next_href: str
    first_href: str


@get("/audit", opt=admits(read=SEARCHERS))
async def audit_page(request: AnyRequest, reader: NamedDependency[Work]) -> Response[str]:
    """Searches what was done, newest first."""
    query = parse_query(request, AuditQuery)
    given = {name: getattr(query, name) for name in query.__struct_fields__ if name != "cursor"}
    wanted = EventFilter(**given, after=after(query.cursor)[1], limit=PAGE + 1)
    found = cut(await history.events(reader, wanted), PAGE, lambda row: (None, row.audit_event_id))
    made = frame(request)
    page = AuditPage(
        rows=[Shown.of(row, titles(request.app)) for row in found.items],
        query=query,
        kinds=[(name, labels.kind(name)) for name in (*KINDS, *SELF_AUDITED, *labels.ACTIONS)],
        linked=made.acts_as in VIEWERS,
        next_href=_following("/audit", query.kept, found.next_cursor),
        first_href=f"/audit?{urlencode(query.kept)}" if query.cursor else "",
    )
    return show("audit/search.html", page, made)


@get("/history/{kind:str}/{record_id:str}", opt=admits(read=VIEWERS))
async def history_page(
    request: AnyRequest,
    reader: NamedDependency[Work],
    kind: FromPath[RecordKind],
    record_id: FromPath[RecordId],
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    """What was done to one record: who, when, in which role, each value before and after. A record nobody has
    changed yet, one out of scope and a missing one have the same answer: an empty history."""
    known = record_id.replace(BETWEEN, "/")
    rows = await history.of_record(reader, kind, known, after(cursor)[1], PAGE + 1)
    found = cut(rows, PAGE, lambda row: (None, row.audit_event_id))
    here = f"/history/{kind}/{record_id}"
    href = _RECORD_PAGES.get(kind, "").format(known)
    page = HistoryPage(
        rows=[Shown.of(row, titles(request.app)) for row in found.items],
        kind=labels.kind(kind),
        record_id=known,
        record_href=href,
        next_href=_following(here, {}, found.next_cursor),
        first_href=here if cursor else "",
    )
    crumbs = [Link(labels.kind(kind), href)] if href else []
    return show("audit/history.html", page, frame(request, *crumbs))


def _following(path: str, kept: Mapping[str, str], cursor: str | None) -> str:
    return f"{path}?{urlencode({**kept, 'cursor': cursor})}" if cursor else ""


router = Router(path="/", route_handlers=[audit_page, history_page], include_in_schema=False)
