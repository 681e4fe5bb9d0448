"""Logins with a code: asked when confirmed, used once, required of a role; passwords that are too old."""

from datetime import timedelta

import httpx
import msgspec
import pyotp

from registry.access import totp
from registry.access.model import AccountRow
from registry.kernel.db import sql
from registry.kernel.work import Act, Work
from tests import adhoc, factories
from tests.access.conftest import Clock
from tests.access.people import Person, csrf, grant, person, real, signed_in
from tests.serving import _SETTINGS, NOW, VAULT, serving

PAGE = {"accept": "text/html"}
API = "/api/v1/households"
Q = sql.queries("access")


async def with_device(work: Work) -> tuple[Person, pyotp.TOTP]:
    """A cadre whose device has been confirmed, an hour ago."""
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    before = NOW - timedelta(hours=1)
    await totp.enrol(work, VAULT, await account(work, who))
    waiting = totp.enrolment(VAULT, await account(work, who))
    assert waiting
    device = pyotp.TOTP(waiting.secret.replace(" ", ""))
    act = Act(actor="local", now=before)
    await totp.confirm(work.acting(act), VAULT, await account(work, who), device.at(before))
    return who, device


async def account(work: Work, who: Person) -> AccountRow:
    return await adhoc.one(work, AccountRow, Q["login_account"], who.username)


async def test_a_confirmed_device_is_asked_for(browser: httpx.AsyncClient, work: Work, clock: Clock) -> None:
    who, device = await with_device(work)
    assert (await signed_in(browser, who)).status_code == 401
    assert (await signed_in(browser, who, code="000000")).status_code == 401
    assert (await signed_in(browser, who, code="密" * 5000)).status_code == 401
    wrong_password = {"username": who.username, "password": "wrong", "code": device.at(NOW)}
    assert (await browser.post("/login", data=wrong_password)).status_code == 401
    assert (await signed_in(browser, who, code=device.at(NOW))).status_code == 303
    assert (await browser.get(API)).status_code == 200


async def test_a_code_opens_once(browser: httpx.AsyncClient, work: Work, clock: Clock) -> None:
    who, device = await with_device(work)
    code = device.at(NOW)
    assert (await signed_in(browser, who, code=code)).status_code == 303
    browser.cookies.clear()
    assert (await signed_in(browser, who, code=code)).status_code == 401
    clock.on(seconds=30)
    assert (await signed_in(browser, who, code=device.at(clock.now))).status_code == 303


async def test_a_role_that_needs_a_device_sets_it_up_first(work: Work, clock: Clock) -> None:
    await factories.world(work)
    clerk = await person(work, "clerk", factories.TOWNSHIP)
    cadre = await person(work, "cadre", factories.VILLAGE)
    settings = msgspec.structs.replace(_SETTINGS, totp_roles=("clerk",))
    async with serving(settings, real(work, clock)) as client:
        await signed_in(client, clerk)
        led = await client.get("/households", headers=PAGE)
        assert (led.status_code, led.headers["location"].partition("?")[0]) == (303, "/account/totp")
        assert (await client.get("/account/totp", headers=PAGE)).status_code == 200
        refused = await client.get(API)
        assert (refused.status_code, refused.json()["code"]) == (403, "totp_required")
        client.cookies.clear()
        await signed_in(client, cadre)
        assert (await client.get(API)).status_code == 200


async def test_another_grant_makes_no_token_for_a_role_that_needs_a_device(work: Work, clock: Clock) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    township = await grant(work, who.account_id, "clerk", factories.TOWNSHIP)
    settings = msgspec.structs.replace(_SETTINGS, totp_roles=("clerk",))
    async with serving(settings, real(work, clock)) as client:
        await signed_in(client, who)
        chosen = {"csrf_token": await csrf(client, "/grants/choose"), "grant": str(who.account_grant_id)}
        assert (await client.post("/grants/choose", data=chosen)).status_code == 303
        asked = {"csrf_token": await csrf(client, "/account"), "name": "示例程序", "access": "write"}
        answer = await client.post("/account/tokens", data=asked | {"account_grant_id": str(township)})
        assert answer.status_code == 422
        assert "请先开启动态口令" in answer.text
        asked["account_grant_id"] = str(who.account_grant_id)
        assert (await client.post("/account/tokens", data=asked)).status_code == 201


async def test_a_password_too_old_for_the_rules_is_changed_first(work: Work, clock: Clock) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE, password_changed_at=NOW - timedelta(days=90))
    settings = msgspec.structs.replace(_SETTINGS, password_rules="dengbao")
    async with serving(settings, real(work, clock)) as client:
        await signed_in(client, who)
        led = await client.get("/households", headers=PAGE)
        assert led.headers["location"].partition("?")[0] == "/account/password"
        assert (await client.get("/account/password", headers=PAGE)).status_code == 200
