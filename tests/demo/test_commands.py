"""The commands demo and seed: options, words, exit codes. The real demo runs in tests/faults."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner

from registry import cli
from registry.access.passwords import InitialPassword
from registry.demo import command, seeding
from registry.demo.build import BUILDER
from registry.demo.places import TOWNSHIP
from registry.demo.users import USERS, DemoAccount
from registry.kernel.db import migrate
from registry.kernel.db.transactions import Conn, Database, enter
from registry.kernel.work import Act
from registry.reference import base_data
from registry.settings import Settings
from tests.conftest import clone, drop, settings_for
from tests.demo.building import BUILT
from tests.servers import Server
from tests.serving import serving

LINES_AND_TICKETS = """
    select g.state, d.tickets, g.delivered_kg::integer, d.net_kg::integer, count(*)
    from gain_line g
    join (
      select household_id, season_id, count(*) as tickets, sum(net_kg) as net_kg
      from delivery group by household_id, season_id
    ) d using (household_id, season_id)
    where g.superseded_at is null and g.year = 2022
    group by 1, 2, 3, 4
    order by 3
"""


class Started:
    """What the demo was started with, instead of building and serving it."""

    def __init__(self) -> None:
        self.collected: list[bool] = []
        self.settings: list[Settings] = []

    async def build(self, settings: Settings, now: datetime, collected: Any) -> None:
        assert None not in (settings.database_owner_url, now.tzinfo)
        self.collected.append(collected is not None)

    async def open_accounts(
        self, settings: Settings, now: datetime, firsts: Awaitable[list[InitialPassword]]
    ) -> list[DemoAccount]:
        assert None not in (settings.database_url, now.tzinfo)
        prepared = await firsts
        return [
            DemoAccount(
                key=user.key, username=user.key, password=first.text, token=f"cel_{user.key}", label=user.name
            )
            if user.role != "admin"
            else DemoAccount(key="admin", username="admin", password=first.text, token="", label=user.name)
            for user, first in zip(USERS, prepared, strict=True)
        ]

    def serve(self, settings: Settings, ready: Callable[[str], None]) -> None:
        self.settings.append(settings)
        ready("http://127.0.0.1:1")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    made = Started()
    monkeypatch.setattr(command, "build", made.build)
    monkeypatch.setattr(command, "open_accounts", made.open_accounts)
    monkeypatch.setattr(command, "serve", made.serve)
    monkeypatch.setattr(command, "collect", lambda: None)
    return made


def run(*words: str, **environment: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli.main, words, env=environment, catch_exceptions=False)
    return done.exit_code, done.stdout


def test_a_demo_thrown_away(started: Started) -> None:
    code, said = run("demo", DATABASE_URL="postgresql://nobody@nowhere/else")
    assert code == 0
    assert f"http://127.0.0.1:1/api/v1/divisions/{TOWNSHIP}/summary?period=2022" in said
    lines = dict(re.findall(r"^    (\w+) +([\w-]{19})  示范", said, re.MULTILINE))
    assert set(lines) == {user.key for user in USERS}
    settings = started.settings[0]
    assert (settings.host, settings.port) == ("127.0.0.1", 0)
    assert "nowhere" not in str(settings.database_url)
    assert not settings.data_dir.exists()
    assert started.collected == [True]


def test_a_demo_kept_is_built_once(started: Started, open_folder: Path) -> None:
    for port in ("0", "8123"):
        code, said = run("demo", "--json", "--port", port, "--data", str(open_folder))
        told = json.loads(said)
        assert (code, set(told), told["url"]) == (0, {"url", "tokens", "users"}, "http://127.0.0.1:1")
        assert told["tokens"] == {user.key: f"cel_{user.key}" for user in USERS if user.role != "admin"}
        assert {name: one["username"] for name, one in told["users"].items()} == {
            user.key: user.key for user in USERS
        }
    assert [one.port for one in started.settings] == [0, 8123]
    assert started.collected == [True, False]
    assert (open_folder / "pg" / "PG_VERSION").exists()


@pytest.fixture
def migrated(server: Server) -> Iterator[dict[str, str]]:
    """A migrated database with base data, as the environment names it."""

    async def make() -> str:
        name = await clone(server)
        settings = settings_for(server, name)
        await migrate.migrate(server.url("registry_owner", name), settings, after=[base_data.load])
        return name

    name = asyncio.run(make())
    settings = settings_for(server, name)
    yield {
        "DATABASE_URL": str(settings.database_url),
        "DATABASE_OWNER_URL": str(settings.database_owner_url),
        "REGISTRY_DATA_DIR": "/nonexistent",
    }
    asyncio.run(drop(server, name))


def test_seed_fills_an_empty_database_once(migrated: dict[str, str]) -> None:
    code, said = run("seed", "--households", "100", "--townships", "2", **migrated)
    assert (code, said) == (0, "144 household(s) in 2 township(s)\n")
    code, _ = run("seed", "--households", "100", **migrated)
    assert code == cli.FOUND_WRONG
    settings = Settings(
        database_url=migrated["DATABASE_URL"],
        database_owner_url=migrated["DATABASE_OWNER_URL"],
        data_dir=Path(),
    )

    async def summary() -> dict[str, Any]:
        async with serving(settings) as client:
            answer = await client.get(f"/api/v1/divisions/{TOWNSHIP}/summary", params={"period": "2022"})
            found: dict[str, Any] = answer.json()
            return found

    found = asyncio.run(summary())
    assert found["indicators"]["coverage"]["denominator"] == 96
    assert found["counts"]["valid"] > 48


def test_seeded_lines_can_be_recomputed_from_their_tickets(migrated: dict[str, str]) -> None:
    run("seed", "--households", "100", "--townships", "1", "--tickets", "3", **migrated)
    assert run("recompute", TOWNSHIP, "2022", **migrated) == (0, "96 household(s) recomputed for 2022\n")

    async def lines() -> list[tuple[Any, ...]]:
        conn: Conn = await asyncpg.connect(migrated["DATABASE_OWNER_URL"])
        try:
            async with conn.transaction():
                await enter(conn, seeding.SEEDER)
                found = await conn.fetch(LINES_AND_TICKETS)
        finally:
            await conn.close()
        return [tuple(row) for row in found]

    # The first of each village carries 50 kg of a shared ticket, the second too.
    assert asyncio.run(lines()) == [("complete", 3, 953, 903, 48), ("complete", 3, 956, 906, 48)]


def test_seed_needs_the_owner(migrated: dict[str, str]) -> None:
    del migrated["DATABASE_OWNER_URL"]
    code, _ = run("seed", "--households", "1", **migrated)
    assert code == cli.WRONG_USE


def test_townships_beyond_a_county_get_counties_of_their_own() -> None:
    made = list(seeding.townships(seeding.TOWNSHIPS_PER_COUNTY + 3, BUILT))
    codes = [township.code for township in made]
    assert codes[:3] == [TOWNSHIP, "421303500000", "421303501000"]
    assert codes[-2:] == ["421341500000", "421341501000"]
    assert len({code for township in made for code in township.villages}) == len(made) * seeding.VILLAGES
    assert [row.division_code for row in made[-2].divisions[:2]] == ["421341000000", "421341500000"]
    assert len(made[-1].divisions) == 1 + seeding.VILLAGES


def test_households_are_spread_evenly() -> None:
    assert seeding.shares(3000, 1) == [63]
    assert seeding.shares(200_000, 67) == [63] * 13 + [62] * 54
    assert sum(seeding.shares(200_000, 67)) * seeding.VILLAGES >= 200_000


async def test_a_seeded_township_is_the_same_among_others(server: Server) -> None:
    async def lines(households: int) -> list[tuple[Any, ...]]:
        name = await clone(server)
        settings = settings_for(server, name)
        await migrate.migrate(server.url("registry_owner", name), settings, after=[base_data.load])
        database = await Database.open(settings)
        await seeding.begin(database, BUILT)
        for township in seeding.townships(households // 48, BUILT):
            await seeding.fill(database, township, 1, BUILT, years=[2022])
        async with database.reader(BUILDER, Act(actor=BUILDER.actor, now=BUILT)) as work:
            found = await work.conn.fetch(
                "select gain_line_id, cash_gain from gain_line where village_code < '421303188' order by 1"
            )
        await database.close()
        await drop(server, name)
        return [tuple(row) for row in found]

    assert await lines(48) == await lines(96) != []
