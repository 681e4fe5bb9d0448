"""One unit of work: a transaction, who acts in it, and what has to follow from it before the commit."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from registry.kernel.db.connection import Conn
from registry.kernel.db.scope import Scope
from registry.kernel.types import NO_COUNTY

CHINA: Final = ZoneInfo("Asia/Shanghai")
EVERY_YEAR: Final = 0
"""Instead of a year: every year in which the household has lines."""

Source: TypeAlias = Literal["page", "api", "import", "offline", "paper", "base", "system"]


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Who does something, in which role, when, and how it came in. `now` has an offset.

    county_code: of the grant's division (idempotency keys). operation: the handler or command; with trace_id
    and address (the client's, "" for a command) it is recorded in the audit trail.
    """

    actor: str
    now: datetime
    source: Source = "api"
    import_batch_id: UUID | None = None
    county_code: str = NO_COUNTY
    role: str = "system"
    operation: str = ""
    trace_id: str = ""
    address: str = ""

    @property
    def today(self) -> date:
        """The business day: Chinese time."""
        return self.now.astimezone(CHINA).date()


def system_act(now: datetime, operation: str = "", actor: str = "system") -> Act:
    """An act of the program itself, or of a command run at the server's own machine."""
    return Act(actor=actor, now=now, source="system", operation=operation)


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
    """Who changes a record, and its image before the change; None for one that is being made."""

    act: Act
    before: Any


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed job: what kind of work, for which village."""

    job_id: UUID
    kind: str
    county_code: str
    village_code: str
    payload: dict[str, str]
    attempts: int


class Pending:
    """What one open transaction collected."""

    def __init__(self) -> None:
        self.touched: set[Touched] = set()
        self.causes: dict[Cause, None] = {}
        self.audited: dict[tuple[str, str], Audited] = {}

    def forget(self) -> None:
        """Nothing was changed."""
        self.touched.clear()
        self.causes.clear()
        self.audited.clear()


class Hooks(msgspec.Struct, frozen=True, kw_only=True):
    """What the kernel calls without knowing the features: app.py provides it.

    recompute(work, touched): rebuilds the lines of these households and years, in any order.
    mark(work, causes): marks the current lines the causes name as stale; returns the villages concerned.
    audit(work, audited): writes an event for each record that differs from before.
    jobs: what each kind of job does.
    """

    recompute: "Callable[[Work, Sequence[Touched]], Awaitable[None]]"
    mark: "Callable[[Work, Sequence[Cause]], Awaitable[Sequence[Village]]]"
    audit: "Callable[[Work, dict[tuple[str, str], Audited]], Awaitable[None]]"
    jobs: "Mapping[str, Callable[[Work, Job], Awaitable[None]]]" = {}


class Work:
    """A transaction with what is known about it: the first argument of every use case.

    conn: the connection inside its transaction. act: who acts and when. pending: what was changed so far.
    read: what the identity may read, by which lists choose how they find their rows; the policies decide.
    The provider makes it, from a pool (`Database`) or, in tests, on a connection of their own, and says how
    the transaction starts over, if it may.
    """

    __slots__ = ("_start_over", "act", "conn", "hooks", "pending", "read")

    def __init__(
        self,
        conn: Conn,
        act: Act,
        hooks: Hooks | None = None,
        pending: Pending | None = None,
        start_over: Callable[[], Awaitable[None]] | None = None,
        *,
        read: Scope = Scope.ALL,
    ) -> None:
        self.conn = conn
        self.act = act
        self.hooks = hooks
        self.pending = pending or Pending()
        self._start_over = start_over
        self.read = read

    def acting(self, act: Act) -> "Work":
        """The same transaction, continued as another actor or from another source."""
        return Work(self.conn, act, self.hooks, self.pending, self._start_over, read=self.read)

    async def start_over(self) -> None:
        """Undoes everything so far and goes on in a new transaction of the same identity: to show what is
        stored after a change that failed."""
        if self._start_over is None:
            raise RuntimeError("only a writer's transaction starts over")
        self.pending.forget()
        await self._start_over()

    def touch(self, county_code: str, household_id: UUID, year: int) -> None:
        """The household's gains of that year are recomputed before the commit."""
        self.pending.touched.add(Touched(county_code=county_code, household_id=household_id, year=year))

    def touch_every_year(self, county_code: str, household_id: UUID) -> None:
        """The household's gains of every year it has lines in are recomputed before the commit. The years are
        read under the household's lock, so that a line made at the same time is not missed."""
        self.touch(county_code, household_id, EVERY_YEAR)

    def mark_stale(self, cause: Cause) -> None:
        """Lines the cause names are marked before the commit; one job per village recomputes them later."""
        self.pending.causes[cause] = None
