"""Runs the product in this process: its database, then its server until told to stop. For serve and demo."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import asyncpg
import msgspec
import structlog
import uvloop
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from registry.app import create_app, require_loopback
from registry.kernel import db, embedded, keyfile, migrate
from registry.kernel.db import Conn
from registry.kernel.keyfile import KeyFileError
from registry.kernel.vault import Vault
from registry.settings import Settings

START_SECONDS = 30.0
_log = structlog.get_logger("registry.server")


class CannotServe(Exception):
    """The server cannot start; the message says what to do."""


@contextmanager
def connected(settings: Settings, *, fast: bool = False) -> Iterator[Settings]:
    """The settings with a database that answers: the one they name, else the embedded one of the data folder.

    The embedded one has its key file made beside it. To be entered in the main thread, before any event loop
    runs. EmbeddedError if it does not start.
    """
    if settings.database_url is not None:
        yield settings
        return
    with embedded.running(settings.data_dir, fast=fast) as server:
        keyfile.ensure(settings.keys_path)
        yield msgspec.structs.replace(
            settings,
            database_url=server.url("registry_app"),
            database_owner_url=server.url("registry_owner"),
        )


def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Serves a connected database until SIGINT or SIGTERM; running requests are finished first.

    `ready` is called once with the address when the first request would be answered. CannotServe if the port
    is taken or the migrations are behind; SettingsError if the host is not loopback.
    """
    require_loopback(settings.host)
    port = _claim(settings.host, settings.port)
    uvloop.run(_serve(msgspec.structs.replace(settings, port=port), ready))


async def _serve(settings: Settings, ready: Callable[[str], None]) -> None:
    await _require_migrated(settings)
    server: Any = Server(
        create_app(settings, vault=_vault(settings)),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        log_level=LogLevels.error,
        websockets=False,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    working = asyncio.ensure_future(server.serve())
    url = f"http://{_in_address(settings.host)}:{settings.port}"
    try:
        await _until_answering(settings, working)
        _log.info("listening", url=url)
        ready(url)
    except BaseException:
        server.stop()
        with suppress(Exception):
            await working
        raise
    await working
    _log.info("stopped")


def _vault(settings: Settings) -> Vault:
    try:
        return Vault.load(settings.keys_path)
    except KeyFileError as error:
        raise CannotServe(f"{error} (REGISTRY_KEYS_FILE names another place)") from error


async def _require_migrated(settings: Settings) -> None:
    with db.translated():
        conn: Conn = await asyncpg.connect(settings.database_url, timeout=settings.connect_timeout)
    try:
        behind = await migrate.pending(conn)
    finally:
        await conn.close()
    if behind:
        raise CannotServe(
            f"the database lacks {len(behind)} migration(s), first {behind[0]}: run `registry migrate`"
        )


async def _until_answering(settings: Settings, working: "asyncio.Future[None]") -> None:
    """Returns when /healthz answers; CannotServe if the server ended or stays silent."""
    with suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            while not working.done():
                with suppress(OSError, asyncio.IncompleteReadError):
                    if await _answers(settings):
                        return
                await asyncio.sleep(0.02)
    raise CannotServe("the server did not come up; its log says why")


async def _answers(settings: Settings) -> bool:
    reading, writing = await asyncio.open_connection(settings.host, settings.port)
    try:
        writing.write(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        return (await reading.readexactly(12)).endswith(b"200")
    finally:
        writing.close()
        with suppress(OSError):
            await writing.wait_closed()


def _claim(host: str, port: int) -> int:
    """The port, or a free one for 0; CannotServe if somebody listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise CannotServe(f"{host}:{port} is not free: {error.strerror}; choose another port") from error
        return int(probe.getsockname()[1])


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
