"""`registry user` and `registry token` on a committed database: words, exit codes, effects, the trail."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from registry import cli
from registry.access import account_queries as queries
from registry.access import passwords
from registry.access.command import token_command, user_command
from registry.app import HOOKS
from registry.kernel.db.transactions import Connected
from tests import factories
from tests.access.people import person
from tests.conftest import World


class Commands:
    """The two groups on one database, run in a thread: they bring an event loop of their own."""

    def __init__(self, world: World) -> None:
        self.world = world

        @contextmanager
        def connect() -> Iterator[Connected]:
            yield Connected(settings=world.settings, hooks=HOOKS)

        self.main = cli.Commands("registry")
        self.main.add_command(user_command(connect))
        self.main.add_command(token_command(connect))

    async def __call__(self, *line: str, code: int = 0) -> str:
        """What it prints; on failure what it says on stderr."""
        result: Result = await asyncio.to_thread(CliRunner().invoke, self.main, list(line))
        assert result.exit_code == code, (result.output, result.exception)
        assert result.exception is None or isinstance(result.exception, SystemExit | click.exceptions.Exit)
        return result.stdout if code == 0 else result.stderr

    async def value(self, statement: str, *arguments: Any) -> Any:
        async with self.world.reader() as work:
            return await work.conn.fetchval(statement, *arguments)


@pytest.fixture
async def run(committed_db: World) -> Commands:
    async with committed_db.writer() as work:
        await factories.world(work)
        await factories.insert(
            work, "area", area_code="Q1", name="示范高新区", valid_from="2020-01-01", **factories.BORN
        )
    return Commands(committed_db)


ZHANG = (
    "user",
    "add",
    "shifan.zhang",
    "--name",
    "示范张",
    "--role",
    "cadre",
    "--division",
    factories.VILLAGE,
)


async def test_an_account_is_made_with_its_grant_and_a_password_shown_once(run: Commands) -> None:
    told = await run(*ZHANG)
    found = re.fullmatch(r"shifan\.zhang: first password ([\w-]{19})\n", told)
    assert found
    async with run.world.reader() as work:
        row = await queries.named(work, "shifan.zhang")
        assert row
        assert await passwords.fits(row.password_hash, found[1])
        events = await work.conn.fetch("select actor, role, source, operation, record_kind from audit_event")
    assert {tuple(event.values())[:4] for event in events} == {("local", "system", "system", "user add")}
    assert sorted(event["record_kind"] for event in events) == ["account", "grant"]
    listed = await run("user", "list", "示范")
    assert "shifan.zhang active 示范张" in listed
    assert "cadre 挑水河村委会 from" in listed
    assert await run("user", "list", "nobody") == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("user", "add", "Zhang", "--name", "示范张", "--role", "admin"), "username: "),
        (("user", "add", "local", "--name", "示范张", "--role", "admin"), "留给系统使用"),
        (("user", "add", "shifan.z", "--name", "示范", "--role", "cadre"), "村干部要填所在村"),
        (
            ("user", "add", "shifan.z", "--name", "示范", "--role", "clerk", "--division", "1"),
            "division_code",
        ),
        (
            ("user", "add", "shifan.z", "--name", "示范", "--role", "partner", "--organization", "x"),
            "organization: 没有登记过",
        ),
        (("user", "add", "shifan.z", "--name", "示范", "--role", "admin", "--until", "soon"), "valid_to: "),
        (("user", "add", "shifan.z", "--name", "示范", "--role", "chief"), "Invalid value for '--role'"),
        (("token", "add", "shifan.z", "--name", "x", "--days", "366"), "Invalid value for '--days'"),
    ],
)
async def test_wrong_use_is_named_and_writes_nothing(run: Commands, line: tuple[str, ...], said: str) -> None:
    assert said in await run(*line, code=2)
    assert await run.value("select count(*) from account") == 0
    assert await run.value("select count(*) from audit_event") == 0


async def test_what_is_not_there_or_taken_is_named(run: Commands) -> None:
    await run(*ZHANG)
    assert "已有人使用" in await run(*ZHANG, code=1)
    assert "没有叫 shifan.li 的账户" in await run("user", "passwd", "shifan.li", code=1)
    assert "没有以 cel_nothing1" in await run("token", "revoke", "cel_nothing1", code=1)


async def test_grants_are_given_and_revoked(run: Commands) -> None:
    await run(*ZHANG)
    made = await run(
        "user", "grant", "shifan.zhang", "--role", "county", "--area", "Q1", "--until", "2199-12-31"
    )
    grant_id = made.split()[1]
    assert made == f"shifan.zhang: {grant_id} county 示范高新区\n"
    assert "until 2199-12-31" in await run("user", "list")
    assert "revoked" in await run("user", "revoke", "shifan.zhang", grant_id)
    assert "(ended)" in await run("user", "list")
    assert "已经撤销" in await run("user", "revoke", "shifan.zhang", grant_id, code=1)


async def test_a_partner_is_named_by_its_credit_code(run: Commands) -> None:
    line = ("user", "add", "shifan.firm", "--name", "示范企业", "--role", "partner")
    await run(*line, "--organization", factories.ENTERPRISE_CODE.lower())
    assert "partner 示范品源现代农业" in await run("user", "list")


async def test_an_account_is_disabled_enabled_and_given_another_password(run: Commands) -> None:
    first = (await run(*ZHANG)).split()[-1]
    assert await run("user", "disable", "shifan.zhang") == "shifan.zhang: disabled\n"
    assert await run("user", "enable", "shifan.zhang") == "shifan.zhang: active\n"
    again = (await run("user", "passwd", "shifan.zhang", "--drop-totp")).split()[-1]
    assert again != first
    async with run.world.reader() as work:
        row = await queries.named(work, "shifan.zhang")
    assert row
    assert await passwords.fits(row.password_hash, again)


async def test_the_last_administrator_stays(run: Commands) -> None:
    await run("user", "add", "shifan.admin", "--name", "示范管理员", "--role", "admin")
    assert "最后一个" in await run("user", "disable", "shifan.admin", code=1)


async def test_tokens_are_made_listed_and_revoked(run: Commands) -> None:
    await run(*ZHANG)
    text = (
        await run("token", "add", "shifan.zhang", "--name", "示范平台", "--read-only", "--days", "30")
    ).strip()
    assert text.startswith("cel_")
    listed = await run("token", "list", "shifan.zhang")
    assert listed.startswith(f"{text[:12]} read 示范平台: until ")
    assert "never used" in listed
    assert text[12:] not in listed
    assert await run("token", "revoke", text[:12]) == f"{text[:12]}: 示范平台 revoked\n"
    assert "revoked" in await run("token", "list", "shifan.zhang")


async def test_with_several_grants_one_is_named(run: Commands) -> None:
    await run(*ZHANG)
    made = await run("user", "grant", "shifan.zhang", "--role", "clerk", "--division", factories.TOWNSHIP)
    grant_id = made.split()[1]
    assert grant_id in await run("token", "add", "shifan.zhang", "--name", "x", code=1)
    await run("token", "add", "shifan.zhang", "--name", "x", "--grant", grant_id)
    assert str(await run.value("select account_grant_id from api_token")) == grant_id
    async with run.world.writer() as work:
        other = await person(work, "admin", username="shifan.other")
        await work.conn.execute(
            "update account_grant set valid_to = '2021-01-01' where account_id = $1", other.account_id
        )
    assert "没有可用的身份" in await run("token", "add", "shifan.other", "--name", "x", code=1)


def test_the_commands_stand_among_the_others() -> None:
    assert {"user", "token"} <= set(cli.main.commands)
