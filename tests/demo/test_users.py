"""The demo's users in a built demo: what each may see, and that a second start gives each a new way in."""

from collections.abc import AsyncIterator

import pytest

from registry.access import account_queries as queries
from registry.access import accounts, passwords
from registry.access.passwords import InitialPassword
from registry.app import HOOKS
from registry.demo import users
from registry.demo.build import BUILDER
from registry.demo.users import USERS, DemoAccount
from registry.kernel.db.transactions import Database
from registry.kernel.http.callers import ROLES
from registry.kernel.work import Act, Work
from registry.settings import Settings
from tests.access.people import bearer, real
from tests.demo.building import BUILT
from tests.serving import serving

ACT = Act(actor="demo", now=BUILT, source="system", operation="demo")


class Undone(Exception):
    """Rolls back what a test did."""


@pytest.fixture
async def work(demo: Settings) -> AsyncIterator[Work]:
    """A writing transaction on the demo that is undone."""
    database = await Database.open(demo, HOOKS)
    try:
        async with database.writer(BUILDER, ACT) as opened:
            yield opened
            raise Undone
    except Undone:
        pass
    finally:
        await database.close()


async def firsts() -> list[InitialPassword]:
    """Passwords whose hashes cost nothing here; the first one's is real."""
    one = await passwords.first()
    return [
        one,
        *(InitialPassword(text=f"示例-{number}", hashed=one.hashed) for number in range(1, len(USERS))),
    ]


def by_key(opened: list[DemoAccount]) -> dict[str, DemoAccount]:
    return {one.key: one for one in opened}


async def test_every_role_has_a_user_with_its_place(work: Work) -> None:
    opened = by_key(await users.open_all(work.acting(ACT), await firsts()))
    assert {one.role for one in USERS} == set(ROLES)
    assert {key: one.label for key, one in opened.items()} == {
        "cadre": "村干部 · 挑水河村委会",
        "neighbour": "村干部 · 光化村委会",
        "clerk": "乡镇经办 · 淅河镇",
        "stranger": "乡镇经办 · 万店镇",
        "county": "县区经办 · 随州高新区",
        "partner": "合作企业 · 示范品源现代农业",
        "auditor": "审计人员 · 随州高新区",
        "admin": "系统管理员",
    }
    assert [key for key, one in opened.items() if not one.token] == ["admin"]
    row = await accounts.by_name(work, "cadre")
    assert not row.must_change_password
    assert await passwords.fits(row.password_hash, opened["cadre"].password)


async def test_a_second_start_gives_new_ways_in_and_ends_the_old(work: Work) -> None:
    before = by_key(await users.open_all(work.acting(ACT), await firsts()))
    row = await accounts.by_name(work, "clerk")
    await accounts.disable(work.acting(ACT), row.account_id)
    await queries.set_totp(work, row.account_id, b"sealed", 1)
    again = by_key(await users.open_all(work.acting(ACT), await firsts()))
    row = await accounts.by_name(work, "clerk")
    assert row.active
    assert row.totp_secret is None
    assert not {one.token for one in again.values() if one.token} & {one.token for one in before.values()}
    assert await work.conn.fetchval("select count(*) from account") == len(USERS)
    assert await work.conn.fetchval("select count(*) from account_grant where revoked_at is null") == len(
        USERS
    )
    assert (
        await work.conn.fetchval("select count(*) from api_token where revoked_at is null") == len(USERS) - 1
    )
    first = await accounts.by_name(work, "cadre")
    assert await passwords.fits(first.password_hash, again["cadre"].password)
    assert not await passwords.fits(first.password_hash, before["cadre"].password)


async def test_each_token_opens_as_its_role(work: Work) -> None:
    opened = await users.open_all(work.acting(ACT), await firsts())
    async with serving(providers=real(work, lambda: BUILT)) as client:
        for one in opened:
            if one.token:
                me = (await client.get("/api/v1/account", headers=bearer(one.token))).json()
                assert (me["username"], me["role"]) == (one.username, dict(_roles())[one.key])
                partner = me["role"] == "partner"
                assert bool(me["reads"]["contracts"]) == partner
        zone = by_key(opened)["county"].token
        seen = (await client.get("/api/v1/account", headers=bearer(zone))).json()["reads"]
    assert seen["first"] == "421303187000" or "421303187236" in seen["villages"]


def _roles() -> list[tuple[str, str]]:
    return [(one.key, one.role) for one in USERS]
