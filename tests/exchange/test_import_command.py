"""`registry import` as a program: exit codes, totals, every wrong row, the wrong rows back."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from registry.exchange import command
from registry.exchange.command import Bar
from tests.conftest import World
from tests.exchange.known import roster, row
from tests.factories import VILLAGE, world


def run(settings: World, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own on a committed database."""
    environment = os.environ | {
        "DATABASE_URL": str(settings.settings.database_url),
        "DATABASE_OWNER_URL": settings.owner_url,
        "PYTHONIOENCODING": "utf-8",
    }
    line = [sys.executable, "-m", "registry", "import", *arguments]
    return subprocess.run(line, capture_output=True, text=True, env=environment, check=False, timeout=120)


@pytest.fixture
async def place(committed_db: World) -> World:
    async with committed_db.writer() as work:
        await world(work)
    return committed_db


async def count(place: World) -> int:
    async with place.reader() as work:
        return int(await work.conn.fetchval("select count(*) from household"))


async def test_a_file_is_checked_then_imported_then_found_unchanged(place: World, tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_bytes(roster(row("001"), row("002", "示例户乙")).decode("utf-8-sig").encode("gbk"))
    dry = run(place, "households", str(file), "--dry-run")
    assert (dry.returncode, await count(place)) == (0, 0), dry.stderr
    assert "2 created" in dry.stdout
    assert "nothing written" in dry.stdout
    done = run(place, "households", str(file))
    assert (done.returncode, await count(place)) == (0, 2), done.stderr
    again = run(place, "households", str(file))
    assert "2 unchanged" in again.stdout


async def test_wrong_rows_are_named_and_given_back(place: World, tmp_path: Path) -> None:
    file, wrong = tmp_path / "roster.csv", tmp_path / "wrong.csv"
    file.write_bytes(roster(row("001"), row("002", mu="NaN"), row("003", village="421303187999")))
    refused = run(place, "households", str(file), "--errors", str(wrong))
    assert (refused.returncode, await count(place)) == (1, 0)
    assert "第 3 行“承包地面积（亩）”" in refused.stderr
    assert "第 4 行“村代码”" in refused.stderr
    assert "2 rejected (nothing written)" in refused.stdout
    lines = wrong.read_text("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[0].endswith("错误原因")
    kept = run(place, "households", str(file), "--mode", "valid", "--division", VILLAGE)
    assert (kept.returncode, await count(place)) == (1, 1)


async def test_no_table_and_no_file_say_what_to_do(place: World, tmp_path: Path) -> None:
    file = tmp_path / "roster.xlsx"
    file.write_bytes(b"PK\x03\x04")
    unreadable = run(place, "households", str(file))
    assert unreadable.returncode == 1
    assert "另存为" in unreadable.stderr
    assert run(place, "households", str(tmp_path / "none.csv")).returncode == 2
    assert run(place, "phones", str(file)).returncode == 2


def test_the_bar_appears_only_when_work_takes_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Bar()
    with quick:
        quick("read", 0, 10)
        assert not quick.shown
    monkeypatch.setattr(command, "QUIET_SECONDS", -1.0)
    slow = Bar()
    with slow:
        slow("read", 0, 10)
        slow("write", 10, 10)
        assert slow.shown
    assert not slow.shown
