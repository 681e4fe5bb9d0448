"""我的账户 in a browser: what it shows, what it ends, what it makes, how password and codes change."""

import re

import httpx
import pyotp
import pytest

from registry.access import passwords
from registry.access.own_account import TRIES
from registry.kernel.work import Work
from tests import factories
from tests.access.conftest import Clock
from tests.access.people import Person, bearer, csrf, grant, person, signed_in, token

PAGE = {"accept": "text/html"}
NEW = "another-horse-battery"


@pytest.fixture
async def cadre(browser: httpx.AsyncClient, work: Work) -> Person:
    """A village cadre who has signed in."""
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    await signed_in(browser, who)
    return who


@pytest.fixture
async def elsewhere(browser: httpx.AsyncClient, cadre: Person) -> str:
    """The cookie of the same person in another browser."""
    return await signed_in_elsewhere(browser, cadre)


async def signed_in_elsewhere(browser: httpx.AsyncClient, who: Person) -> str:
    mine = browser.cookies["session"]
    browser.cookies.clear()
    await signed_in(browser, who)
    theirs = browser.cookies["session"]
    browser.cookies.clear()
    browser.cookies.set("session", mine, domain="127.0.0.1")
    return theirs


async def posted(browser: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    own = {"csrf_token": await csrf(browser, "/account")}
    return await browser.post(path, data=own | fields, headers=PAGE)


async def works(browser: httpx.AsyncClient, cookie: str = "") -> bool:
    """Whether the browser's session, or that of another one's cookie, still opens something."""
    mine = browser.cookies["session"]
    browser.cookies.clear()
    browser.cookies.set("session", cookie or mine, domain="127.0.0.1")
    answer = await browser.get("/api/v1/account")
    browser.cookies.clear()
    browser.cookies.set("session", mine, domain="127.0.0.1")
    return answer.status_code == 200


async def test_the_page_says_who_where_and_with_what(
    browser: httpx.AsyncClient, cadre: Person, work: Work
) -> None:
    await token(work, cadre)
    page = await browser.get("/account", headers=PAGE)
    assert page.status_code == 200
    for said in (
        cadre.username,
        "村干部 · 挑水河村委会",
        "示例程序",
        "没有开启",
        "/grants/choose",
        "127.0.0.1",
    ):
        assert said in page.text
    assert "no-store" in page.headers["cache-control"]
    assert not re.search(r"argon2|token_hash|<script(?![^>]*src)|\sstyle=", page.text)


async def test_who_am_i_over_rest(browser: httpx.AsyncClient, cadre: Person, work: Work) -> None:
    me = (await browser.get("/api/v1/account")).json()
    assert (me["username"], me["role"], me["place_code"]) == (cadre.username, "cadre", factories.VILLAGE)
    assert (me["reads"]["first"], me["reads"]["last"]) == (factories.VILLAGE, factories.VILLAGE)
    text = await token(work, cadre, "read")
    browser.cookies.clear()
    me = (await browser.get("/api/v1/account", headers=bearer(text))).json()
    assert (me["access"], me["writes"]["first"]) == ("read", "")
    assert (await browser.get("/api/v1/account")).status_code == 401


async def test_a_token_has_no_account_page(browser: httpx.AsyncClient, cadre: Person, work: Work) -> None:
    text = await token(work, cadre)
    browser.cookies.clear()
    for path in ("/account", "/account/password", "/account/totp"):
        assert (await browser.get(path, headers=bearer(text) | PAGE)).status_code == 403
    answer = await browser.post("/account/tokens", data={"name": "x"}, headers=bearer(text))
    assert answer.status_code == 403


async def test_a_session_elsewhere_is_seen_and_ended(browser: httpx.AsyncClient, elsewhere: str) -> None:
    page = (await browser.get("/account", headers=PAGE)).text
    ends = re.findall(r"/account/sessions/([0-9a-f-]{36})/end", page)
    assert len(ends) == 2
    assert page.count("本机这次") == 1
    assert await works(browser, elsewhere)
    answer = await posted(browser, "/account/sessions/end-others")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?done=sessions")
    assert not await works(browser, elsewhere)
    assert await works(browser)
    (mine,) = re.findall(
        r"/account/sessions/([0-9a-f-]{36})/end", (await browser.get("/account", headers=PAGE)).text
    )
    await posted(browser, f"/account/sessions/{mine}/end")
    assert not await works(browser)


async def test_nobody_ends_the_session_of_another(
    browser: httpx.AsyncClient, cadre: Person, work: Work
) -> None:
    theirs = await signed_in_elsewhere(browser, await person(work, "cadre", factories.SIBLING))
    session = await work.conn.fetchval(
        "select session_id from session where account_id <> $1", cadre.account_id
    )
    answer = await posted(browser, f"/account/sessions/{session}/end")
    assert answer.status_code == 404
    assert await works(browser, theirs)


async def test_a_token_is_made_shown_once_and_revoked(
    browser: httpx.AsyncClient, cadre: Person, work: Work
) -> None:
    answer = await posted(
        browser,
        "/account/tokens",
        name="示范数据平台",
        account_grant_id=str(cadre.account_grant_id),
        access="read",
        days="30",
        idempotency_key="same",
    )
    assert answer.status_code == 201
    found = re.search(r"<code>(cel_[\w-]+)</code>", answer.text)
    assert found
    text = found[1]
    assert await work.conn.fetchval("select count(*) from idempotency") == 0
    assert text not in (await browser.get("/account", headers=PAGE)).text
    assert (await browser.get("/api/v1/households", headers=bearer(text))).status_code == 200
    made = await work.conn.fetchval("select api_token_id from api_token")
    await posted(browser, f"/account/tokens/{made}/revoke")
    assert (await browser.get("/api/v1/households", headers=bearer(text))).status_code == 401
    assert "已撤销" in (await browser.get("/account", headers=PAGE)).text


async def test_mistakes_show_the_form_again(browser: httpx.AsyncClient, cadre: Person) -> None:
    answer = await posted(browser, "/account/tokens", name="", account_grant_id="x", days="9999")
    assert answer.status_code == 422
    assert "请先改正下面 3 处" in answer.text
    assert 'value="9999"' in answer.text


async def change(browser: httpx.AsyncClient, old: str, new: str, again: str | None = None) -> httpx.Response:
    typed = {"old_password": old, "new_password": new, "again": new if again is None else again}
    return await posted(browser, "/account/password", **typed)


async def test_a_new_password_ends_every_other_session_and_renews_this_one(
    browser: httpx.AsyncClient, elsewhere: str, cadre: Person, work: Work
) -> None:
    before = browser.cookies["session"]
    assert "至少 12 个字符" in (await browser.get("/account/password", headers=PAGE)).text
    answer = await change(browser, cadre.password, NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?done=password")
    assert browser.cookies["session"] != before
    assert "其他设备上的登录都已结束" in (await browser.get("/account?done=password", headers=PAGE)).text
    assert not await works(browser, elsewhere)
    browser.cookies.clear()
    browser.cookies.set("session", before)
    assert not await works(browser)
    browser.cookies.clear()
    assert (
        await browser.post("/login", data={"username": cadre.username, "password": NEW})
    ).status_code == 303
    assert await work.conn.fetchval("select must_change_password from account") is False
    changes = [row["changes"] for row in await work.conn.fetch("select changes from audit_event")]
    assert '{"password": [null, "changed"]}' in changes
    assert NEW not in str(changes)


async def test_a_first_password_has_to_be_changed_before_anything_else(
    browser: httpx.AsyncClient, work: Work
) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE, must_change_password=True)
    await signed_in(browser, who)
    led = await browser.get("/households", headers=PAGE)
    assert led.headers["location"].startswith("/account/password")
    assert "请先设一个新密码" in (await browser.get("/account/password", headers=PAGE)).text
    own = {"csrf_token": await csrf(browser, "/account/password")}
    typed = {"old_password": who.password, "new_password": NEW, "again": NEW}
    assert (await browser.post("/account/password", data=own | typed, headers=PAGE)).status_code == 303
    assert (await browser.get("/households", headers=PAGE)).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong-horse-battery", NEW, NEW, "密码不对"),
        ("", "", "", "没有填"),
        (None, "short", "short", "至少 12 个字符"),
        (None, None, None, "不能和原密码一样"),
        (None, NEW, "something-else", "两遍新密码不一样"),
        (None, "password1234", "password1234", "太常见"),
    ],
)
async def test_a_password_is_not_changed_with_mistakes(
    browser: httpx.AsyncClient,
    cadre: Person,
    *,
    old: str | None,
    new: str | None,
    again: str | None,
    said: str,
) -> None:
    values = [cadre.password if one is None else one for one in (old, new, again)]
    answer = await change(browser, *values)
    assert answer.status_code == 422
    assert said in answer.text
    assert not [one for one in values if one and f'value="{one}"' in answer.text]
    assert await works(browser)


