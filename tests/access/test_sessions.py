"""How long a session opens anything, what ends it, and what a request in flight may still do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import httpx
import msgspec
import pytest

from registry.access import sessions
from registry.kernel.db.transactions import Identity
from registry.kernel.errors import NotFound
from registry.kernel.http.web import Providers
from registry.kernel.work import Act, Work
from tests import factories
from tests.access.conftest import Clock
from tests.access.people import Person, bearer, csrf, person, real, signed_in, token
from tests.conftest import World
from tests.serving import NOW, serving

PAGE = {"accept": "text/html"}
API = "/api/v1/households"


async def cadre(work: Work) -> Person:
    await factories.world(work)
    return await person(work, "cadre", factories.VILLAGE)


async def test_idle_too_long_ends_it(browser: httpx.AsyncClient, work: Work, clock: Clock) -> None:
    await signed_in(browser, await cadre(work))
    for _ in range(5):
        clock.on(minutes=29)
        assert (await browser.get(API)).status_code == 200
    clock.on(minutes=30)
    assert (await browser.get(API)).status_code == 401


async def test_after_twelve_hours_it_is_over_however_busy(
    browser: httpx.AsyncClient, work: Work, clock: Clock
) -> None:
    await signed_in(browser, await cadre(work))
    for _ in range(47):
        clock.on(minutes=15)
        assert (await browser.get(API)).status_code == 200
    clock.on(minutes=15)
    assert (await browser.get(API)).status_code == 401
    led = await browser.get("/contracts?q=1", headers=PAGE)
    assert (led.status_code, led.headers["location"]) == (303, "/login?next=%2Fcontracts%3Fq%3D1&ended=1")
    assert "登录已过期，请重新登录" in (await browser.get(led.headers["location"], headers=PAGE)).text


async def test_a_get_notes_the_last_use_once_a_minute(
    browser: httpx.AsyncClient, work: Work, clock: Clock
) -> None:
    await signed_in(browser, await cadre(work))
    seen = "select seen_at from session"
    clock.on(seconds=59)
    await browser.get(API)
    assert await work.conn.fetchval(seen) == NOW
    clock.on(seconds=1)
    await browser.get(API)
    assert await work.conn.fetchval(seen) == NOW + timedelta(minutes=1)


async def test_a_replayed_cookie_opens_nothing_after_the_logout(
    browser: httpx.AsyncClient, work: Work
) -> None:
    await signed_in(browser, await cadre(work))
    copied = browser.cookies["session"]
    own = await csrf(browser)
    answer = await browser.post("/logout", data={"csrf_token": own})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert "session" not in browser.cookies
    replayed = {"cookie": f"session={copied}"}
    assert (await browser.get(API, headers=replayed)).status_code == 401
    again = await browser.post("/logout", data={"csrf_token": own}, headers=replayed)
    assert again.status_code == 401
    assert await work.conn.fetchval("select end_reason from session") == "logout"


async def test_a_browser_keeps_no_record_for_whoever_signs_in_next(
    browser: httpx.AsyncClient, work: Work
) -> None:
    """A partner is shown less of the same version of a contract than a clerk."""
    who = await cadre(work)
    await signed_in(browser, who)
    address = f"/api/v1/divisions/{factories.VILLAGE}"
    assert (await browser.get(address)).headers["cache-control"] == "no-store"
    browser.cookies.clear()
    told = await browser.get(address, headers=bearer(await token(work, who)))
    assert told.headers["cache-control"] == "private, no-cache"


async def test_ending_sessions_keeps_the_one_that_asked(work: Work) -> None:
    who = await cadre(work)
    one, two, three = [
        await sessions.start(
            work, who.account_id, who.account_grant_id, NOW, hours=12, address="192.0.2.1", agent="x" * 900
        )
        for _ in range(3)
    ]
    idle = timedelta(minutes=30)
    assert {row.session_id for row in await sessions.of_account(work, who.account_id, NOW, idle)} == {
        one.session_id,
        two.session_id,
        three.session_id,
    }
    assert await sessions.end_all(work, who.account_id, "password", NOW, keep=two.session_id) == 2
    left = await sessions.of_account(work, who.account_id, NOW, idle)
    assert [row.session_id for row in left] == [two.session_id]
    assert len(left[0].agent) == sessions.AGENT_LENGTH
    with pytest.raises(NotFound):
        await sessions.end(work, two.session_id, "ended_by_user", NOW, account_id=uuid4())
    assert await sessions.end_granted(work, who.account_grant_id, "grant", NOW) == 1


async def test_https_takes_only_the_cookie_bound_to_the_host(work: Work) -> None:
    who = await cadre(work)
    async with serving(providers=real(work)) as client:
        secure = "https://127.0.0.1"
        data = {"username": who.username, "password": who.password}
        answer = await client.post(f"{secure}/login", data=data)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-session=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "domain" not in cookie.lower()
        value = cookie.partition("=")[2].partition(";")[0]
        client.cookies.clear()
        as_plain = {"cookie": f"session={value}"}
        assert (await client.get(f"{secure}{API}", headers=as_plain)).status_code == 401
        bound = {"cookie": f"__Host-session={value}"}
        assert (await client.get(f"{secure}{API}", headers=bound)).status_code == 200


REVOKE = "update account_grant set revoked_at = $2, revoked_by = 'admin' where account_grant_id = $1"
DISABLE = "update account set status = 'disabled' where account_id = $1 and $2::timestamptz is not null"


@pytest.mark.parametrize("what", ["grant", "account"])
async def test_what_is_revoked_ends_with_the_next_request(committed_db: World, what: str) -> None:
    """A request that runs when the grant is revoked is finished; the next one finds the door shut."""
    async with committed_db.writer() as work:
        who = await cadre(work)
    inside, go_on = asyncio.Event(), asyncio.Event()

    given = real(committed_db.database)
    slow = Slow(given, inside, go_on)
    async with serving(providers=slow.providers()) as client:
        await signed_in(client, who)
        slow.waits = True
        running = asyncio.create_task(client.get(API))
        await inside.wait()
        slow.waits = False
        async with committed_db.database.short() as work:
            statement, key = (REVOKE, who.account_grant_id) if what == "grant" else (DISABLE, who.account_id)
            await work.execute(statement, key, NOW)
        refused = await asyncio.gather(*(client.get(API) for _ in range(5)))
        assert {answer.status_code for answer in refused} == {401}
        assert not running.done()
        go_on.set()
        assert (await running).status_code == 200
        assert (await client.get("/households", headers=PAGE)).status_code == 303


class Slow:
    """Providers whose readers wait inside their transaction while `waits`."""

    def __init__(self, given: Providers, inside: asyncio.Event, go_on: asyncio.Event) -> None:
        self.given, self.inside, self.go_on = given, inside, go_on
        self.waits = False

    def providers(self) -> Providers:
        return msgspec.structs.replace(self.given, reader=self.reader)

    @asynccontextmanager
    async def reader(self, identity: Identity, act: Act) -> AsyncIterator[Work]:
        async with self.given.reader(identity, act) as work:
            if self.waits:
                self.inside.set()
                await self.go_on.wait()
            yield work
