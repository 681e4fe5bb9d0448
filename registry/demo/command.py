"""`registry demo`: a private PostgreSQL, the demo township in it, and the server, until it is interrupted."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.status import Status

from registry.demo.build import build, collect
from registry.demo.places import TOWNSHIP, YEARS
from registry.demo.users import DemoAccount, first_passwords, open_accounts
from registry.kernel import logs
from registry.kernel.crypto import keyfile
from registry.kernel.db import embedded
from registry.kernel.db.migrate import AfterMigrate, migrate
from registry.running import serve
from registry.settings import Settings

HOST = "127.0.0.1"


def command(load: Callable[[], Settings], base_data: Sequence[AfterMigrate]) -> click.Command:
    """The command. `load`: the settings of the environment; `base_data`: what follows the migrations."""

    @click.command("demo")
    @click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder to keep the data in, started again as it was left. Without it the data is thrown away.",
    )
    @click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port; without it a free one.")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON line when ready.")
    def demo_command(data: Path | None, port: int, *, as_json: bool) -> None:
        """Run a township with fictional households and real-looking contracts, to look around in.

        Prints one user per role with passwords and tokens that are new at each start; --json: {url, users,
        tokens}. Always uses a private PostgreSQL of its own; DATABASE_URL is ignored.
        """
        logs.configure("WARNING")
        folder = None if data is None else data.expanduser().absolute()
        chosen = msgspec.structs.replace(load(), host=HOST, port=port)
        used = folder is not None and (folder / "pg").exists()
        with _console().status("starting PostgreSQL") as status, _connected(chosen, folder) as settings:
            opened = asyncio.run(_prepare(settings, base_data, status, used=used))
            serve(settings, lambda url: _ready(url, opened, status, as_json=as_json))

    return demo_command


@contextmanager
def _connected(settings: Settings, folder: Path | None) -> Iterator[Settings]:
    """Settings of a server on the folder, or on a throw-away one that need not survive a power cut."""
    with embedded.running(folder, fast=folder is None) as server:
        own = msgspec.structs.replace(settings, data_dir=server.folder, keys_file=None)
        keyfile.ensure(own.keys_path)
        yield msgspec.structs.replace(
            own,
            database_url=server.url("registry_app"),
            database_owner_url=server.url("registry_owner"),
        )


async def _prepare(
    settings: Settings, base_data: Sequence[AfterMigrate], status: Status, *, used: bool
) -> list[DemoAccount]:
    """Migrations and base data; then the demo, whose rows are collected while a new database is migrated;
    then its users, whose passwords are hashed meanwhile."""
    status.update("migrating")
    firsts = asyncio.ensure_future(first_passwords())
    collected = None if used else asyncio.ensure_future(asyncio.to_thread(collect))
    await migrate(settings.database_owner_url or "", settings, after=base_data)
    status.update("registering households, contracts and deliveries")
    await build(settings, datetime.now(UTC), collected)
    opened = await open_accounts(settings, datetime.now(UTC), firsts)
    status.update("starting the server")
    return opened


def _ready(url: str, opened: Sequence[DemoAccount], status: Status, *, as_json: bool) -> None:
    status.stop()
    if as_json:
        tokens = {one.key: one.token for one in opened if one.token}
        users = {one.key: {"username": one.username, "password": one.password} for one in opened}
        click.echo(json.dumps({"url": url, "tokens": tokens, "users": users}))
        return
    click.echo(f"registry: {url}")
    click.echo("  sign in as")
    for one in opened:
        click.echo(f"    {one.username:<10} {one.password}  {one.label}")
    click.echo(f"  the township   {url}/divisions/{TOWNSHIP}?period={YEARS[0]}")
    click.echo(f"  its summary    {url}/api/v1/divisions/{TOWNSHIP}/summary?period={YEARS[0]}&by=village")
    click.echo(f"  the interface  {url}/api/docs")
    click.echo("Ctrl-C stops it.")


def _console() -> Console:
    return Console(stderr=True)
