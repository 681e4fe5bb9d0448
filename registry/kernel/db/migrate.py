"""Forward-only migrations: each file once, in order, in one transaction, unchanged ever after."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import asyncpg
import msgspec

from registry.kernel import changes
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.db.transactions import Conn, Identity, Scope
from registry.kernel.db.translate import translated
from registry.kernel.work import Hooks, Work, system_act
from registry.settings import Settings

q = Queries("kernel")
Q = sql.queries("kernel")
# One number for all processes that migrate a database of this product.
LOCK = 4_213_031_870
SYSTEM = Identity(actor="system", read=Scope.ALL, write=Scope.ALL)
_FILE = re.compile(r"([0-9]{4})_[a-z0-9_]+\.sql")

AfterMigrate: TypeAlias = Callable[[Work], Awaitable[None]]


class MigrationError(Exception):
    """The database and the program's migrations do not belong together; nothing was changed."""


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """A migration the database remembers."""

    name: str
    checksum: str


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A migration the program brings."""

    name: str
    checksum: str
    text: str


def files(folder: Path) -> list[File]:
    """The migrations of a folder in order; MigrationError for a misnamed file or a number used twice."""
    found: list[File] = []
    for path in sorted(folder.glob("*.sql")):
        if not _FILE.fullmatch(path.name):
            raise MigrationError(f"{path.name}: a migration is called 0001_what_it_does.sql")
        if found and found[-1].name[:4] == path.name[:4]:
            raise MigrationError(f"{found[-1].name} and {path.name} have the same number")
        text = path.read_text("utf-8")
        found.append(File(name=path.name, checksum=hashlib.sha256(text.encode()).hexdigest(), text=text))
    return found


def outstanding(brought: Sequence[File], applied: Sequence[Applied]) -> list[File]:
    """What is still to run; MigrationError if an applied file was edited, is unknown, follows a new one."""
    for file, known in zip(brought, applied, strict=False):
        if file.name != known.name:
            raise MigrationError(
                f"the database has {known.name} where this program has {file.name}: "
                "it was migrated by another version of the program"
            )
        if file.checksum != known.checksum:
            raise MigrationError(
                f"{file.name} was edited after it had been applied: restore it, add a new file"
            )
    if len(applied) > len(brought):
        raise MigrationError(
            f"the database has {applied[len(brought)].name}, which this program does not know: "
            "it is newer than the program"
        )
    return list(brought[len(applied) :])


async def pending(conn: Conn, folder: Path | None = None) -> list[str]:
    """The names of what has not been applied yet; the server refuses to start while there are any."""
    return [file.name for file in outstanding(files(folder or default_folder()), await _applied(conn))]


async def migrate(
    url: str,
    settings: Settings,
    *,
    folder: Path | None = None,
    after: Sequence[AfterMigrate] = (),
    hooks: Hooks | None = None,
) -> list[str]:
    """Applies what is outstanding as the owner and returns its names. Safe when started twice at once.

    `after`: loads of base data, run each time in one transaction entered with the widest scope.
    """
    brought = files(folder or default_folder())
    with translated():
        conn: Conn = await asyncpg.connect(url, timeout=settings.connect_timeout)
    try:
        await conn.fetch(Q["lock_migrations"], LOCK, f"{int(settings.migrate_statement_timeout * 1000)}")
        await _prepare(conn)
        todo = outstanding(brought, await _applied(conn))
        for file in todo:
            await _apply(conn, file, settings)
        await conn.execute(Q["close_database"])
        if after:
            await _load(conn, after, hooks)
    finally:
        await conn.close()
    return [file.name for file in todo]


def default_folder() -> Path:
    """The migrations this program brings."""
    return sql.folder() / "migrations"


_applied_migrations = q("applied_migrations").many(Applied)


async def _applied(conn: Conn) -> list[Applied]:
    if not await conn.fetchval(Q["migration_table_exists"]):
        return []
    return await _applied_migrations(conn)


async def _prepare(conn: Conn) -> None:
    try:
        await conn.execute(Q["create_migration_table"])
        await conn.execute(Q["show_migrations"])
    except asyncpg.PostgresError as error:
        raise MigrationError(
            f"the owner role cannot create tables here: {error}. "
            f"Has a superuser run {sql.folder() / 'roles.sql'}, and does registry_owner own the database?"
        ) from error


async def _apply(conn: Conn, file: File, settings: Settings) -> None:
    lock, statement = settings.migrate_lock_timeout, settings.migrate_statement_timeout
    try:
        async with conn.transaction():
            await conn.fetchval(Q["prepare_migration"], f"{int(lock * 1000)}", f"{int(statement * 1000)}")
            await conn.execute(file.text)
            await conn.execute((sql.folder() / "distribute.sql").read_text("utf-8"))
            await conn.execute(Q["record_migration"], file.name, file.checksum, datetime.now(UTC))
    except asyncpg.PostgresError as error:
        raise MigrationError(f"{file.name}: {error}{_place(error, file.text)}") from error


def _place(error: asyncpg.PostgresError, text: str) -> str:
    """The line PostgreSQL points at."""
    position = getattr(error, "position", None)
    if not position:
        return ""
    return f" (line {text.count(chr(10), 0, int(position) - 1) + 1})"


async def _load(conn: Conn, after: Sequence[AfterMigrate], hooks: Hooks | None) -> None:
    async with conn.transaction():
        await transactions.enter(conn, SYSTEM)
        work = Work(conn, system_act(datetime.now(UTC), "migrate"), hooks)
        for load in after:
            await load(work)
        await changes.settle(work)
