"""Whose word about a request counts: client address, encryption, host names."""

from pathlib import Path
from typing import Any, cast

import pytest
from litestar.types import HTTPScope

from registry.kernel.http.forwarded import Arrival, Edge, host_name, is_loopback, plain, subscriber
from registry.settings import Settings

PROXY = "10.0.0.5"
CLIENT = "203.0.113.7"
EDGE = Edge.of(
    Settings(
        data_dir=Path("unused"),
        hosts=("registry.example", "192.0.2.10", "2001:db8::10"),
        trusted_proxies=("10.0.0.0/24", "2001:db8:1::/64"),
    )
)


def arrived(
    *headers: tuple[str, str], peer: str | None = CLIENT, edge: Edge = EDGE, scheme: str = "http"
) -> Arrival:
    sent = [
        (b"host", b"registry.example"),
        *((name.encode(), text.encode("latin-1")) for name, text in headers),
    ]
    scope = {"client": (peer, 4711) if peer else None, "scheme": scheme, "headers": sent}
    return edge.arrival(cast("HTTPScope", cast("Any", scope)))


FORGED = [
    ("x-forwarded-for", "127.0.0.1"),
    ("x-forwarded-for", "10.0.0.5, 127.0.0.1"),
    ("forwarded", "for=127.0.0.1;proto=https;host=registry.example"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-ssl", "on"),
    ("front-end-https", "on"),
    ("x-forwarded-host", "registry.example"),
    ("x-real-ip", "127.0.0.1"),
    ("client-ip", "127.0.0.1"),
    ("true-client-ip", "127.0.0.1"),
]


@pytest.mark.parametrize("forged", FORGED)
def test_forwarding_headers_of_a_stranger_change_nothing(forged: tuple[str, str]) -> None:
    for peer in (CLIENT, "10.0.1.5", "2001:db8::1"):
        assert arrived(forged, peer=peer) == arrived(peer=peer)
        assert arrived(*FORGED, peer=peer) == arrived(peer=peer)


@pytest.mark.parametrize(
    ("sent", "address"),
    [
        ((), PROXY),
        ((CLIENT,), CLIENT),
        ((f"1.2.3.4, {CLIENT}",), CLIENT),
        ((f"1.2.3.4, {CLIENT}, 10.0.0.9",), CLIENT),
        (("1.2.3.4", CLIENT), CLIENT),
        ((f"{CLIENT}:4711",), CLIENT),
        (("[2001:DB8:7::1]:4711",), "2001:db8:7::1"),
        (("2001:db8:7:0::1",), "2001:db8:7::1"),
        ((f"::ffff:{CLIENT}",), CLIENT),
        (("1.2.3.4, unknown",), PROXY),
        (("1.2.3.4, ",), PROXY),
        ((f"1.2.3.4, {CLIENT}é",), PROXY),
        (("1.2.3.4, garbage, 10.0.0.9",), "10.0.0.9"),
        (("10.0.0.7, 10.0.0.8",), "10.0.0.7"),
        ((",".join(["10.0.0.8"] * 10_000),), "10.0.0.8"),
        (("9" * 60_000,), PROXY),
        ((f"{CLIENT}\x00",), PROXY),
    ],
)
def test_of_a_trusted_proxy_the_right_most_stranger_counts(sent: tuple[str, ...], address: str) -> None:
    headers = [("x-forwarded-for", text) for text in sent]
    assert arrived(*headers, peer=PROXY).address == address
    assert arrived(*headers, peer=f"::ffff:{PROXY}").address == address


@pytest.mark.parametrize(
    ("sent", "https"),
    [
        ((), False),
        (("https",), True),
        (("HTTPS",), True),
        (("http",), False),
        (("https, http",), False),
        (("https", "http"), False),
        (("http, https",), True),
        (("",), False),
        (("wss",), False),
    ],
)
def test_a_trusted_proxy_says_whether_it_was_encrypted(sent: tuple[str, ...], https: bool) -> None:
    headers = [("x-forwarded-proto", text) for text in sent]
    assert arrived(*headers, peer=PROXY).https is https
    assert not arrived(*headers).https
    assert arrived(*headers, scheme="https").https


def test_a_server_that_tells_no_client_believes_nobody() -> None:
    assert arrived(*FORGED, peer=None) == arrived(peer=None)
    assert arrived(peer=None).address == ""


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("registry.example", True),
        ("REGISTRY.example:8443", True),
        ("192.0.2.10", True),
        ("[2001:db8::10]:80", True),
        ("[2001:DB8:0::10]", True),
        ("127.0.0.1", False),
        ("localhost", False),
        ("registry.example.evil.example", False),
        ("evil.example", False),
        ("registry.example@evil.example", False),
        ("evil.example#registry.example", False),
        ("registry.example:80:80", False),
        ("registry.example:x", False),
        ("registry.example/", False),
        ("[::1", False),
        ("", False),
        ("é" * 60_000, False),
    ],
)
def test_only_the_names_of_the_settings_are_answered(host: str, known: bool) -> None:
    scope: Any = {"client": (CLIENT, 1), "scheme": "http", "headers": [(b"host", host.encode("latin-1"))]}
    assert EDGE.arrival(scope).known is known


def test_two_hosts_or_none_are_no_host() -> None:
    scope: Any = {"client": (CLIENT, 1), "scheme": "http", "headers": [(b"host", b"registry.example")] * 2}
    assert (EDGE.arrival(scope).known, EDGE.arrival(scope).host) == (False, "")
    assert not EDGE.arrival(scope | {"headers": []}).known


def test_loopback_names_are_for_this_machine_once_there_are_others() -> None:
    scope: Any = {"client": ("127.0.0.1", 1), "scheme": "http", "headers": [(b"host", b"localhost:8000")]}
    assert EDGE.arrival(scope).known
    assert Edge().arrival(scope | {"client": (CLIENT, 1)}).known


def test_what_a_proxy_passes_on_is_not_internal() -> None:
    assert arrived(peer=PROXY).internal
    assert arrived(peer="127.0.0.1").internal
    assert not arrived().internal
    for peer in (PROXY, "127.0.0.1"):
        assert not arrived(("x-forwarded-for", "127.0.0.1"), peer=peer).internal
        assert not arrived(("forwarded", "for=127.0.0.1"), peer=peer).internal


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1", "[::1]", "demo.localhost"])
def test_loopback_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", "", "127.0.0.1.example.org"])
def test_other_names_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_a_subscriber_of_ipv6_has_a_whole_network() -> None:
    assert subscriber("2001:db8:7:1::1") == subscriber("2001:db8:7:1:9::2") == "2001:db8:7:1::/64"
    assert subscriber("2001:db8:7:2::1") != subscriber("2001:db8:7:1::1")
    assert (subscriber(CLIENT), subscriber("")) == (CLIENT, "")


def test_spellings() -> None:
    assert (host_name("[::1]:80"), host_name("a:b:c"), host_name("[x]")) == ("::1", "", "")
    assert (plain("::FFFF:1.2.3.4"), plain("somewhere")) == ("1.2.3.4", "somewhere")
