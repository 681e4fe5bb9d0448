"""A change needs the token of the very session it comes from; programs with their own token need none."""

import re

import httpx
import pytest

from registry.kernel.http import assets
from registry.kernel.work import Work
from tests import factories
from tests.access.people import Person, bearer, csrf, person, signed_in, token

PAGE = {"accept": "text/html"}
FORM = {
    "village_code": factories.VILLAGE,
    "number": "001",
    "members-0-name": "示例户甲",
    "members-0-is_head": "true",
}


async def cadre(work: Work) -> Person:
    await factories.world(work)
    return await person(work, "cadre", factories.VILLAGE)


async def other_session(browser: httpx.AsyncClient, who: Person) -> str:
    """The token of another session of the same person; the browser is left without any cookie."""
    await signed_in(browser, who)
    found = await csrf(browser)
    browser.cookies.clear()
    return found


async def test_without_the_token_nothing_is_changed(browser: httpx.AsyncClient, work: Work) -> None:
    who = await cadre(work)
    await signed_in(browser, who)
    answer = await browser.post("/households/new", data=FORM, headers=PAGE)
    assert answer.status_code == 403
    assert "刷新页面后重新提交" in answer.text
    assert await work.conn.fetchval("select count(*) from household") == 0


async def test_the_own_token_opens(browser: httpx.AsyncClient, work: Work) -> None:
    who = await cadre(work)
    await signed_in(browser, who)
    own = await csrf(browser)
    assert len(own) == 256
    assert await csrf(browser) != own
    answer = await browser.post("/households/new", data=FORM | {"csrf_token": own}, headers=PAGE)
    assert answer.status_code != 403


async def test_the_token_of_another_session_is_refused(browser: httpx.AsyncClient, work: Work) -> None:
    who = await cadre(work)
    foreign = await other_session(browser, who)
    await signed_in(browser, who)
    assert await csrf(browser) != foreign
    answer = await browser.post("/households/new", data=FORM | {"csrf_token": foreign}, headers=PAGE)
    assert answer.status_code == 403


@pytest.mark.parametrize("given", ["", "密钥", "a" * 64, "a" * 100_000, "\x00", "ａ" * 64, "%ff", "🌶" * 64])
async def test_whatever_is_sent_as_a_token_is_refused_in_peace(
    browser: httpx.AsyncClient, work: Work, given: str
) -> None:
    who = await cadre(work)
    await signed_in(browser, who)
    answer = await browser.post("/households/new", data={"csrf_token": given}, headers=PAGE)
    assert answer.status_code == 403


@pytest.mark.parametrize("given", [b"\xff\xfe", b"\xe5\xaf\x86" * 30, b"a" * 4000, b""])
async def test_whatever_stands_in_the_header_is_refused_in_peace(
    browser: httpx.AsyncClient, work: Work, given: bytes
) -> None:
    who = await cadre(work)
    await signed_in(browser, who)
    headers = [(b"x-csrf-token", given), (b"content-type", b"application/json")]
    answer = await browser.post("/api/v1/households", content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


async def test_a_script_of_the_session_sends_the_header(browser: httpx.AsyncClient, work: Work) -> None:
    who = await cadre(work)
    await signed_in(browser, who)
    assert (await browser.post("/api/v1/households", json={})).status_code == 403
    own = await csrf(browser)
    answer = await browser.post("/api/v1/households", json={}, headers={"x-csrf-token": own})
    assert answer.status_code == 422
    answer = await browser.post("/api/v1/households", json={"csrf_token": own})
    assert answer.status_code == 403


async def test_a_program_needs_none(browser: httpx.AsyncClient, work: Work) -> None:
    who = await cadre(work)
    answer = await browser.post("/api/v1/households", json={}, headers=bearer(await token(work, who)))
    assert answer.status_code == 422


async def test_a_form_of_several_fields_of_that_name_goes_by_the_last(
    browser: httpx.AsyncClient, work: Work
) -> None:
    who = await cadre(work)
    await signed_in(browser, who)
    own = await csrf(browser)
    body = f"csrf_token={own}&csrf_token=x"
    headers = PAGE | {"content-type": "application/x-www-form-urlencoded"}
    assert (await browser.post("/households/new", content=body, headers=headers)).status_code == 403


async def test_another_sites_page_signs_nobody_in_or_out(browser: httpx.AsyncClient, work: Work) -> None:
    who = await cadre(work)
    foreign = PAGE | {"origin": "https://evil.example"}
    data = {"username": who.username, "password": who.password}
    assert (await browser.post("/login", data=data, headers=foreign)).status_code == 403
    await signed_in(browser, who)
    assert (await browser.post("/logout", headers=PAGE)).status_code == 403
    assert (await browser.get("/households", headers=PAGE)).status_code == 200


def test_every_form_that_changes_something_carries_the_field() -> None:
    forms = 0
    bare = []
    for path in sorted(assets.packed("templates").rglob("*.html")):
        text = path.read_text("utf-8")
        for form in re.findall(r"<form\b[^>]*\bmethod=\"post\".*?</form>", text, re.DOTALL | re.IGNORECASE):
            forms += 1
            if "csrf_token" not in form or not re.search(r"\bframe\.csrf\b|{{ csrf }}", form):
                bare.append(f"{path.name}: {form[:80]}")
    assert bare == []
    assert forms >= 15
