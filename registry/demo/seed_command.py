"""`registry seed`: synthetic townships, to see how the product behaves with many households."""

import asyncio
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.progress import Progress

from registry.demo import seeding
from registry.kernel.db.transactions import Connect, Connected
from registry.settings import SettingsError

SECONDS = 600.0
"""A large township may take longer than a request may."""


def command(connect: Connect) -> click.Command:
    """The command; `connect` gives settings with a database that answers, for as long as it is entered."""

    @click.command("seed")
    @click.option("--households", type=click.IntRange(1, 10_000_000), required=True, help="How many.")
    @click.option(
        "--townships",
        type=click.IntRange(1, 10_000),
        help="Spread over so many townships of 48 villages; one per 3,000 households if not said.",
    )
    @click.option(
        "--tickets",
        type=click.IntRange(0, 100),
        default=seeding.TICKETS,
        show_default=True,
        help="Weigh tickets of each annex line; with 0 lines have no facts, and recomputing empties them.",
    )
    def seed_command(households: int, townships: int | None, tickets: int) -> None:
        """Fill an empty, migrated database with synthetic households, tickets and lines for load tests.

        The first township is the demo's, the others are made up.
        """
        count = townships or -(-households // seeding.TOWNSHIP_SIZE)
        with connect() as connected:
            made = asyncio.run(_seed(connected, households, count, tickets))
        click.echo(f"{made} household(s) in {count} township(s)")

    return seed_command


async def _seed(connected: Connected, households: int, count: int, tickets: int) -> int:
    if connected.settings.database_owner_url is None:
        raise SettingsError(["DATABASE_OWNER_URL is not set: the owner makes the planner's statistics"])
    now = datetime.now(UTC)
    async with connected.database(seconds=SECONDS) as database:
        await seeding.begin(database, now)
        sizes = seeding.shares(households, count)
        steps = zip(seeding.townships(count, now), sizes, strict=True)
        with Progress(console=Console(stderr=True), transient=True) as shown:
            for township, per_village in shown.track(steps, total=count, description="seeding"):
                await seeding.fill(database, township, per_village, now, tickets=tickets)
    await seeding.finish(connected.settings)
    return sum(sizes) * seeding.VILLAGES
