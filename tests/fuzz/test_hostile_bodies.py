"""Hostile requests across the routes: each is answered, none breaks the program, none takes long."""

import gc
import time
from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import httpx
import msgspec
import pytest

from tests.access.people import real
from tests.conftest import World
from tests.fuzz import hostile
from tests.serving import operator, serving

# Apart from the default run: its bound is the program's own time, which measuring coverage more than doubles.
pytestmark = pytest.mark.fuzz

SECONDS = 0.5
"""Of the program's own time, whatever else the machine does meanwhile."""
SOME = "421303187236"
JSON_ROUTES = (
    ("POST", "/api/v1/households"),
    ("POST", "/api/v1/deliveries"),
    ("POST", "/api/v1/deliveries:batch"),
    ("POST", "/api/v1/contracts"),
    ("PATCH", f"/api/v1/households/{uuid4()}"),
)
FORM_ROUTES = (
    "/display",
    "/login",
    "/households/new",
    "/households/paste",
    "/market-prices",
    "/contracts/new",
)
IMPORTS = ("households", "deliveries")
Pair = tuple[bytes, bytes]


class Door:
    """Sends requests and keeps what must not be."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.sent = 0
        self.worst = (0.0, "")
        self.faults: list[str] = []
        gc.collect()
        gc.freeze()  # looking for garbage among what earlier tests left is no work of these requests

    async def send(
        self, name: str, method: str, path: str, headers: Sequence[Pair] = (), body: bytes = b""
    ) -> None:
        """Notes a 5xx, an answer without headers of its own, and one that takes too long each time."""
        self.sent += 1
        told = f"{method} {path[:60]}: {name[:60]}"
        request = self.client.build_request(
            method, "http://127.0.0.1" + path, content=body, headers=[*headers]
        )
        start = time.process_time()
        answer = await self.client.send(request)
        seconds = time.process_time() - start
        self.worst = max(self.worst, (seconds, told))
        if answer.status_code >= 500 or "content-security-policy" not in answer.headers:
            self.faults.append(f"{told} -> {answer.status_code}")
        if seconds > SECONDS:
            self.faults.append(f"{told} takes {seconds:.2f} s")

    async def close(self, least: int) -> None:
        gc.unfreeze()
        print(f"{self.sent} requests, slowest {self.worst[0]:.3f} s: {self.worst[1]}")
        assert not self.faults, "\n".join(self.faults)
        assert self.sent >= least
        for path in ("/healthz", "/readyz", "/login"):
            assert (await self.client.get(path)).status_code == 200


@pytest.fixture
async def door(committed_db: World) -> AsyncIterator[Door]:
    """As somebody the route admits."""
    async with serving(
        providers=msgspec.structs.replace(real(committed_db.database), caller=operator)
    ) as client:
        yield Door(client)


@pytest.fixture
async def driver(committed_db: World) -> AsyncIterator[Door]:
    """As nobody: sessions and tokens are looked for."""
    async with serving(providers=real(committed_db.database)) as client:
        yield Door(client)


def typed(media: str, **further: str) -> list[Pair]:
    return hostile.raw({"content-type": media, "idempotency-key": str(uuid4()), "if-match": '"1"'} | further)


async def test_json(door: Door) -> None:
    for name, body in hostile.json_bodies():
        for method, path in JSON_ROUTES:
            await door.send(name, method, path, typed(hostile.JSON), body)
    await door.close(250)


async def test_media_types(door: Door) -> None:
    for given in hostile.media_types():
        for path in ("/api/v1/deliveries:batch", "/api/v1/imports/households", "/households/new"):
            await door.send(str(given), "POST", path, [*given, (b"idempotency-key", b"1")], b"{}")
    await door.close(90)


async def test_forms(door: Door) -> None:
    for path in FORM_ROUTES:
        for name, body in hostile.forms():
            await door.send(name, "POST", path, typed(hostile.FORM), body)
        for name, body in hostile.multiparts():
            media = f"multipart/form-data; boundary={hostile.BOUNDARY}"
            await door.send(name, "POST", path, typed(media), body)
    await door.close(200)


async def test_forms_of_nobody(driver: Door) -> None:
    for path in ("/login", "/households/new", "/logout"):
        for name, body in hostile.forms():
            await driver.send(name, "POST", path, typed(hostile.FORM, cookie="session=x"), body)
    await driver.close(90)


async def test_tables(door: Door) -> None:
    for kind in IMPORTS:
        for name, body in hostile.tables():
            path = f"/api/v1/imports/{kind}?dry_run=true"
            await door.send(name, "POST", path, typed("text/csv"), body)
            await door.send(
                f"packed {name}", "POST", path, typed("text/csv", **{"content-encoding": "gzip"}), body
            )
    await door.close(80)


async def headers_sent(to: Door) -> None:
    for name, text in hostile.headers():
        told, pair = f"{name} {text[:30]!r}", (name.encode(), text.encode("latin-1"))
        await to.send(told, "GET", "/api/v1/divisions", [pair])
        await to.send(
            told, "POST", "/api/v1/deliveries", [pair, (b"content-type", b"application/json")], b"{}"
        )
        await to.send(told, "GET", "/", [pair])
    await to.close(200)


async def test_headers(door: Door) -> None:
    await headers_sent(door)


async def test_headers_of_nobody(driver: Door) -> None:
    await headers_sent(driver)


async def test_addresses(door: Door) -> None:
    for query in hostile.queries():
        for path in (
            "/api/v1/households",
            "/api/v1/gains",
            "/api/v1/deliveries",
            "/households",
            "/contracts",
            "/login",
        ):
            await door.send(query[:40], "GET", f"{path}?{query}")
    for path in hostile.paths():
        await door.send("", "GET", path)
        await door.send("", "POST", path, typed(hostile.JSON), b"{}")
    await door.close(250)
