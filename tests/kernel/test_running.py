"""The server on a real socket: what it answers itself, TLS, a proxy's headers, the health check."""

import asyncio
import ssl
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from registry import healthcheck, running
from registry.kernel.crypto import keyfile
from registry.running import address, http_server
from registry.settings import Settings
from tests.conftest import World

LOCAL = b"host: localhost\r\nconnection: close\r\n"
POLICY = b"content-security-policy: default-src 'none'"


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


@asynccontextmanager
async def up(settings: Settings) -> AsyncIterator[Settings]:
    """The server as `serve` runs it, without its signal handlers."""
    settings = msgspec.structs.replace(settings, port=running.claim(settings.host, 0))
    server = http_server(settings)
    working = asyncio.ensure_future(server.serve())
    try:
        await running.until_answering(settings, working)
        yield settings
    finally:
        server.stop()
        await working


@pytest.fixture
def plain(committed_db: World, folder: Path) -> Settings:
    keyfile.ensure(folder / "keys.json")
    return msgspec.structs.replace(committed_db.settings, keys_file=folder / "keys.json")


async def asked(port: int, sent: bytes, tls: ssl.SSLContext | None = None, seconds: float = 5) -> bytes:
    """What comes back until the server closes the connection."""
    reading, writing = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
    got = b""
    try:
        writing.write(sent)
        with suppress(ConnectionError):
            async with asyncio.timeout(seconds):
                while piece := await reading.read(65536):
                    got += piece
    finally:
        writing.close()
        with suppress(OSError):
            await writing.wait_closed()
    return got


ITS_OWN = [
    (b"NONSENSE\r\n\r\n", b"400"),
    (b"G@T / HTTP/1.1\r\n" + LOCAL + b"\r\n", b"400"),
    (b"GET /healthz HTTP/1.1\r\n" + LOCAL + b"x: a\x00b\r\n\r\n", b"400"),
    (b"GET /\xff HTTP/1.1\r\n" + LOCAL + b"\r\n", b"400"),
    (b"POST /display HTTP/1.1\r\n" + LOCAL + b"content-length: abc\r\n\r\n", b"400"),
    (b"GET /?" + b"a" * 70_000 + b" HTTP/1.1\r\n" + LOCAL + b"\r\n", b"414"),
    (b"GET /healthz HTTP/1.1\r\n" + LOCAL + b"x: 1\r\n" * 300 + b"\r\n", b"431"),
]
OF_THE_APPLICATION = [
    (b"GET /healthz HTTP/1.1\r\n" + LOCAL + b"\r\n", b"200"),
    (b"GET /healthz HTTP/1.0\r\n\r\n", b"421"),
    (b"GET https://localhost/healthz HTTP/1.1\r\nhost: other.example\r\nconnection: close\r\n\r\n", b"421"),
    (b"GET https://other.example/healthz HTTP/1.1\r\n" + LOCAL + b"\r\n", b"200"),
    (b"GET /healthz HTTP/1.1\r\n" + LOCAL + b"host: other.example\r\n\r\n", b"421"),
    (b"GET /healthz HTTP/1.1\r\n" + LOCAL + b"x: \xff\xfe\r\n\r\n", b"200"),
    (b"GET /healthz HTTP/1.1\r\n" + LOCAL + b"x: " + b"a" * 70_000 + b"\r\n\r\n", b"431"),
    (b"GET /%0d%0aset-cookie:x HTTP/1.1\r\n" + LOCAL + b"\r\n", b"404"),
    (b"GET /static/..%2f..%2fsettings.py HTTP/1.1\r\n" + LOCAL + b"\r\n", b"404"),
    (b"TRACE /healthz HTTP/1.1\r\n" + LOCAL + b"\r\n", b"405"),
    (b"OPTIONS * HTTP/1.1\r\n" + LOCAL + b"\r\n", b"404"),
    (b"POST /display HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99999999\r\n\r\nlarge=1", b"413"),
    (b"POST /display HTTP/1.1\r\n" + LOCAL + b"transfer-encoding: chunked\r\n\r\nZZ\r\nabc\r\n", b"400"),
]


async def test_what_comes_over_a_socket(plain: Settings) -> None:
    """Refusals the HTTP server makes itself have neither headers nor a body; all others have every header."""
    async with up(plain) as live:
        for sent, status in ITS_OWN:
            head, _, body = (await asked(live.port, sent)).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 " + status), (sent[:60], head[:60])
            assert (body, b"connection: close" in head, b"content-length: 0" in head) == (b"", True, True)
        for sent, status in OF_THE_APPLICATION:
            head, _, _ = (await asked(live.port, sent)).partition(b"\r\n\r\n")
            assert head.split()[1] == status, (sent[:60], head[:60])
            assert POLICY in head
            assert b"strict-transport-security" not in head
        asked_for = {"REGISTRY_PORT": str(live.port)}
        assert await asyncio.to_thread(healthcheck.main, asked_for) == 0
    assert healthcheck.main(asked_for) == 1


async def test_half_a_request_is_not_waited_for(plain: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "HEADER_MILLISECONDS", 300)
    monkeypatch.setattr("registry.kernel.http.telemetry.BODY_SECONDS", 0.3)
    async with up(plain) as live:
        assert await asked(live.port, b"GET /healthz HTTP/1.1\r\nhost: loc") == b""
        slow = b"POST /display HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nlarge"
        answer = await asked(live.port, slow)
        assert answer.startswith(b"HTTP/1.1 408")
        assert POLICY in answer


def certificate(folder: Path) -> tuple[Path, Path]:
    """Self-signed, for this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "registry.example")])
    start = datetime.now(UTC) - timedelta(days=1)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return paths


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_its_own_tls(plain: Settings, folder: Path, version: ssl.TLSVersion) -> None:
    cert, key = certificate(folder)
    tls = ssl.create_default_context(cafile=str(cert))
    tls.minimum_version = tls.maximum_version = version
    settings = msgspec.structs.replace(plain, tls_cert=cert, tls_key=key, hosts=("registry.example",))
    async with up(settings) as live:
        head = await asked(live.port, b"GET /healthz HTTP/1.1\r\n" + LOCAL + b"\r\n", tls)
        assert head.startswith(b"HTTP/1.1 200")
        assert b"strict-transport-security: max-age=31536000" in head


async def test_every_address_of_the_machine(plain: Settings) -> None:
    """Bound to all addresses the health check asks this machine under the service's own name."""
    changes = {"host": "0.0.0.0", "hosts": ("registry.example",), "plain_http": True}
    async with up(msgspec.structs.replace(plain, **changes)) as live:
        assert await asyncio.to_thread(healthcheck.answers, live)
        assert address(live) == f"http://registry.example:{live.port}"


def test_addresses(tmp_path: Path) -> None:
    there = Settings(data_dir=tmp_path, port=8000, host="::", hosts=("2001:db8::1",), tls_key=tmp_path)
    assert address(there) == "http://[2001:db8::1]:8000"
    assert address(msgspec.structs.replace(there, host="[::1]", tls_cert=tmp_path)) == "https://[::1]:8000"