async def test_guessing_the_old_password_is_limited_before_the_hash(
    browser: httpx.AsyncClient, cadre: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []

    def verify(_: str, text: str) -> bool:
        counted.append(text)
        return False

    monkeypatch.setattr(passwords, "_verify", verify)
    for _ in range(TRIES):
        assert (await change(browser, "wrong", NEW)).status_code == 422
    answer = await change(browser, cadre.password, NEW)
    assert (answer.status_code, len(counted)) == (429, TRIES)
    assert int(answer.headers["retry-after"]) <= 3600


async def test_codes_are_turned_on_asked_for_and_turned_off(
    browser: httpx.AsyncClient, cadre: Person, clock: Clock, work: Work
) -> None:
    assert "开启动态口令" in (await browser.get("/account/totp", headers=PAGE)).text
    assert (await posted(browser, "/account/totp")).headers["location"] == "/account/totp"
    page = (await browser.get("/account/totp", headers=PAGE)).text
    assert "<svg" in page
    assert not re.search(r"\sstyle=|<style", page)
    found = re.search(r"密钥：<code>([A-Z2-7 ]+)</code>", page)
    assert found
    device = pyotp.TOTP(found[1].replace(" ", ""))
    wrong = await posted(browser, "/account/totp/confirm", code="12")
    assert (wrong.status_code, "口令不对" in wrong.text) == (422, True)
    answer = await posted(browser, "/account/totp/confirm", code=device.at(clock.now))
    assert answer.headers["location"] == "/account?done=totp_on"
    assert found[1] not in (await browser.get("/account/totp", headers=PAGE)).text
    browser.cookies.clear()
    assert (await signed_in(browser, cadre)).status_code == 401
    assert (await signed_in(browser, cadre, code=device.at(clock.now))).status_code == 401
    clock.on(seconds=30)
    assert (await signed_in(browser, cadre, code=device.at(clock.now))).status_code == 303
    refused = await posted(browser, "/account/totp/off", password="wrong")
    assert (refused.status_code, "密码不对" in refused.text) == (422, True)
    await posted(browser, "/account/totp/off", password=cadre.password)
    assert await work.conn.fetchval("select totp_secret from account") is None
    browser.cookies.clear()
    assert (await signed_in(browser, cadre)).status_code == 303


async def test_without_a_grant_the_account_is_still_ones_own(browser: httpx.AsyncClient, work: Work) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    await grant(work, who.account_id, "clerk", factories.TOWNSHIP)
    await signed_in(browser, who)
    page = await browser.get("/account", headers=PAGE)
    assert page.status_code == 200
    assert "还没有选择" in page.text
