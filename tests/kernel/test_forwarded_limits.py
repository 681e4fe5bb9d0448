"""Limits count the client, not what it says of itself: failed logins and invalid tokens per address."""

from collections.abc import AsyncIterator

import httpx
import pytest

from registry.access import callers, login
from registry.kernel.work import Work
from tests.access.people import bearer, real
from tests.kernel.test_request_limits import BEHIND, PROXY, sent
from tests.serving import serving

STRANGER = "203.0.113.9"
TRIES = 3


@pytest.fixture
async def street(work: Work, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setattr(login, "PER_ADDRESS", TRIES)
    monkeypatch.setattr(callers, "FAILURES", TRIES)
    async with serving(BEHIND, real(work)) as client:
        yield client


async def logins(client: httpx.AsyncClient, peer: str, claimed: str, count: int) -> list[int]:
    """Statuses of tries, each under another name and from another address, if one believes it."""
    found = []
    for number in range(count):
        headers = {"x-forwarded-for": claimed.format(number), "host": "registry.example"}
        client._transport.client = (peer, 1)  # type: ignore[attr-defined]
        data = {"username": f"shifan.{number}", "password": "x"}
        found.append((await client.post("/login", data=data, headers=headers)).status_code)
    return found


async def test_failed_logins_count_the_client(street: httpx.AsyncClient) -> None:
    assert (await logins(street, STRANGER, "198.51.100.{}", TRIES + 2))[TRIES:] == [429, 429]
    # Behind the proxy each client counts for itself, by what the proxy added at the right.
    assert 429 not in await logins(street, PROXY, "198.51.100.{}", TRIES + 2)
    assert (await logins(street, PROXY, "198.51.100.{}, 192.0.2.7", TRIES + 2))[TRIES:] == [429, 429]
    assert (await logins(street, "2001:db8::1", "x", TRIES))[-1] != 429
    assert (await logins(street, "2001:db8::2", "x", 1)) == [429]


async def test_invalid_tokens_count_the_client(street: httpx.AsyncClient) -> None:
    found = [
        await sent(
            street,
            STRANGER,
            "GET",
            "/api/v1/households",
            x_forwarded_for=f"198.51.100.{number}",
            **bearer("x"),
        )
        for number in range(TRIES + 2)
    ]
    assert [answer.status_code for answer in found] == [401] * TRIES + [429, 429]
    assert found[-1].headers["retry-after"].isdigit()
