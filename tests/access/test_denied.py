"""What somebody sees who may not: pages lead on or say what to do, programs get a problem."""

import httpx
import pytest

from registry.access import limits
from registry.kernel.work import Work
from tests import factories
from tests.access.people import bearer, csrf, person, signed_in, token

PAGE = {"accept": "text/html"}


@pytest.mark.parametrize("path", ["/", "/households", "/contracts?status=active", "/deliveries", "/account"])
async def test_a_page_leads_to_the_login_and_back(browser: httpx.AsyncClient, work: Work, path: str) -> None:
    await factories.world(work)
    led = await browser.get(path, headers=PAGE)
    assert led.status_code == 303
    shown = await browser.get(led.headers["location"], headers=PAGE)
    assert shown.status_code == 200
    assert f'name="next" value="{path}"' in shown.text
    assert "退出" not in shown.text


async def test_a_role_that_may_not_gets_a_message_and_its_menu(
    browser: httpx.AsyncClient, work: Work
) -> None:
    await factories.world(work)
    await signed_in(browser, await person(work, "admin"))
    answer = await browser.get("/households", headers=PAGE)
    assert answer.status_code == 403
    assert "请换一个身份或联系管理员" in answer.text
    assert 'href="/users"' in answer.text
    assert (await browser.get("/api/v1/households")).json()["code"] == "forbidden"


async def test_too_many_requests_are_answered_with_how_long_to_wait(
    browser: httpx.AsyncClient, work: Work
) -> None:
    await factories.world(work)
    headers = bearer(await token(work, await person(work, "cadre", factories.VILLAGE)))
    await browser.get("/households", headers=headers | PAGE)
    await work.conn.execute("update rate_window set hits = 600")
    answer = await browser.get("/households", headers=headers | PAGE)
    assert answer.status_code == 429
    assert limits.TooMany.detail in answer.text
    assert "大约 60 秒后可以再试" in answer.text


async def test_open_pages_ask_nobody(browser: httpx.AsyncClient) -> None:
    for path in ("/login", "/healthz", "/api/docs"):
        answer = await browser.get(path, headers=bearer("wrong"))
        assert answer.status_code == 200, path


async def test_a_form_of_a_page_left_open_in_another_session_changes_nothing(
    browser: httpx.AsyncClient, work: Work
) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    await signed_in(browser, who)
    old = await csrf(browser)
    await signed_in(browser, who)
    answer = await browser.post("/logout", data={"csrf_token": old}, headers=PAGE)
    assert answer.status_code == 403
    assert "不是本次登录打开的" in answer.text
    assert (await browser.get("/households", headers=PAGE)).status_code == 200
