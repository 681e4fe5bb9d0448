"""Runs the product in this process: its database, then its server until it is stopped. For serve and demo."""

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
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from registry import healthcheck
from registry.app import create_app
from registry.kernel.crypto import keyfile
from registry.kernel.crypto.keyfile import KeyFileError
from registry.kernel.crypto.vault import Vault
from registry.kernel.db import embedded, migrate
from registry.kernel.db.transactions import Conn
from registry.kernel.db.translate import translated
from registry.kernel.http.request_limits import require_safe
from registry.settings import Settings

START_SECONDS = 30.0
HEADER_BYTES = 64 * 1024
HEADER_MILLISECONDS = 15_000
_log = structlog.get_logger("registry.server")


class CannotServe(Exception):
    """The server cannot start; the message has what to do."""


@contextmanager
def connected(settings: Settings, *, fast: bool = False, join: bool = False) -> Iterator[Settings]:
    """The settings with a database that answers: the one they name, else the embedded one of the data folder.

    join: one that another process runs will do. The embedded one has its key file made beside it. To be
    entered in the main thread, before any event loop runs. EmbeddedError if it does not start.
    """
    if settings.database_url is not None:
        yield settings
        return
    with embedded.running(settings.data_dir, fast=fast, join=join) as server:
        keyfile.ensure(settings.keys_path)
        yield msgspec.structs.replace(
            settings,
            database_url=server.url("registry_app"),
            database_owner_url=server.url("registry_owner"),
        )


def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Serves a connected database until SIGINT or SIGTERM; running requests are finished first.

    `ready` is called once with the address when the first request would be answered. CannotServe if the port
    is taken or the migrations are behind; SettingsError if the address must not be served like that.
    """
    require_safe(settings)
    port = claim(settings.host, settings.port)
    uvloop.run(_serve(msgspec.structs.replace(settings, port=port), ready))


async def _serve(settings: Settings, ready: Callable[[str], None]) -> None:
    await _require_migrated(settings)
    server = http_server(settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    working = asyncio.ensure_future(server.serve())
    url = address(settings)
    try:
        await until_answering(settings, working)
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


def http_server(settings: Settings) -> Any:
    """HTTP/1.1 only, headers bounded. TLS from 1.2 on: the Excel of older Windows knows no later."""
    return Server(
        create_app(settings, vault=_vault(settings)),
        address=settings.host.strip("[]"),
        port=settings.port,
        interface=Interfaces.ASGI,
        log_level=LogLevels.error,
        websockets=False,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS, max_buffer_size=HEADER_BYTES),
        ssl_cert=settings.tls_cert,
        ssl_key=settings.tls_key,
        ssl_protocol_min=SSLProtocols.tls12,
    )


async def _require_migrated(settings: Settings) -> None:
    with translated():
        conn: Conn = await asyncpg.connect(settings.database_url, timeout=settings.connect_timeout)
    try:
        behind = await migrate.pending(conn)
    finally:
        await conn.close()
    if behind:
        raise CannotServe(
            f"the database lacks {len(behind)} migration(s), first {behind[0]}: run `registry migrate`"
        )


async def until_answering(settings: Settings, working: "asyncio.Future[None]") -> None:
    """Returns when /healthz answers; CannotServe if the server ended or does not answer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            while not working.done():
                if await asyncio.to_thread(healthcheck.answers, settings):
                    return
                await asyncio.sleep(0.02)
    raise CannotServe("the server did not come up; its log says why")


def claim(host: str, port: int) -> int:
    """The port, or a free one for 0; CannotServe if somebody listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise CannotServe(f"{host}:{port} is not free: {error.strerror}; choose another port") from error
        return int(probe.getsockname()[1])


def address(settings: Settings) -> str:
    """Where the server itself is reached (a proxy before it has its own address)."""
    everywhere = settings.host.strip("[]") in healthcheck.HERE
    host = settings.hosts[0] if everywhere and settings.hosts else settings.host.strip("[]")
    scheme = "https" if settings.tls_cert else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}"
