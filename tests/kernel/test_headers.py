"""Every answer carries every header: each route and method, each kind of refusal, files, redirects."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import get
from litestar.routes import HTTPRoute

from registry.app import create_app
from registry.kernel.http import assets, telemetry
from registry.kernel.work import Work
from tests.divisions.known import tree
from tests.kernel.test_request_limits import PLAIN
from tests.organizations.known import enterprise
from tests.serving import providers_on, serving

EXACT = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
KEPT = ("no-store", "private, no-cache")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
VALUES = {"year": "2022", "uuid": str(UUID(int=1)), "int": "2022"}


@get("/broken")
async def broken() -> None:
    raise ValueError("示例")


def require(answer: httpx.Response, kept: tuple[str, ...] = KEPT) -> None:
    told = f"{answer.request.method} {answer.request.url} {answer.status_code}"
    for name in ("content-security-policy", "trace-id", "cache-control", *EXACT):
        assert len(answer.headers.get_list(name)) == 1, f"{told}: {name}"
    assert {name: answer.headers[name] for name in EXACT} == EXACT, told
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy, told
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy.split("; ")), (
        told
    )
    assert answer.headers["cache-control"] in kept, told
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["trace-id"]), told
    assert "strict-transport-security" not in answer.headers, told
    assert "server" not in answer.headers, told


def addresses() -> list[str]:
    """Every route of the application, its parameters filled with what names nothing."""

    def fill(found: re.Match[str]) -> str:
        name, kind = found[1], found[2]
        return VALUES.get(name) or VALUES.get(kind) or "x"

    return sorted(
        re.sub(r"{(\w+):(\w+)}", fill, route.path)
        for route in create_app(PLAIN).routes
        if isinstance(route, HTTPRoute)
    )


@pytest.fixture
async def site(work: Work) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(providers=providers_on(work), further=[broken]) as client:
        yield client


async def test_every_route_and_method(site: httpx.AsyncClient) -> None:
    statuses = set()
    for path in addresses():
        for method in METHODS:
            answer = await site.request(method, path)
            require(answer)
            statuses.add(answer.status_code)
            if method == "HEAD":
                assert answer.content == b""
    assert {200, 204, 404, 405, 415, 422} <= statuses
    assert len(addresses()) > 100


REFUSED: list[tuple[int, str, str, dict[str, Any]]] = [
    (400, "POST", "/api/v1/deliveries", {"content": b"{", "headers": {"content-type": "application/json"}}),
    (403, "POST", "/display", {"headers": {"origin": "https://other.example"}}),
    (404, "GET", "/nowhere", {}),
    (404, "GET", "/static/nothing.css", {}),
    (404, "GET", "/api/v1/nowhere", {}),
    (404, "GET", "/%0d%0aset-cookie:x", {}),
    (405, "DELETE", "/healthz", {}),
    (413, "POST", "/display", {"content": b"x" * 1_000_001, "headers": {"content-type": "text/plain"}}),
    (413, "POST", "/api/v1/households", {"headers": {"content-length": "99999999999"}}),
    (414, "GET", f"/?{'a' * 17_000}", {}),
    (415, "POST", "/display", {"content": b"x", "headers": {"content-type": "text/plain"}}),
    (415, "POST", "/api/v1/households", {"content": b"x", "headers": {"content-encoding": "gzip"}}),
    (421, "GET", "/", {"headers": {"host": "other.example"}}),
    (421, "POST", "/api/v1/deliveries", {"headers": {"host": "[::1"}}),
    (422, "GET", "/api/v1/households?limit=x", {}),
    (428, "PATCH", f"/api/v1/households/{UUID(int=1)}", {"json": {}}),
    (431, "GET", "/", {"headers": {"x-long": "a" * 70_000}}),
    (500, "GET", "/broken", {}),
    (303, "POST", "/display", {"data": {"large": "1", "back": "//other.example"}}),
    (204, "OPTIONS", "/healthz", {}),
]


@pytest.mark.parametrize(("status", "method", "path", "given"), REFUSED)
async def test_every_kind_of_answer(
    site: httpx.AsyncClient, status: int, method: str, path: str, given: dict[str, Any]
) -> None:
    for accept in ("text/html", "application/json"):
        headers = {"accept": accept} | given.get("headers", {})
        answer = await site.request(method, path, **(given | {"headers": headers}))
        assert answer.status_code == status
        require(answer)
        assert "other.example" not in str(answer.headers)


async def test_an_unchanged_record_is_answered_with_every_header(site: httpx.AsyncClient, work: Work) -> None:
    await tree(work)
    made = await site.post("/api/v1/organizations", json=enterprise())
    assert made.status_code == 201, made.text
    address = f"/api/v1/organizations/{made.json()['organization_id']}"
    same = await site.get(address, headers={"if-none-match": made.headers["etag"]})
    assert same.status_code == 304
    require(same)


async def test_files_are_kept_for_ever_and_nothing_else(site: httpx.AsyncClient) -> None:
    names = re.findall(rf"{assets.PREFIX}/[^\"]+", (await site.get("/nowhere")).text)
    assert names
    for name in names:
        for method in ("GET", "HEAD"):
            require(await site.request(method, name), ("public, max-age=31536000, immutable",))


def test_hsts_is_for_https_only() -> None:
    assert b"strict-transport-security" not in telemetry.HEADERS
