"""How often an account may read or search personal numbers, and the transactions it does so in. What is read
is the features', each time with an event in the audit trail."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from registry.access import limits
from registry.kernel.http.web import AnyRequest, Providers, caller_of, identity_of
from registry.kernel.work import Act, Work

WINDOW: Final = timedelta(hours=1)
REVEALS: Final = 30
SEARCHES: Final = 200
DISCLOSURES: Final = 10


@asynccontextmanager
async def revealing(providers: Providers, request: AnyRequest, act: Act) -> AsyncIterator[Work]:
    """The writing transaction of one reveal; TooMany beyond 30 an hour. It is counted before the transaction
    opens, so that the count remains if it fails and no second connection is held."""
    await _count(providers, request, "reveal", REVEALS, "一小时内查看的完整号码太多，请稍后再试。")
    async with providers.writer(identity_of(request), act) as work:
        yield work


@asynccontextmanager
async def disclosing(providers: Providers, request: AnyRequest, act: Act) -> AsyncIterator[Work]:
    """The writing transaction that passes on the numbers of many; TooMany beyond 10 an hour."""
    await _count(providers, request, "disclose", DISCLOSURES, "一小时内对外提供名单的次数太多，请稍后再试。")
    async with providers.writer(identity_of(request), act) as work:
        yield work


@asynccontextmanager
async def searching(providers: Providers, request: AnyRequest, act: Act) -> AsyncIterator[Work]:
    """The reading transaction of one search by number; TooMany beyond 200 an hour, so that nobody tries
    numbers through."""
    await _count(providers, request, "search", SEARCHES, "一小时内按号码查找的次数太多，请稍后再试。")
    async with providers.reader(identity_of(request), act) as work:
        yield work


async def _count(providers: Providers, request: AnyRequest, what: str, limit: int, detail: str) -> None:
    caller = caller_of(request)
    account = str(caller.account_id or caller.username) if caller else "nobody"
    async with providers.short() as conn:
        await limits.hit(
            conn, f"{what}/{account}", providers.clock(), limit=limit, window=WINDOW, detail=detail
        )
