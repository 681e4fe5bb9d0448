"""The door of the application: hosts, other sites, counters, whole bodies in time; where it may listen."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from litestar import post
from litestar.di import NamedDependency

from registry.app import create_app
from registry.kernel.http import telemetry
from registry.kernel.http.request_limits import client_address, is_https, require_safe
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Work
from registry.settings import Settings, SettingsError
from tests.serving import providers_on, serving

PLAIN = Settings(data_dir=Path("unused"))
PROXY = "10.0.0.5"
BEHIND = msgspec.structs.replace(PLAIN, hosts=("registry.example",), trusted_proxies=(PROXY,))
TLS = {"tls_cert": Path("cert.pem"), "tls_key": Path("key.pem")}


@post("/seen", status_code=200)
async def seen(request: AnyRequest) -> dict[str, Any]:
    return {"address": client_address(request.scope), "https": is_https(request.scope)}


@pytest.fixture
async def behind(work: Work) -> AsyncIterator[httpx.AsyncClient]:
    """The application with a proxy and a name of its own; the peer is set by `sent`."""
    async with serving(BEHIND, providers_on(work), further=[seen]) as client:
        yield client


async def sent(
    client: httpx.AsyncClient, peer: str, method: str, path: str, **headers: str
) -> httpx.Response:
    transport: Any = client._transport
    transport.client = (peer, 4711)
    named = {"host": "registry.example"} | {name.replace("_", "-"): text for name, text in headers.items()}
    raw = [(name.encode(), text.encode("latin-1")) for name, text in named.items()]
    return await client.request(method, path, headers=raw)


async def test_the_application_knows_client_and_encryption_by_its_settings(behind: httpx.AsyncClient) -> None:
    told = {"x_forwarded_for": "1.2.3.4, 203.0.113.7", "x_forwarded_proto": "https"}
    answer = await sent(behind, PROXY, "POST", "/seen", **told)
    assert answer.json() == {"address": "203.0.113.7", "https": True}
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    forged = await sent(behind, "203.0.113.9", "POST", "/seen", **told)
    assert forged.json() == {"address": "203.0.113.9", "https": False}
    assert "strict-transport-security" not in forged.headers


async def test_foreign_names_are_refused_with_every_header(behind: httpx.AsyncClient) -> None:
    for host in ("evil.example", "localhost", "127.0.0.1", "[::1", "a b", "x@registry.example", "é", ""):
        for path in ("/", "/api/v1/divisions", "/nowhere", "/healthz"):
            answer = await sent(
                behind, "203.0.113.7", "GET", path, host=host, x_forwarded_host="registry.example"
            )
            assert answer.status_code in (404, 421), (host, path)
            assert "content-security-policy" in answer.headers
            assert "evil.example" not in answer.text
    assert (await sent(behind, "127.0.0.1", "GET", "/healthz", host="127.0.0.1:8000")).status_code == 200


@pytest.mark.parametrize(
    ("origin", "plain", "encrypted"),
    [
        ("http://registry.example", 200, 403),
        ("https://registry.example", 200, 200),
        ("HTTPS://REGISTRY.EXAMPLE", 200, 200),
        ("https://registry.example:8443", 403, 403),
        ("https://evil.example", 403, 403),
        ("null", 403, 403),
        ("file://", 403, 403),
        ("https://registry.example.evil.example", 403, 403),
        ("https://[::1", 403, 403),
        ("é" * 5000, 403, 403),
    ],
)
async def test_the_origin_is_this_service(
    behind: httpx.AsyncClient, origin: str, plain: int, encrypted: int
) -> None:
    assert (await sent(behind, PROXY, "POST", "/seen", origin=origin)).status_code == plain
    told = {"x_forwarded_proto": "https", "origin": origin}
    assert (await sent(behind, PROXY, "POST", "/seen", **told)).status_code == encrypted


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_other_sites_do_not_act(behind: httpx.AsyncClient, site: str) -> None:
    assert (await sent(behind, PROXY, "POST", "/seen", sec_fetch_site=site)).status_code == 403


async def test_counters_are_not_for_everybody(behind: httpx.AsyncClient) -> None:
    assert (await sent(behind, "127.0.0.1", "GET", "/metrics", host="localhost")).status_code == 200
    assert (await sent(behind, PROXY, "GET", "/metrics")).status_code == 200
    assert (await sent(behind, "203.0.113.7", "GET", "/metrics")).status_code == 404
    for peer in (PROXY, "203.0.113.7", "127.0.0.1"):
        passed_on = await sent(behind, peer, "GET", "/metrics", x_forwarded_for="127.0.0.1")
        assert passed_on.status_code == 404
        assert "registry_requests" not in passed_on.text


@post("/stored")
async def stored(request: AnyRequest, writer: NamedDependency[Work]) -> dict[str, int]:
    return {"bytes": len(await request.body())}


async def test_a_slow_body_is_given_up_before_a_transaction_opens(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry, "BODY_SECONDS", 0.2)
    monkeypatch.setattr(telemetry, "BODY_BYTES_A_SECOND", 100_000)
    opened = []
    given = providers_on(work)

    def writer(*asked: Any) -> Any:
        opened.append(asked)
        return given.writer(*asked)

    async def dripping(pause: float, piece: bytes, pieces: int) -> AsyncIterator[bytes]:
        for _ in range(pieces):
            yield piece
            await asyncio.sleep(pause)

    async with serving(providers=msgspec.structs.replace(given, writer=writer), further=[stored]) as client:
        slow = await client.post("/stored", content=dripping(0.05, b"x", 40))
        assert (slow.status_code, slow.headers["connection"]) == (408, "close")
        assert "太慢" in slow.text
        assert opened == []
        steady = await client.post("/stored", content=dripping(0.05, b"x" * 20_000, 10))
        assert (steady.status_code, steady.json()) == (201, {"bytes": 200_000})
        assert len(opened) == 1


async def test_a_packed_body_is_refused(work: Work) -> None:
    async with serving(providers=providers_on(work), further=[stored]) as client:
        for encoding in ("gzip", "br", "identity, gzip", "é"):
            sent_encoding: Any = {"content-encoding": encoding.encode("latin-1")}
            assert (await client.post("/stored", content=b"x", headers=sent_encoding)).status_code == 415
        assert (
            await client.post("/stored", content=b"x", headers={"content-encoding": "identity"})
        ).is_success


async def test_a_body_that_breaks_off_is_no_fault_of_the_program(work: Work) -> None:
    app: Any = create_app(PLAIN, providers_on(work))
    messages = [{"type": "http.request", "body": b"[", "more_body": True}, {"type": "http.disconnect"}]
    answers: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        answers.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"idempotency-key", b"1")]
    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "path": "/api/v1/deliveries",
        "raw_path": b"/api/v1/deliveries",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    await app(scope, receive, send)
    assert answers[0]["status"] == 400


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ()),
        ({"host": "::1"}, ()),
        ({"host": "localhost", "hosts": ("demo.localhost",)}, ()),
        ({"host": "0.0.0.0"}, ("REGISTRY_HOST:", "REGISTRY_HOSTS:")),
        ({"host": "0.0.0.0", "hosts": ("registry.example",)}, ("REGISTRY_PLAIN_HTTP=yes",)),
        ({"host": "192.0.2.1", "plain_http": True}, ("REGISTRY_HOSTS:",)),
        ({"host": "::", "plain_http": True, "hosts": ("localhost",)}, ("REGISTRY_HOSTS:",)),
        ({"host": "192.0.2.1", "plain_http": True, "hosts": ("192.0.2.1",)}, ()),
        ({"host": "192.0.2.1", "hosts": ("registry.example",), **TLS}, ()),
        ({"host": "192.0.2.1", "hosts": ("registry.example",), "trusted_proxies": (PROXY,)}, ()),
        ({"hosts": ("registry.example",)}, ("REGISTRY_TRUSTED_PROXIES",)),
        ({"hosts": ("registry.example",), "trusted_proxies": ("127.0.0.1/32",)}, ()),
    ],
)
def test_where_the_server_may_listen(changes: dict[str, Any], words: tuple[str, ...]) -> None:
    settings = msgspec.structs.replace(PLAIN, **changes)
    if not words:
        require_safe(settings)
        return
    with pytest.raises(SettingsError) as caught:
        require_safe(settings)
    assert len(caught.value.faults) == len(words)
    for fault, word in zip(caught.value.faults, words, strict=True):
        assert word in fault
