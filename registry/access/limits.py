"""How often something may be tried: counted in the database, so that every process and restart knows."""

import math
from datetime import datetime, timedelta
from typing import Final

import msgspec

from registry.kernel.db.statements import On, Queries
from registry.kernel.errors import DomainError

q = Queries("access")
KEEP: Final = timedelta(days=1)
"""Windows are shorter; older rows mean nothing any more."""


class TooMany(DomainError):
    """Tried too often; `retry_after` seconds until the window ends, also sent as Retry-After."""

    code = "too_many"
    status = 429
    title = "Too many requests"
    detail = "操作太频繁，请稍后再试。"

    def __init__(self, retry_after: int, detail: str | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        self.headers = {"retry-after": str(retry_after)}


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The current window of a key: when it began and how often it was hit, this time included."""

    started_at: datetime
    hits: int


_count_hit = q("count_hit", str, datetime, timedelta).one(Window)


async def hit(
    on: On, key: str, now: datetime, *, limit: int, window: timedelta, detail: str | None = None
) -> None:
    """Counts an attempt under `key`; TooMany beyond `limit` in the window that the first attempt started.

    `conn` from `Providers.short`: the count remains even if the request fails. Keys begin with what they
    count ("login/…") and hold nothing personal.
    """
    check(
        await _count_hit(on, key, now, window),
        now,
        limit=limit,
        window=window,
        detail=detail,
    )


def check(found: Window, now: datetime, *, limit: int, window: timedelta, detail: str | None = None) -> None:
    """TooMany if a window that was just counted is beyond its limit."""
    if found.hits > limit:
        left = (found.started_at + window - now).total_seconds()
        raise TooMany(max(1, math.ceil(left)), detail)


forget = q("forget_hits", str).run()
"""Nothing was tried under `key`."""


_sweep_hits = q("sweep_hits", datetime).run()


async def sweep(on: On, now: datetime) -> None:
    """Removes windows that ended long ago."""
    await _sweep_hits(on, now - KEEP)
