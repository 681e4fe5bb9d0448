"""How often: counted in the database; ten thousand tries cost no more hashes than the limit."""

import asyncio
from datetime import timedelta

import pytest

from registry.access import limits, login, passwords
from registry.access.errors import LoginFailed
from registry.access.limits import TooMany
from registry.access.login import Credentials
from registry.kernel.db.transactions import Identity, Scope
from registry.kernel.work import Act, Work
from tests import factories
from tests.access.people import person, real
from tests.conftest import World
from tests.serving import NOW, VAULT

MINUTE = timedelta(minutes=1)


async def test_a_window_begins_with_the_first_try_and_ends_for_all(work: Work) -> None:
    for _ in range(3):
        await limits.hit(work, "x", NOW, limit=3, window=MINUTE)
    with pytest.raises(TooMany) as refused:
        await limits.hit(work, "x", NOW + timedelta(seconds=59), limit=3, window=MINUTE)
    assert refused.value.retry_after == 1
    await limits.hit(work, "y", NOW, limit=3, window=MINUTE)
    await limits.hit(work, "x", NOW + MINUTE, limit=3, window=MINUTE)


async def test_forgetting_and_sweeping(work: Work) -> None:
    await limits.hit(work, "x", NOW, limit=1, window=MINUTE)
    await limits.hit(work, "z", NOW, limit=1, window=MINUTE)
    await limits.forget(work, "x")
    await limits.hit(work, "x", NOW, limit=1, window=MINUTE)
    await limits.sweep(work, NOW + timedelta(hours=23))
    assert await work.conn.fetchval("select count(*) from rate_window") == 2
    await limits.sweep(work, NOW + timedelta(hours=25))
    assert await work.conn.fetchval("select count(*) from rate_window") == 0


async def test_parallel_tries_are_all_counted(committed_db: World) -> None:
    async def one() -> bool:
        async with committed_db.database.short() as conn:
            try:
                await limits.hit(conn, "x", NOW, limit=20, window=MINUTE)
            except TooMany:
                return False
            return True

    assert sum(await asyncio.gather(*(one() for _ in range(100)))) == 20


async def test_ten_thousand_tries_cost_no_more_hashes_than_the_limits(
    committed_db: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From one address on many names: 100. On one name from many addresses: 10. The rest is refused."""
    async with committed_db.writer() as work:
        await factories.world(work)
        who = await person(work, "cadre", factories.VILLAGE)
    computed: list[str] = []

    def verify(stored_hash: str, text: str) -> bool:
        computed.append(stored_hash)
        return False

    monkeypatch.setattr(passwords, "_verify", verify)
    providers = real(committed_db.database)

    async def tries(numbers: range, *, spread: bool) -> list[str]:
        found = []
        for number in numbers:
            address = f"192.0.2.{number}" if spread else "198.51.100.7"
            name = who.username if spread else f"shifan.name{number}"
            act = Act(actor="anonymous", now=NOW, address=address)
            try:
                await login.login(
                    providers, act, Credentials(username=name, password="wrong"), vault=VAULT, hours=12
                )
            except (LoginFailed, TooMany) as error:
                found.append(error.code)
        return found

    async def all_of(*, spread: bool) -> list[str]:
        parts = [tries(range(start, 5000, 10), spread=spread) for start in range(10)]
        return [code for part in await asyncio.gather(*parts) for code in part]

    codes = await all_of(spread=False)
    assert (codes.count("login_failed"), codes.count("too_many")) == (100, 4900)
    assert computed == [passwords.DUMMY] * login.PER_ADDRESS
    computed.clear()
    codes = await all_of(spread=True)
    assert (codes.count("login_failed"), codes.count("too_many")) == (10, 4990)
    assert len(computed) == login.PER_NAME
    trail = Scope(villages=("000000000000",))
    async with committed_db.reader(Identity(actor="admin", read=trail, write=Scope.EMPTY)) as work:
        assert (
            await work.conn.fetchval("select count(*) from audit_event") == login.PER_ADDRESS + login.PER_NAME
        )
