"""A session that ends over an open form: what was filled in goes through the login; one button sends it."""

import html
import re
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import httpx
import pytest

from registry.access import pending_form
from registry.kernel.work import Work
from tests import factories
from tests.access.conftest import Clock
from tests.access.people import Person, csrf, grant, person, signed_in

PAGE = {"accept": "text/html"}
KEY = "5f1c3a7e-a1"


async def cadre(work: Work) -> Person:
    await factories.world(work)
    return await person(work, "cadre", factories.VILLAGE)


def fields(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of the form in the content, as a browser would send them."""
    form = page.text.partition('<form id="form"')[2].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return {html.unescape(name): html.unescape(value) for name, value in found}


async def filled(browser: httpx.AsyncClient, work: Work) -> dict[str, str]:
    """A new household as the page would send it."""
    page = await browser.get(f"/households/new?village={factories.VILLAGE}", headers=PAGE)
    assert page.status_code == 200, page.text
    return {
        **fields(page),
        "idempotency_key": KEY,
        "village_code": factories.VILLAGE,
        "number": "088",
        "members-0-name": '示例 & <户> "甲"',
        "members-0-is_head": "true",
    }


async def test_the_form_comes_back_after_the_login(
    browser: httpx.AsyncClient, work: Work, clock: Clock
) -> None:
    who = await cadre(work)
    await signed_in(browser, who)
    old = await csrf(browser)
    sent = await filled(browser, work)
    clock.on(hours=1)
    shown = await browser.post("/households/new?x=1", data=sent, headers=PAGE)
    assert shown.status_code == 401
    assert "您刚才填写的内容还在" in shown.text
    assert "Basic" not in shown.headers["www-authenticate"]
    carried = fields(shown)
    assert carried["kept_to"] == carried["next"] == "/households/new?x=1"
    wrong = await browser.post("/login", data={**carried, "username": who.username, "password": "no"})
    assert wrong.status_code == 401
    carried = fields(wrong)
    login = {**carried, "username": who.username, "password": who.password}
    again = await browser.post("/login", data=login, headers=PAGE)
    assert again.status_code == 200
    assert "您刚才填写的内容还在" in again.text
    assert 'action="/households/new?x=1"' in again.text
    ready = fields(again)
    assert ready["csrf_token"] not in ("", old)
    assert ready == sent | {"csrf_token": ready["csrf_token"]}
    done = await browser.post("/households/new?x=1", data=ready, headers=PAGE)
    assert done.status_code == 303, done.text
    assert await work.conn.fetchval("select count(*) from household where number = '088'") == 1


async def test_a_form_that_was_saved_before_is_not_saved_again(
    browser: httpx.AsyncClient, work: Work, clock: Clock
) -> None:
    """The answer was lost; after a new login the same form comes with another token and the same key."""
    who = await cadre(work)
    await signed_in(browser, who)
    sent = await filled(browser, work)
    first = await browser.post("/households/new", data=sent, headers=PAGE)
    assert first.status_code == 303
    await signed_in(browser, who)
    resent = sent | {"csrf_token": await csrf(browser)}
    second = await browser.post("/households/new", data=resent, headers=PAGE)
    assert (second.status_code, second.headers["idempotency-replayed"]) == (303, "true")
    assert second.headers["location"] == first.headers["location"]
    assert await work.conn.fetchval("select count(*) from household where number = '088'") == 1


async def test_it_goes_through_the_choice_of_a_grant(
    browser: httpx.AsyncClient, work: Work, clock: Clock
) -> None:
    who = await cadre(work)
    await grant(work, who.account_id, "auditor", factories.TOWNSHIP)
    shown = await browser.post("/households/new", data={"number": "088"}, headers=PAGE)
    login = {**fields(shown), "username": who.username, "password": who.password}
    choosing = await browser.post("/login", data=login, headers=PAGE)
    assert (choosing.status_code, "选择身份" in choosing.text) == (200, True)
    chosen = {**fields(choosing), "grant": str(who.account_grant_id)}
    again = await browser.post("/grants/choose", data=chosen, headers=PAGE)
    ready = fields(again)
    assert ready["number"] == "088"
    assert (await browser.post("/households/new", data=ready, headers=PAGE)).status_code == 422


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/households/new", urlencode({"name": "x" * pending_form.LIMIT})),
        ("/logout", "a=1"),
        ("/households/new", "new_password=secret-of-mine"),
        ("/households/new", "a=%ff"),
        (f"/households/{UUID(int=1)}/members/{UUID(int=2)}/numbers", "value=secret-of-mine"),
    ],
)
async def test_what_cannot_be_kept_is_reported(browser: httpx.AsyncClient, path: str, body: str) -> None:
    headers = PAGE | {"content-type": "application/x-www-form-urlencoded"}
    shown = await browser.post(path, content=body, headers=headers)
    assert shown.status_code == 401
    assert "刚才的操作没有完成" in shown.text
    assert "kept_body" not in shown.text
    assert "secret-of-mine" not in shown.text


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil",
        "/login",
        "/logout?x",
        "/grants/choose",
        "/account/password",
        "",
    ],
)
async def test_a_form_is_sent_to_pages_of_ours_only(browser: httpx.AsyncClient, work: Work, to: str) -> None:
    who = await cadre(work)
    answer = await signed_in(browser, who, kept_to=to, kept_body="a=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_what_was_posted_is_text_and_nothing_else(browser: httpx.AsyncClient, work: Work) -> None:
    who = await cadre(work)
    evil = '"><script>alert(1)</script>'
    shown = await browser.post(f"/households/new?x={evil}", data={evil: evil}, headers=PAGE)
    assert (shown.status_code, evil in shown.text) == (401, False)
    carried = fields(shown)
    assert dict(parse_qsl(carried["kept_body"])) == {evil: evil}
    again = await signed_in(browser, who, **carried)
    assert (again.status_code, evil in again.text) == (200, False)
    assert fields(again)[evil] == evil


async def test_a_program_gets_a_problem_and_nothing_is_kept(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/api/v1/households", data={"number": "088"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_all_fields_but_the_old_token_are_kept_in_order() -> None:
    body = urlencode([("b", "1"), ("csrf_token", "old"), ("a", "二"), ("b", "")])
    found = pending_form.accepted("/households/new", body)
    assert found
    assert found.fields() == [
        pair for pair in parse_qsl(body, keep_blank_values=True) if pair[0] != "csrf_token"
    ]
