"""The commands: their help texts, options and exit codes. What they do is in the modules they call.

0: done. 1: the check found something wrong. 2: wrong use or settings. 3: the database is not available.
"""

import asyncio
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import click
import msgspec
from rich.console import Console
from rich.progress import track

from registry import keys_command, retention
from registry import settings as environment
from registry.access import command as access
from registry.app import HOOKS
from registry.audit import verification
from registry.demo import command as demo
from registry.demo import seed_command
from registry.divisions import service as divisions
from registry.exchange import command as imports
from registry.features import IMPORTS
from registry.gains import service as gains
from registry.kernel import logs
from registry.kernel.crypto.keyfile import KeyFileError
from registry.kernel.db import checks, embedded, migrate, sql
from registry.kernel.db.transactions import Connected
from registry.kernel.errors import DomainError, Unavailable
from registry.kernel.http.request_limits import require_safe
from registry.kernel.http.web import LOCAL_OPERATOR
from registry.kernel.work import system_act
from registry.reference import base_data
from registry.running import CannotServe, connected, serve
from registry.settings import Settings, SettingsError

FOUND_WRONG, WRONG_USE, NO_DATABASE = 1, 2, 3
LONG_SECONDS = 600.0
T = TypeVar("T")
# Base data of the features, loaded at the end of each `registry migrate`.
AFTER_MIGRATE: tuple[migrate.AfterMigrate, ...] = (base_data.load,)


class Commands(click.Group):
    """Turns expected errors into one clear line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise failure(WRONG_USE, *error.faults) from error
        except KeyFileError as error:
            raise failure(WRONG_USE, str(error)) from error
        except (embedded.EmbeddedError, CannotServe, Unavailable) as error:
            raise failure(NO_DATABASE, str(error)) from error
        except (migrate.MigrationError, DomainError) as error:
            raise failure(FOUND_WRONG, str(error)) from error


def failure(code: int, *lines: str) -> click.exceptions.Exit:
    """An error with its message on stderr; to be raised."""
    for line in lines:
        click.echo(f"registry: {line}", err=True)
    return click.exceptions.Exit(code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="registry")
def main() -> None:
    """村企联结登记: what contracts between enterprises, collectives and households bring each household.

    Settings come from the environment: DATABASE_URL (role registry_app) and DATABASE_OWNER_URL (role
    registry_owner) for a PostgreSQL of your own; without them an embedded one in REGISTRY_DATA_DIR is used.
    """


@main.command("migrate")
def migrate_command() -> None:
    """Bring the database up to this program's version. Safe to run twice, also at once."""
    with connected(environment.load(), join=True) as settings:
        applied = _migrate(settings)
    for name in applied:
        click.echo(f"applied {name}")
    click.echo(f"{len(applied)} migration(s) applied" if applied else "the database is up to date")


def _migrate(settings: Settings) -> list[str]:
    return asyncio.run(migrate.migrate(owner_url(settings), settings, after=AFTER_MIGRATE, hooks=HOOKS))


@main.command("serve")
@click.option("--host", help="Address to listen on (REGISTRY_HOST, 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port, 0 for a free one (REGISTRY_PORT, 8000).")
def serve_command(host: str | None, port: int | None) -> None:
    """Run the server until it is interrupted.

    The embedded database is brought up to date first; in an empty one an administrator is made, whose
    password is printed once. With a database of your own it refuses to start when migrations are behind.
    """
    given = {"REGISTRY_HOST": host, "REGISTRY_PORT": None if port is None else str(port)}
    chosen = {name: text for name, text in given.items() if text is not None}
    settings = environment.load(os.environ | chosen)
    require_safe(settings)
    logs.configure(settings.log_level)
    with connected(settings) as live:
        if settings.database_url is None:
            _migrate(live)
            _first_administrator(live)
        serve(live, lambda url: click.echo(f"registry: {url}"))


def _first_administrator(settings: Settings) -> None:
    made = access.first_administrator(Connected(settings=settings, hooks=HOOKS))
    if made is not None:
        username, password = made
        click.echo(f"首次启动，请用这个账户登录，登录后修改密码（只显示这一次）：{username} {password}")
        click.echo(f"registry: first start: sign in as {username} with the password {password} (shown once)")


