"""Two demos started at once: each gets a port and a database of its own, and is ready to look at."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from registry.demo.places import TOWNSHIP
from tests.faults.processes import alive, eventually, postmaster, registry

pytestmark = pytest.mark.faults
SUMMARY = f"/api/v1/divisions/{TOWNSHIP}/summary"
PRICES = "/api/v1/market-prices"
PRICE = {
    "division_code": TOWNSHIP,
    "product_code": "chili_fresh",
    "day": "2023-12-30",
    "price": "1.00",
    "unit": "kg",
}


class Clerk(msgspec.Struct, frozen=True, kw_only=True):
    """The clerk of a demo: its address, and the header with the token."""

    url: str
    header: dict[str, str]

    def get(self, path: str, **params: str) -> httpx.Response:
        return httpx.get(self.url + path, params=params, headers=self.header, timeout=30)

    def post(self, path: str, body: dict[str, str]) -> httpx.Response:
        return httpx.post(self.url + path, json=body, headers=self.header, timeout=30)


def ready(process: "subprocess.Popen[str]") -> Clerk:
    """The clerk of the demo, by the address and token in the one line the process prints when it answers."""
    assert process.stdout is not None
    said: dict[str, Any] = json.loads(process.stdout.readline())
    return Clerk(url=said["url"], header={"authorization": f"Bearer {said['tokens']['clerk']}"})


def stopped(process: "subprocess.Popen[str]") -> int:
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    return process.returncode


def linked(clerk: Clerk) -> int:
    answer = clerk.get(SUMMARY, period="2022")
    found: int = answer.json()["indicators"]["households_linked"]["value"]
    return found


def test_two_demos_at_once(folder: Path) -> None:
    """One thrown away, one kept; the kept one starts again as it was left, without building it again."""
    both = [registry({}, "demo", "--json"), registry({}, "demo", "--json", "--data", str(folder / "kept"))]
    first, second = (ready(process) for process in both)
    assert first.url != second.url
    assert 1800 < linked(first) == linked(second)
    changed = second.post(PRICES, PRICE)
    assert changed.status_code == 201, changed.text
    made = changed.json()["market_price_id"]
    server = postmaster(folder / "kept")
    assert [stopped(process) for process in both] == [0, 0]
    assert eventually(lambda: not alive(server))

    again = registry({}, "demo", "--json", "--data", str(folder / "kept"))
    clerk = ready(again)
    assert linked(clerk) > 1800
    assert clerk.get(f"{PRICES}/{made}").status_code == 200
    assert Clerk(url=clerk.url, header=second.header).get(SUMMARY).status_code == 401
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
