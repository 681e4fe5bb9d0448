"""Two demos started at once: each gets a port and a database of its own, and is ready to look at."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from registry.demo.places import TOWNSHIP
from tests.faults.processes import alive, eventually, postmaster, registry

pytestmark = pytest.mark.faults
SUMMARY = f"/api/v1/divisions/{TOWNSHIP}/summary"


def ready(process: "subprocess.Popen[str]") -> str:
    """The address in the one line the process prints when it answers."""
    assert process.stdout is not None
    said: dict[str, Any] = json.loads(process.stdout.readline())
    assert said["tokens"] == {}
    return str(said["url"])


def stopped(process: "subprocess.Popen[str]") -> int:
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    return process.returncode


def linked(url: str) -> int:
    answer = httpx.get(f"{url}{SUMMARY}", params={"period": "2022"}, timeout=30)
    found: int = answer.json()["indicators"]["households_linked"]["value"]
    return found


def test_two_demos_at_once(folder: Path) -> None:
    """One thrown away, one kept; the kept one starts again as it was left, without building it again."""
    both = [registry({}, "demo", "--json"), registry({}, "demo", "--json", "--data", str(folder / "kept"))]
    first, second = (ready(process) for process in both)
    assert first != second
    assert 1800 < linked(first) == linked(second)
    changed = httpx.post(f"{second}/api/v1/crops", json={"crop_code": "example", "name": "示例"}, timeout=30)
    assert changed.status_code == 201, changed.text
    server = postmaster(folder / "kept")
    assert [stopped(process) for process in both] == [0, 0]
    assert eventually(lambda: not alive(server))

    again = registry({}, "demo", "--json", "--data", str(folder / "kept"))
    url = ready(again)
    assert linked(url) > 1800
    assert httpx.get(f"{url}/api/v1/crops/example", timeout=30).status_code == 200
    assert stopped(again) == 0


def test_a_killed_demo_starts_again(folder: Path) -> None:
    """Killed while it was being built: what was begun is finished by the next start."""
    words = ("demo", "--json", "--data", str(folder / "kept"))
    process = registry({}, *words)
    assert eventually((folder / "kept" / "pg" / "postmaster.pid").exists, seconds=60)
    process.kill()
    process.communicate(timeout=30)
    again = registry({}, *words)
    assert linked(ready(again)) > 1800
    assert stopped(again) == 0
