"""The pool and the two kinds of transaction."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from functools import partial
from typing import Literal, Self, TypeAlias

import asyncpg
import msgspec

from registry.kernel import changes
from registry.kernel.db import connection, scope
from registry.kernel.db.connection import Pool
from registry.kernel.db.statements import On, Queries
from registry.kernel.db.translate import DRIVER, translated
from registry.kernel.work import Act, Hooks, Work
from registry.settings import Settings

Conn: TypeAlias = connection.Conn
Scope: TypeAlias = scope.Scope
Identity: TypeAlias = scope.Identity
q = Queries("kernel")
_enter = q("enter", str, str, str).run()
_enter_everywhere = q("enter_everywhere", str).run()


async def enter(on: On, identity: Identity) -> None:
    """Names the actor and scope for the rest of the transaction; must be its first statement."""
    await _enter(on, identity.actor, identity.read.text(), identity.write.text())


async def enter_everywhere(on: On) -> None:
    """The rest of the transaction reaches every village: for what must follow from a change of shared data by
    somebody who sees none. Only once everything that was asked for is done."""
    await _enter_everywhere(on, Scope.ALL.text())


class Entered:
    """A transaction in which somebody acts. Starting over undoes it and begins another for the same identity.

    enter: names the identity, as its first statement.
    """

    def __init__(
        self,
        conn: Conn,
        enter: Callable[[], Awaitable[None]],
        *,
        isolation: Literal["repeatable_read", "read_committed"] | None = None,
        readonly: bool = False,
    ) -> None:
        self._enter = enter
        self._begin = partial(conn.transaction, isolation=isolation, readonly=readonly)
        self._open = self._begin()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Commits at the end; any error undoes it."""
        with translated():
            await self._start()
        try:
            yield
        except BaseException:
            # The connection may be gone: the error that came first is the one to report.
            with suppress(*DRIVER):
                await self._open.rollback()
            raise
        with translated():
            await self._open.commit()

    async def start_over(self) -> None:
        """Undoes everything so far."""
        with translated():
            await self._open.rollback()
            self._open = self._begin()
            await self._start()

    async def _start(self) -> None:
        await self._open.start()
        await self._enter()


class Database:
    """The application's pool. Every use of it is a reader's or a writer's transaction."""

    def __init__(self, pool: Pool, acquire_timeout: float, hooks: Hooks | None) -> None:
        self._pool = pool
        self._acquire_timeout = acquire_timeout
        self.hooks = hooks

    @classmethod
    async def open(cls, settings: Settings, hooks: Hooks | None = None, *, keep_plans: bool = False) -> Self:
        """Connects as the application role; Unavailable if the server does not answer.

        hooks: what follows from a change of facts; without them a writer must change none.
        keep_plans: for a program that enters with one scope only; a plan made for another would be slow.
        """
        limit = f"{int(settings.statement_timeout * 1000)}"
        given = {"application_name": "registry", "statement_timeout": limit}
        if keep_plans:
            given["plan_cache_mode"] = "auto"
        with translated():
            pool = await asyncpg.create_pool(
                settings.database_url,
                min_size=1,
                max_size=settings.pool_size,
                timeout=settings.connect_timeout,
                command_timeout=settings.command_timeout,
                reset=_no_reset,
                server_settings=given,
            )
        return cls(pool, settings.connect_timeout, hooks)

    async def close(self) -> None:
        """Waits for running transactions, ten seconds at most."""
        try:
            async with asyncio.timeout(10):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def short(self) -> AsyncIterator[Conn]:
        """A connection without transaction or identity: each statement commits. It sees no village's row; for
        the local tables of access (who asks, how often)."""
        async with self._acquired() as conn:
            yield conn

    @asynccontextmanager
    async def reader(self, identity: Identity, act: Act) -> AsyncIterator[Work]:
        """A read only transaction on one snapshot."""
        async with self._acquired() as conn:
            entered = Entered(conn, lambda: enter(conn, identity), isolation="repeatable_read", readonly=True)
            async with entered.opened():
                yield Work(conn, act, self.hooks, read=identity.read)

    @asynccontextmanager
    async def writer(self, identity: Identity, act: Act) -> AsyncIterator[Work]:
        """A writing transaction; what it touched is recomputed before the commit. Any error undoes it."""
        async with self._acquired() as conn:
            entered = Entered(conn, lambda: enter(conn, identity), isolation="read_committed")
            async with entered.opened():
                work = Work(conn, act, self.hooks, start_over=entered.start_over, read=identity.read)
                yield work
                with translated():
                    await changes.settle(work)

    @asynccontextmanager
    async def _acquired(self) -> AsyncIterator[Conn]:
        with translated():
            conn: Conn = await self._pool.acquire(timeout=self._acquire_timeout)  # type: ignore[assignment]
        try:
            yield conn
        finally:
            # A connection that cannot be given back was lost: the pool has already replaced it.
            with suppress(*DRIVER):
                await self._pool.release(conn)  # type: ignore[arg-type]


async def _no_reset(_conn: object) -> None:
    """All session state is transaction-local: asking the server to forget it would be a second round trip."""


class Connected(msgspec.Struct, frozen=True, kw_only=True):
    """A database that answers, for a command: its settings, and what follows from a change of facts there."""

    settings: Settings
    hooks: Hooks

    @asynccontextmanager
    async def database(
        self, *, seconds: float | None = None, keep_plans: bool = False
    ) -> AsyncIterator[Database]:
        """The pool for as long as the block lasts. seconds: longest statement, else that of the settings."""
        settings = self.settings
        if seconds is not None:
            settings = msgspec.structs.replace(settings, statement_timeout=seconds, command_timeout=seconds)
        database = await Database.open(settings, self.hooks, keep_plans=keep_plans)
        try:
            yield database
        finally:
            await database.close()


Connect: TypeAlias = Callable[[], AbstractContextManager[Connected]]
"""How a command gets its database: to be entered in the main thread, before any event loop runs."""
