"""Alive, ready and counted; logs are JSON without bodies, queries or tracebacks."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import msgspec
import pytest
import structlog
from litestar import post

from registry.kernel import logs
from registry.kernel.work import Work
from registry.settings import Settings
from tests.conftest import World
from tests.servers import Server
from tests.serving import providers_on, serving


@post("/api/v1/boom")
async def boom() -> None:
    raise ValueError("示例户的秘密")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged, with the root logger put back afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure("INFO")
    yield stream
    root.handlers[:], root.level = before, level
    structlog.reset_defaults()


async def test_alive(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}


async def test_ready_with_every_migration_only(committed_db: World) -> None:
    async with serving(committed_db.settings) as client:
        assert (await client.get("/readyz")).status_code == 200
        owner = await asyncpg.connect(committed_db.owner_url)
        try:
            last = await owner.fetchrow(
                "delete from migration where name = (select max(name) from migration) returning *"
            )
            behind = await client.get("/readyz", headers={"accept": "application/json"})
            assert behind.status_code == 503
            assert behind.json()["code"] == "migrations_pending"
            assert "registry migrate" in behind.json()["detail"]
            await owner.execute("insert into migration select ($1::migration).*", last)
        finally:
            await owner.close()


CUT_OFF = """
select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename = 'registry_app'
"""


async def test_not_ready_without_database(committed_db: World, server: Server) -> None:
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    name = urlsplit(str(committed_db.settings.database_url)).path.removeprefix("/")
    try:
        async with serving(committed_db.settings) as client:
            await admin.execute(f"alter database {name} connection limit 0")
            await admin.fetch(CUT_OFF, name)
            answers = [await client.get("/readyz") for _ in range(3)]
            assert {answer.status_code for answer in answers} == {503}
            assert "retry-after" in answers[-1].headers
            assert (await client.get("/healthz")).status_code == 200
            await admin.execute(f"alter database {name} connection limit -1")
            assert (await client.get("/readyz")).status_code == 200
    finally:
        await admin.execute(f"alter database {name} connection limit -1")
        await admin.close()


async def test_metrics_count_by_route_not_by_address(work: Work) -> None:
    async with serving(Settings(data_dir=Path("unused")), providers_on(work)) as client:
        await client.get("/healthz")
        await client.head("/healthz")
        await client.get("/secret-name?q=1")
        text = (await client.get("/metrics")).text
    for method in ("GET", "HEAD"):
        assert f'registry_requests_total{{method="{method}",route="/healthz",status="200"}} 1.0' in text
    assert "secret-name" not in text
    assert "registry_requests_running 1.0" in text


async def test_log_lines_are_json_without_content(lines: io.StringIO, work: Work) -> None:
    async with serving(providers=providers_on(work), further=[boom]) as client:
        answer = await client.post("/api/v1/boom?name=秘密", json={"name": "秘密"})
    found = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert "秘密" not in lines.getvalue()
    failed = next(one for one in found if one["event"] == "failed")
    request = next(one for one in found if one["event"] == "request")
    assert failed["trace_id"] == request["trace_id"] == answer.headers["trace-id"]
    assert failed["error"][0]["kind"] == "builtins.ValueError"
    assert (request["method"], request["route"], request["status"]) == ("POST", "/api/v1/boom", 500)
    assert not [one for one in found if one.get("logger", "").startswith("httpx")]


def test_exceptions_of_libraries_are_logged_by_kind(lines: io.StringIO) -> None:
    try:
        msgspec.json.decode(b"{")
    except msgspec.DecodeError:
        logging.getLogger("some.library").exception("went wrong")
    (line,) = lines.getvalue().splitlines()
    assert json.loads(line)["exception"] == "msgspec.DecodeError"
