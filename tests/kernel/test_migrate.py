"""Migrations: once each, in order, all or nothing, never edited."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import asyncpg
import msgspec
import pytest

from registry.app import HOOKS
from registry.kernel.db import migrate
from registry.kernel.db.migrate import Applied, MigrationError
from registry.kernel.db.transactions import Conn
from registry.kernel.errors import Unavailable
from registry.kernel.work import Cause, Hooks, Work
from registry.settings import Settings
from tests import adhoc
from tests.conftest import World, create, drop, settings_for
from tests.servers import Server

FIRST = "create table a (a_id uuid not null, constraint a_pk primary key (a_id));"
SECOND = "insert into a values ('00000000-0000-0000-0000-000000000001');"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text(FIRST, "utf-8")
    return tmp_path


@pytest.fixture
async def blank(server: Server, anyio_backend: str) -> AsyncIterator[Settings]:
    """An empty database of the owner."""
    await create(server, "registry_blank")
    yield settings_for(server, "registry_blank")
    await drop(server, "registry_blank")


async def run(
    settings: Settings, folder: Path, *after: migrate.AfterMigrate, hooks: Hooks = HOOKS
) -> list[str]:
    assert settings.database_owner_url is not None
    return await migrate.migrate(
        settings.database_owner_url, settings, folder=folder, after=after, hooks=hooks
    )


async def behind(settings: Settings, folder: Path) -> list[str]:
    conn: Conn = await asyncpg.connect(settings.database_url)
    try:
        return await migrate.pending(conn, folder)
    finally:
        await conn.close()


async def rows(settings: Settings) -> int:
    conn: Conn = await asyncpg.connect(settings.database_owner_url)
    try:
        return await adhoc.value(conn, int, "select count(*) from a")
    finally:
        await conn.close()


async def test_each_file_runs_once(blank: Settings, folder: Path) -> None:
    assert await behind(blank, folder) == ["0001_first.sql"]
    assert await run(blank, folder) == ["0001_first.sql"]
    (folder / "0002_second.sql").write_text(SECOND, "utf-8")
    assert await behind(blank, folder) == ["0002_second.sql"]
    assert await run(blank, folder) == ["0002_second.sql"]
    assert await run(blank, folder) == []
    assert (await rows(blank), await behind(blank, folder)) == (1, [])


async def test_a_failing_file_leaves_nothing_and_says_where(blank: Settings, folder: Path) -> None:
    (folder / "0002_second.sql").write_text(f"{SECOND}\n\ncreate table b (x nonsense);", "utf-8")
    with pytest.raises(MigrationError, match=r"0002_second\.sql: .*nonsense.*\(line 3\)"):
        await run(blank, folder)
    assert await rows(blank) == 0
    assert await behind(blank, folder) == ["0002_second.sql"]


async def test_an_edited_file_is_refused(blank: Settings, folder: Path) -> None:
    await run(blank, folder)
    (folder / "0001_first.sql").write_text(FIRST + "\n-- a word", "utf-8")
    with pytest.raises(MigrationError, match="edited"):
        await run(blank, folder)
    with pytest.raises(MigrationError, match="edited"):
        await behind(blank, folder)


async def test_base_data_is_loaded_at_the_end_each_time(blank: Settings, tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []
    marked: list[Cause] = []

    async def load(work: Work) -> None:
        seen.append((await adhoc.value(work, str, "select acting()"), work.act.now.tzinfo is not None))
        work.mark_stale(Cause(kind="base"))

    async def mark(work: Work, causes: Sequence[Cause]) -> tuple[()]:
        marked.extend(causes)
        return ()

    folder = migrate.default_folder()
    hooks = msgspec.structs.replace(HOOKS, mark=mark)
    assert len(await run(blank, folder, load, hooks=hooks)) == len(migrate.files(folder))
    assert await run(blank, folder, load, hooks=hooks) == []
    assert seen == [("system", True)] * 2
    assert len(marked) == 2


async def test_only_the_owner_migrates(committed_db: World, folder: Path) -> None:
    settings = msgspec.structs.replace(
        committed_db.settings, database_owner_url=committed_db.settings.database_url
    )
    with pytest.raises(MigrationError, match=r"roles\.sql"):
        await run(settings, folder)


async def test_a_server_that_is_gone(blank: Settings, folder: Path) -> None:
    away = msgspec.structs.replace(blank, database_owner_url="postgresql://x@/y?host=/nonexistent")
    with pytest.raises(Unavailable):
        await run(away, folder)


@pytest.mark.parametrize(
    ("names", "says"),
    [(["first.sql"], "is called"), (["0001_a.sql", "0001_b.sql"], "same number")],
)
def test_doubtful_folders_are_refused(tmp_path: Path, names: list[str], says: str) -> None:
    for name in names:
        (tmp_path / name).write_text("select 1", "utf-8")
    with pytest.raises(MigrationError, match=says):
        migrate.files(tmp_path)


def test_program_and_database_of_different_versions(folder: Path) -> None:
    brought = migrate.files(folder)
    known = Applied(name="0001_first.sql", checksum=brought[0].checksum)
    newer = Applied(name="0002_later.sql", checksum="x")
    assert migrate.outstanding(brought, [known]) == []
    with pytest.raises(MigrationError, match="newer than the program"):
        migrate.outstanding(brought, [known, newer])
    with pytest.raises(MigrationError, match="another version"):
        migrate.outstanding(brought, [newer])
