"""Signing in: what is set, what is refused, what it costs, what stands in the trail."""

from typing import Any

import httpx
import pytest

from registry.access import login, passwords
from registry.kernel.work import Work
from tests import factories
from tests.access.conftest import Clock
from tests.access.people import PASSWORD, grant, person, signed_in

PAGE = {"accept": "text/html"}
FAILED = "用户名、密码或动态口令不对"


async def test_a_login_sets_a_new_hashed_cookie_and_leads_on(browser: httpx.AsyncClient, work: Work) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    answer = await signed_in(browser, who, next="/households")
    assert (answer.status_code, answer.headers["location"]) == (303, "/households")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("session=")
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "Path=/" in cookie
    token = browser.cookies["session"]
    assert len(token) >= 43
    stored = await work.conn.fetchrow("select token_hash, account_grant_id, address, agent from session")
    assert stored is not None
    assert token.encode() not in stored["token_hash"]
    assert stored["account_grant_id"] == who.account_grant_id
    page = await browser.get("/households", headers=PAGE)
    assert page.status_code == 200
    assert "挑水河村委会 · 村干部 · 示范cadre" in page.text
    assert "我的账户" in page.text
    assert "退出" in page.text


async def test_an_attackers_cookie_is_never_adopted(browser: httpx.AsyncClient, work: Work) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    chosen = {"cookie": "session=chosen-by-somebody-else"}
    data = {"username": who.username, "password": who.password}
    answer = await browser.post("/login", data=data, headers=chosen)
    assert "chosen-by-somebody-else" not in answer.headers["set-cookie"]
    browser.cookies.clear()
    assert (await browser.get("/api/v1/households", headers=chosen)).status_code == 401


async def test_signing_in_again_ends_the_session_before(browser: httpx.AsyncClient, work: Work) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    await signed_in(browser, who)
    first = browser.cookies["session"]
    await signed_in(browser, who)
    assert browser.cookies["session"] != first
    browser.cookies.clear()
    browser.cookies.set("session", first)
    assert (await browser.get("/api/v1/households")).status_code == 401


@pytest.mark.parametrize("name", ["{name}", " {name}　", "ｓｈｉｆａｎ.one", "SHIFAN.ONE"])
async def test_a_name_is_read_as_people_type_it(browser: httpx.AsyncClient, work: Work, name: str) -> None:
    await factories.world(work)
    await person(work, "cadre", factories.VILLAGE, username="shifan.one")
    data = {"username": name.format(name="shifan.one"), "password": PASSWORD}
    assert (await browser.post("/login", data=data)).status_code == 303


@pytest.mark.parametrize(
    "typed",
    [
        ("shifan.one", "wrong", "active"),
        ("shifan.two", PASSWORD, "active"),
        ("shifan.one", PASSWORD, "disabled"),
        ("shifan.one", "", "active"),
        ("", "", "active"),
        ("x'; drop table account", "\x00", "active"),
        ("密" * 5000, "码" * 5000, "active"),
    ],
)
async def test_every_failure_looks_alike_and_costs_one_hash(
    browser: httpx.AsyncClient,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
    typed: tuple[str, str, str],
) -> None:
    name, password, status = typed
    await factories.world(work)
    await person(work, "cadre", factories.VILLAGE, username="shifan.one", status=status)
    counted = spy(monkeypatch)
    answer = await browser.post("/login", data={"username": name, "password": password}, headers=PAGE)
    assert answer.status_code == 401
    assert FAILED in answer.text
    assert "set-cookie" not in answer.headers
    assert password not in answer.text or not password
    assert len(counted) == 1
    events = await work.conn.fetch("select actor, record_kind, record_id, changes from audit_event")
    assert [(event["record_kind"], event["changes"]) for event in events] == [
        ("session", '{"login": [null, "failed"]}')
    ]
    assert events[0]["actor"] == ("shifan.one" if name == "shifan.one" else "anonymous")