@main.command("check")
def check_command() -> None:
    """Look for rows that must not exist (sql/checks) and verify the audit trail: every event, every seal.

    Prints what is wrong and exits with 1 if there is anything. Note the end of each chain elsewhere.
    """
    with writing() as opened:
        broken, chains = asyncio.run(_check(opened))
    for found in broken:
        click.echo(f"{found.name}: {found.question}")
        for row in found.rows:
            click.echo(f"  {json.dumps(row, ensure_ascii=False, default=str)}")
    for chain in chains:
        click.echo(_described(chain))
    torn = sum(chain.found is not None for chain in chains)
    if broken or torn:
        faults = f"{len(broken)} check(s) found rows that must not exist, {torn} audit chain(s) are torn"
        raise failure(FOUND_WRONG, faults)
    click.echo("every check is empty")


async def _check(opened: Connected) -> tuple[list[checks.Broken], list[verification.Chain]]:
    act = system_act(datetime.now(UTC), "check", LOCAL_OPERATOR.actor)
    patient = opened.database(seconds=LONG_SECONDS)
    async with patient as database, database.reader(LOCAL_OPERATOR, act) as work:
        asked = checks.checks(sql.folder() / "checks")
        found = [await checks.run_one(work, *one) for one in _shown(asked, "checking")]
        counties = await verification.counties(work)
        chains = [await verification.verify(work, one) for one in _shown(counties, "verifying")]
    return [broken for broken in found if broken.rows], chains


def _described(chain: verification.Chain) -> str:
    if chain.found is None:
        return f"audit {chain.county_code}: {chain.events} sealed, ends in {chain.chain_hash.hex()}"
    bad = chain.found
    return f"audit {chain.county_code}: position {bad.position}, event {bad.audit_event_id}: {bad.wrong}"


def _shown(items: Sequence[T], doing: str) -> Iterable[T]:
    return track(items, doing, console=Console(stderr=True), transient=True)


@contextmanager
def writing() -> Iterator[Connected]:
    """A database that answers, for a command that writes facts: gains follow from them."""
    with connected(environment.load(), join=True) as settings:
        yield Connected(settings=settings, hooks=HOOKS)


main.add_command(imports.command(writing, IMPORTS))
main.add_command(demo.command(environment.load, AFTER_MIGRATE))
main.add_command(seed_command.command(writing))
main.add_command(keys_command.command(writing))
main.add_command(retention.command(writing))
main.add_command(access.user_command(writing))
main.add_command(access.token_command(writing))


@main.command("recompute")
@click.argument("code")
@click.argument("year", type=click.IntRange(1949, 2199))
def recompute_command(code: str, year: int) -> None:
    """Rebuild the gains of a division or area CODE in a YEAR from the facts. Lines that were right stay."""
    with writing() as opened:
        households = asyncio.run(_recompute(opened, code, year))
    click.echo(f"{households} household(s) recomputed for {year}")


async def _recompute(opened: Connected, code: str, year: int) -> int:
    act = system_act(datetime.now(UTC), "recompute", LOCAL_OPERATOR.actor)
    households = 0
    async with opened.database(seconds=LONG_SECONDS, keep_plans=True) as database:
        async with database.reader(LOCAL_OPERATOR, act) as work:
            place = await divisions.places(work, code, date(year, 12, 31))
            villages = await gains.villages_with_annexes(work, place)
        for village in _shown(villages, "recomputing"):
            async with database.writer(LOCAL_OPERATOR, act) as work:
                part = msgspec.structs.replace(place, ranges=(village,), counties=(village.first[:6],))
                households += await gains.rebuild(work, part, year)
    return households


def owner_url(settings: Settings) -> str:
    """Of the role that owns the tables; SettingsError if only the application's was given."""
    if settings.database_owner_url is None:
        raise SettingsError(["DATABASE_OWNER_URL is not set: migrations run as the role registry_owner"])
    return settings.database_owner_url
