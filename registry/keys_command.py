"""`registry keys`: make the key file, rotate to a new version, drop former ones. See rotation.py."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import click

from registry import rotation
from registry.kernel.crypto import keyfile
from registry.kernel.crypto.keyfile import SuiteName
from registry.kernel.db.transactions import Connect, Connected
from registry.rotation import RotationReport

BROKEN = 1
LOST = "cannot be decrypted: enter it anew or remove it"
TWICE = "is the ID of another member of the household, too: remove one of the two"
SUITE = click.option(
    "--suite",
    type=click.Choice(get_args(SuiteName)),
    default="aes",
    show_default=True,
    help="Algorithms of the new version: aes (AES-256-GCM, SHA-256) or sm4 (SM4-GCM, SM3).",
)


def command(connect: Connect) -> click.Group:
    """The commands; `connect` gives settings with a database that answers, for as long as it is entered."""

    @click.group("keys")
    def keys() -> None:
        """The keys personal numbers are encrypted with (REGISTRY_KEYS_FILE, outside the database)."""

    @keys.command("new")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    @SUITE
    def new(file: Path, suite: SuiteName) -> None:
        """Make a new key FILE, readable by its owner only. One that is there is never overwritten."""
        keyfile.create(file, suite)
        click.echo(f"made {file}: keep a copy apart from the database's backups; without it numbers are lost")

    _add_rotate(keys, connect)
    return keys


def _add_rotate(keys: click.Group, connect: Connect) -> None:
    @keys.command("rotate")
    @SUITE
    @click.option(
        "--prepare", is_flag=True, help="Only add the version, to copy the file to all machines first."
    )
    @click.option("--drop-old", is_flag=True, help="Only remove former versions that no row stands on.")
    def rotate(suite: SuiteName, *, prepare: bool, drop_old: bool) -> None:
        """Add a key version and reseal every number under it, while the server runs.

        May be interrupted and run again: rows on a former version are finished first. With several machines:
        --prepare, copy the file to all, rotate on one, copy it again. Former versions stay in it until
        --drop-old, five minutes later at the earliest.
        """
        with connect() as connected:
            settings = connected.settings
            if prepare:
                version = rotation.prepare(settings.keys_path, suite)
                click.echo(f"version {version} is prepared: copy {settings.keys_path} to all machines")
                return
            if drop_old:
                dropped = asyncio.run(_drop(connected))
                click.echo(f"dropped version(s) {_listed(dropped)}" if dropped else "nothing to drop")
                return
            done = asyncio.run(_rotate(connected, suite))
        click.echo(f"{done.resealed} row(s) sealed anew, all under key version {done.current}")
        for table, broken in done.broken.items():
            for row in broken:
                click.echo(f"registry: {table} {row} {TWICE if row in done.twice else LOST}", err=True)
        if any(done.broken.values()):
            raise click.exceptions.Exit(BROKEN)


async def _rotate(connected: Connected, suite: SuiteName) -> RotationReport:
    async with connected.database() as database:
        return await rotation.rotate(database, connected.settings.keys_path, suite=suite)


async def _drop(connected: Connected) -> list[int]:
    async with connected.database() as database:
        return await rotation.drop_former(database, connected.settings.keys_path, datetime.now(UTC))


def _listed(versions: list[int]) -> str:
    return ", ".join(map(str, versions))
