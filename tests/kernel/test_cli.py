"""The commands, their words and their exit codes."""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import msgspec
import pytest
from click.testing import CliRunner

from registry import cli, running
from registry.kernel.crypto import keyfile
from registry.kernel.db import sql
from registry.running import CannotServe
from tests.conftest import TEMPLATE, create, drop, settings_for
from tests.servers import Server
from tests.serving import NOW

DATABASE = "registry_commands"


@pytest.fixture
def environment(server: Server, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An empty database and a key file, as the environment names them."""
    keyfile.create(tmp_path / "keys.json")

    asyncio.run(create(server, DATABASE))
    settings = settings_for(server, DATABASE)
    yield {
        "DATABASE_URL": str(settings.database_url),
        "DATABASE_OWNER_URL": str(settings.database_owner_url),
        "REGISTRY_DATA_DIR": "/nonexistent",
        "REGISTRY_KEYS_FILE": str(tmp_path / "keys.json"),
        "REGISTRY_PORT": "0",
    }
    asyncio.run(drop(server, DATABASE))


def command(environment: dict[str, str], *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli.main, words, env=environment, catch_exceptions=False)
    return done.exit_code, done.output


def started(environment: dict[str, str], *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "registry", *words],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_migrate_then_nothing_left_to_do(environment: dict[str, str]) -> None:
    code, said = command(environment, "migrate")
    assert (code, said.count("applied 0")) == (0, len(list((sql.folder() / "migrations").iterdir())))
    assert command(environment, "migrate") == (0, "the database is up to date\n")


def test_check_names_the_rows_and_fails(environment: dict[str, str]) -> None:
    command(environment, "migrate")
    code, said = command(environment, "check")
    assert (code, said.splitlines()[-1]) == (0, "every check is empty")

    async def spoil() -> None:
        conn = await asyncpg.connect(environment["DATABASE_URL"])
        add = """insert into division (division_code, name, level, parent_code, valid_from, source,
            created_at, created_by, updated_at, updated_by)
          values ('430100000000', 'X', 'prefecture', '420000000000', '2020-01-01', 'base', $1, 'x', $1,
            'x')"""
        await conn.execute(add, NOW)
        await conn.close()

    asyncio.run(spoil())
    code, said = command(environment, "check")
    assert code == cli.FOUND_WRONG
    assert "divisions_lie_under_their_parent" in said
    assert '"430100000000"' in said


def test_recompute_says_how_many_households_it_looked_at(environment: dict[str, str]) -> None:
    command(environment, "migrate")
    code, said = command(environment, "recompute", "421303187000", "2022")
    assert (code, said.splitlines()[-1]) == (0, "0 household(s) recomputed for 2022")
    code, said = command(environment, "recompute", "999999999999", "2022")
    assert (code, "registry: " in said) == (cli.FOUND_WRONG, True)


def test_serve_refuses_an_old_database(environment: dict[str, str]) -> None:
    code, said = command(environment, "serve")
    assert code == cli.NO_DATABASE
    assert "run `registry migrate`" in said


def test_serve_refuses_without_the_keys(environment: dict[str, str]) -> None:
    command(environment, "migrate")
    code, said = command(environment | {"REGISTRY_KEYS_FILE": "/nonexistent/keys.json"}, "serve")
    assert code == cli.NO_DATABASE
    assert "registry keys new" in said


def test_serve_listens_on_loopback_only(environment: dict[str, str]) -> None:
    code, said = command(environment, "serve", "--host", "0.0.0.0")
    assert code == cli.WRONG_USE
    assert "loopback" in said


def test_a_port_in_use_is_named(environment: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, said = command(environment, "serve", "--port", str(port))
    assert (code, f"127.0.0.1:{port} is not free" in said) == (cli.NO_DATABASE, True)


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"DATABASE_OWNER_URL": ""}, cli.WRONG_USE, "DATABASE_OWNER_URL is not set"),
        ({"REGISTRY_PORT": "x", "REGISTRY_POOL_SIZE": "0"}, cli.WRONG_USE, "REGISTRY_POOL_SIZE"),
        ({"DATABASE_OWNER_URL": "postgresql://x@/y?host=/nonexistent"}, cli.NO_DATABASE, "registry: "),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    environment: dict[str, str], change: dict[str, str], code: int, says: str
) -> None:
    found, said = command(environment | change, "migrate")
    assert found == code
    assert says in said
    assert "Traceback" not in said


def test_every_command_explains_itself(environment: dict[str, str]) -> None:
    code, said = command(environment, "--help")
    assert code == 0
    for name in cli.main.commands:
        assert name in said
        code, help_ = command(environment, name, "--help")
        assert (code, len(help_) > 60) == (0, True)


def test_serve_answers_until_it_is_stopped(environment: dict[str, str]) -> None:
    command(environment, "migrate")
    process = started(environment, "serve")
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = re.search(r"http://\S+", line)
        assert url is not None, line
        assert httpx.get(f"{url[0]}/readyz").json() == {"status": "ok"}
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0
    assert '"event": "listening"' in log
    assert '"event": "stopped"' in log


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder without anything in it, which the user that PostgreSQL runs as can pass through."""
    made = Path(tempfile.mkdtemp(prefix="registry-test-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


def ended(environment: dict[str, str], *words: str) -> tuple[int, str, str]:
    process = started(environment, *words)
    said, wrong = process.communicate(timeout=60)
    return process.returncode, said, wrong


def test_an_empty_installation_starts_with_an_administrator(folder: Path) -> None:
    """And commands reach the embedded database while the server runs."""
    environment = {"DATABASE_URL": "", "REGISTRY_DATA_DIR": str(folder), "REGISTRY_PORT": "0"}
    for first in (True, False):
        process = started(environment, "serve")
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(3 if first else 1)]
            url = re.search(r"http://\S+", lines[-1])
            assert url is not None, lines
            assert [bool(re.search(r"admin (\w{4}-){3}\w{4}", line)) for line in lines[:1]] == [first]
            code, said, wrong = ended(environment, "user", "list")
            assert (code, said.startswith("admin active")) == (0, True), wrong
            code, _, wrong = ended(environment, "serve")
            assert (code, "already uses the data folder" in wrong) == (3, True)
            assert httpx.get(f"{url[0]}/readyz").json() == {"status": "ok"}
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)
        finally:
            process.kill()
            process.communicate()


def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.setattr(running, "START_SECONDS", 0.1)

    async def wait() -> None:
        working: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await running.until_answering(settings_for(server, DATABASE), working)

    with pytest.raises(CannotServe, match="did not come up"):
        asyncio.run(wait())


def test_an_ended_server_is_not_waited_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The port was taken between the check and the start: the server ends at once."""

    class Ends:
        def __init__(self, *_: object, **__: object) -> None:
            self.stopped = False

        async def serve(self) -> None:
            raise OSError("in use")

        def stop(self) -> None:
            self.stopped = True

    monkeypatch.setattr(running, "Server", Ends)
    with pytest.raises(CannotServe):
        running.serve(
            msgspec.structs.replace(settings_for(server, TEMPLATE), port=0), lambda _: pytest.fail("ready")
        )
