"""What a writing transaction touched, and what follows from it once before the commit: the recomputation and
the audit events.

The kernel does not know how a gain is computed or an event written: app.py binds the functions that do.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from registry.kernel import sql
from registry.kernel.connection import Conn
from registry.kernel.types import new_id

Q = sql.queries("kernel")


EVERY_YEAR = 0
"""Instead of a year: every year in which the household has lines."""


class Touched(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A household whose gains of a year have to be computed again; `EVERY_YEAR`: of all it has."""

    county_code: str
    household_id: UUID
    year: int


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Why stored lines are out of date, and which: everything given narrows, None narrows nothing.

    first..last is a range of village codes, first_day..last_day of business days (both ends included).
    """

    kind: str
    first: str = "000000000000"
    last: str = "999999999999"
    contract_id: UUID | None = None
    product_code: str | None = None
    crop_code: str | None = None
    year: int | None = None
    first_day: date | None = None
    last_day: date | None = None


class Village(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A village with work to do."""

    county_code: str
    village_code: str


class Audited(msgspec.Struct, frozen=True, kw_only=True):
    """Who changes a record (an Act), and its image before the change; None for one that is being made."""

    act: Any
    before: Any


Recompute: TypeAlias = Callable[[Conn, Sequence[Touched], datetime], Awaitable[None]]
Mark: TypeAlias = Callable[[Conn, Sequence[Cause], datetime], Awaitable[Sequence[Village]]]
Write: TypeAlias = Callable[[Conn, dict[tuple[str, str], Audited]], Awaitable[None]]


class Pending:
    """What one open transaction collected, and the moment it counts as happening."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.touched: set[Touched] = set()
        self.causes: dict[Cause, None] = {}
        self.audited: dict[tuple[str, str], Audited] = {}


class _Bound(msgspec.Struct):
    recompute: Recompute | None = None
    mark: Mark | None = None
    audit: Write | None = None


RECOMPUTE_JOB = "recompute"
PREFIXES = (0, 2, 4, 6)
"""Digits of a code that name the nation, a province, a prefecture, a county."""
_UNBOUND = "changes.bind() was not called: app.py and cli.py bind the recomputation"
_bound = _Bound()
# By identity of the connection: the pool's proxy is one object for as long as the transaction lasts.
_open: dict[int, Pending] = {}


def bind(*, recompute: Recompute, mark: Mark, audit: Write) -> None:
    """Says once per process what settle() calls.

    recompute(conn, touched, now): rebuilds the lines of these households and years, in any order.
    mark(conn, causes, now): marks the current lines the causes name as stale; returns the villages concerned.
    audit(conn, audited): writes an event for each record that says something else than before.
    """
    _bound.recompute, _bound.mark, _bound.audit = recompute, mark, audit


@contextmanager
def opened(conn: Conn, now: datetime) -> Iterator[Pending]:
    """Collects for the time of a writing transaction; one inside another has its own collection."""
    pending, outer = Pending(now), _open.get(id(conn))
    _open[id(conn)] = pending
    try:
        yield pending
    finally:
        if outer is None:
            del _open[id(conn)]
        else:
            _open[id(conn)] = outer


def touch(conn: Conn, county_code: str, household_id: UUID, year: int) -> None:
    """The household's gains of that year are recomputed before the commit."""
    _pending(conn).touched.add(Touched(county_code=county_code, household_id=household_id, year=year))


def touch_every_year(conn: Conn, county_code: str, household_id: UUID) -> None:
    """The household's gains of every year it has lines in are recomputed before the commit. Which years these
    are is asked under the lock: a line made at the same time is not missed."""
    touch(conn, county_code, household_id, EVERY_YEAR)


def stale(conn: Conn, cause: Cause) -> None:
    """Lines the cause names are marked before the commit and recomputed by one job per village after it."""
    _pending(conn).causes[cause] = None


def audited(conn: Conn) -> dict[tuple[str, str], Audited]:
    """The records watched or made so far, by kind and id; audit/ fills it."""
    return _pending(conn).audited


async def settle(conn: Conn) -> None:
    """Recomputes what was touched, marks what went stale, writes the audit events of what changed.

    To be called once, before the commit.
    """
    pending = _pending(conn)
    await _follow(conn, pending)
    if pending.audited:
        collected, pending.audited = pending.audited, {}
        if _bound.audit is None:
            raise RuntimeError(_UNBOUND)
        await _bound.audit(conn, collected)


async def _follow(conn: Conn, pending: Pending) -> None:
    await _hold(conn, pending)
    if pending.touched:
        touched = sorted(pending.touched)
        pending.touched.clear()
        await _lock(conn, touched)
        if _bound.recompute is None:
            raise RuntimeError(_UNBOUND)
        await _bound.recompute(conn, touched, pending.now)
    if pending.causes:
        causes = list(pending.causes)
        pending.causes.clear()
        if _bound.mark is None:
            raise RuntimeError(_UNBOUND)
        await _enqueue(conn, await _bound.mark(conn, causes, pending.now), pending.now)


async def _hold(conn: Conn, pending: Pending) -> None:
    """Keeps recomputing and marking of one place apart until the commit, both ways: a recomputation that read
    the old price while another transaction marks for the new one would store lines without the mark.

    Whoever recomputes a county holds it and all above together with others; whoever marks holds the place all
    its villages have in common alone. Sorted, before any household is locked: no two wait for each other.
    """
    held = {item.county_code[:n]: False for item in pending.touched for n in PREFIXES}
    held |= {_common(cause): True for cause in pending.causes}
    if held:
        places = sorted(held)
        await conn.execute(Q["hold_places"], places, [held[place] for place in places])


def _common(cause: Cause) -> str:
    """The code, cut to a level not below the county, that all villages of the cause begin with."""
    return next(cause.first[:n] for n in reversed(PREFIXES) if cause.last.startswith(cause.first[:n]))


async def _lock(conn: Conn, touched: Sequence[Touched]) -> None:
    """Two transactions on one household must not miss each other's rows; ordered ids avoid deadlocks."""
    for county_code in sorted({item.county_code for item in touched}):
        ids = sorted({item.household_id for item in touched if item.county_code == county_code})
        await conn.fetch(Q["lock_households"], county_code, ids)


async def _enqueue(conn: Conn, villages: Sequence[Village], now: datetime) -> None:
    rows = [
        {
            "job_id": new_id(),
            "kind": RECOMPUTE_JOB,
            "county_code": village.county_code,
            "village_code": village.village_code,
            "payload": {},
            "queued_at": now,
            "run_after": now,
        }
        for village in sorted(set(villages))
    ]
    await conn.execute(Q["enqueue_jobs"], msgspec.json.encode(rows).decode())


def _pending(conn: Conn) -> Pending:
    try:
        return _open[id(conn)]
    except KeyError:
        raise RuntimeError("touch, stale, audit and settle need a connection opened by a writer") from None