def spy(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Counts the hashes that are computed; they take no time here."""
    counted: list[str] = []

    def verify(stored_hash: str, text: str) -> bool:
        counted.append(stored_hash)
        return text == PASSWORD and stored_hash != passwords.DUMMY

    monkeypatch.setattr(passwords, "_verify", verify)
    return counted


async def test_unknown_names_cost_the_same_hash(
    browser: httpx.AsyncClient, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = spy(monkeypatch)
    await browser.post("/login", data={"username": "nobody.here", "password": "whatever"})
    assert counted == [passwords.DUMMY]
    assert passwords.DUMMY.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_too_many_tries_of_a_name_are_refused_before_the_hash(
    browser: httpx.AsyncClient, work: Work, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    counted = spy(monkeypatch)
    for _ in range(login.PER_NAME):
        data = {"username": who.username, "password": "wrong"}
        assert (await browser.post("/login", data=data)).status_code == 401
    answer = await signed_in(browser, who)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900
    assert login.TOO_OFTEN in answer.text
    assert len(counted) == login.PER_NAME
    assert await work.conn.fetchval("select count(*) from audit_event") == login.PER_NAME
    clock.on(minutes=15)
    assert (await signed_in(browser, who)).status_code == 303


async def test_a_right_password_forgets_the_wrong_ones(
    browser: httpx.AsyncClient, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    spy(monkeypatch)
    for _ in range(3):
        for _ in range(login.PER_NAME - 1):
            await browser.post("/login", data={"username": who.username, "password": "wrong"})
        assert (await signed_in(browser, who)).status_code == 303


async def test_several_grants_are_chosen_from_and_the_token_changes(
    browser: httpx.AsyncClient, work: Work
) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    second = await grant(work, who.account_id, "auditor", factories.TOWNSHIP)
    answer = await signed_in(browser, who, next="/contracts")
    assert answer.headers["location"] == "/grants/choose?next=%2Fcontracts"
    refused = await browser.get("/api/v1/households")
    assert (refused.status_code, refused.json()["code"]) == (403, "grant_not_chosen")
    led = await browser.get("/households", headers=PAGE)
    assert led.headers["location"] == "/grants/choose?next=%2Fhouseholds"
    page = await browser.get("/grants/choose?next=/contracts", headers=PAGE)
    assert "审计人员 · 淅河镇" in page.text
    before = browser.cookies["session"]
    chosen = await browser.post("/grants/choose", data=chosen_form(page, second))
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/contracts")
    assert browser.cookies["session"] != before
    assert "淅河镇 · 审计人员" in (await browser.get("/households", headers=PAGE)).text
    browser.cookies.clear()
    browser.cookies.set("session", before)
    assert (await browser.get("/api/v1/households")).status_code == 401


def chosen_form(page: httpx.Response, grant_id: Any) -> dict[str, str]:
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    following = page.text.partition('name="next" value="')[2].partition('"')[0]
    return {"csrf_token": token, "next": following, "grant": str(grant_id)}


async def test_a_grant_of_somebody_else_cannot_be_chosen(browser: httpx.AsyncClient, work: Work) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    await grant(work, who.account_id, "clerk", factories.TOWNSHIP)
    other = await person(work, "county", factories.COUNTY)
    await signed_in(browser, who)
    page = await browser.get("/grants/choose", headers=PAGE)
    answer = await browser.post(
        "/grants/choose", data=chosen_form(page, other.account_grant_id), headers=PAGE
    )
    assert answer.status_code == 422
    assert "请选择一个身份" in answer.text


async def test_a_login_without_any_grant_says_so(browser: httpx.AsyncClient, work: Work) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    await work.conn.execute("update account_grant set valid_to = '2021-01-01'")
    await signed_in(browser, who)
    page = await browser.get("/grants/choose", headers=PAGE)
    assert "没有可用的身份" in page.text


async def test_a_first_password_opens_nothing_else(browser: httpx.AsyncClient, work: Work) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE, must_change_password=True)
    await signed_in(browser, who)
    led = await browser.get("/households", headers=PAGE)
    assert (led.status_code, led.headers["location"].partition("?")[0]) == (303, "/account/password")
    refused = await browser.get("/api/v1/households")
    assert (refused.status_code, refused.json()["code"]) == (403, "password_change_required")
    assert (await browser.get("/account/password", headers=PAGE)).status_code == 200


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "https://evil.example/", "/\\evil.example", "/login", "/logout"]
)
async def test_a_login_leads_to_no_other_site(browser: httpx.AsyncClient, work: Work, path: str) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    assert (await signed_in(browser, who, next=path)).headers["location"] == "/"


async def test_each_login_is_in_the_trail(browser: httpx.AsyncClient, work: Work) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    await signed_in(browser, who)
    event = await work.conn.fetchrow(
        "select actor, role, operation, record_id, division_code, changes from audit_event"
    )
    assert event is not None
    assert dict(event) == {
        "actor": who.username,
        "role": "cadre",
        "operation": "log_in",
        "record_id": str(who.account_id),
        "division_code": "000000000000",
        "changes": '{"login": [null, "signed_in"]}',
    }
