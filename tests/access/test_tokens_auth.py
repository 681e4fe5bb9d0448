"""Programs: Bearer and Basic, what ends a token, how often it may ask, what a reading token may do."""

import base64
from datetime import timedelta

import httpx
import pytest

from registry.access import callers
from registry.kernel.work import Work
from tests import factories
from tests.access.conftest import Clock
from tests.access.people import Person, bearer, person, signed_in, token
from tests.serving import NOW

API = "/api/v1/households"


async def cadre(work: Work) -> Person:
    await factories.world(work)
    return await person(work, "cadre", factories.VILLAGE)


def basic(text: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(text.encode()).decode()}


async def test_bearer_and_basic_open(browser: httpx.AsyncClient, work: Work) -> None:
    who = await cadre(work)
    text = await token(work, who)
    for headers in (bearer(text), basic(f"{who.username}:{text}"), basic(f":{text}")):
        assert (await browser.get(API, headers=headers)).status_code == 200
    lower = {"authorization": f"bearer {text}"}
    assert (await browser.get(API, headers=lower)).status_code == 200


async def test_a_token_of_somebody_else_does_not_go_with_the_name(
    browser: httpx.AsyncClient, work: Work
) -> None:
    text = await token(work, await cadre(work))
    assert (await browser.get(API, headers=basic(f"shifan.other:{text}"))).status_code == 401


@pytest.mark.parametrize(
    "sent",
    [
        "Bearer wrong",
        "Bearer",
        "Bearer " + "x" * 5000,
        "Basic ???",
        "Basic " + base64.b64encode(b"\xff\xfe:\x00").decode(),
        "Basic " + base64.b64encode(b"no-colon").decode(),
        "Bearer 密钥".encode().decode("latin-1"),
    ],
)
async def test_what_is_no_token_answers_401_even_beside_a_good_cookie(
    browser: httpx.AsyncClient, work: Work, sent: str
) -> None:
    await signed_in(browser, await cadre(work))
    assert (await browser.get(API)).status_code == 200
    headers = [(b"authorization", sent.encode("latin-1"))]
    answer = await browser.get(API, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
    challenge = answer.headers["www-authenticate"]
    assert "Bearer" in challenge
    assert "Basic" in challenge
    page = await browser.get("/households", headers=[*headers, (b"accept", b"text/html")])
    assert page.status_code == 401


async def test_a_session_token_is_no_api_token_and_the_other_way_round(
    browser: httpx.AsyncClient, work: Work
) -> None:
    who = await cadre(work)
    await signed_in(browser, who)
    cookie = browser.cookies["session"]
    browser.cookies.clear()
    assert (await browser.get(API, headers=bearer(cookie))).status_code == 401
    as_cookie = {"cookie": f"session={await token(work, who)}"}
    assert (await browser.get(API, headers=as_cookie)).status_code == 401


async def test_nobody_gets_a_problem_with_the_ways_to_sign_in(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(API)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_reading_token_reads(browser: httpx.AsyncClient, work: Work) -> None:
    headers = bearer(await token(work, await cadre(work), "read"))
    assert (await browser.get(API, headers=headers)).status_code == 200
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = await browser.request(method, API, json={}, headers=headers)
        assert answer.status_code in (403, 405)
    answer = await browser.post(API, json={}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "token_read_only")


@pytest.mark.parametrize(
    "ended",
    [
        "update api_token set revoked_at = created_at, revoked_by = 'admin'",
        "update api_token set expires_at = '2023-01-16 02:00+00'",
        "update account_grant set revoked_at = created_at, revoked_by = 'admin'",
        "update account_grant set valid_to = '2023-01-15'",
        "update account_grant set valid_from = '2023-01-17'",
        "update account set status = 'disabled'",
    ],
)
async def test_what_has_ended_opens_nothing(browser: httpx.AsyncClient, work: Work, ended: str) -> None:
    headers = bearer(await token(work, await cadre(work)))
    assert (await browser.get(API, headers=headers)).status_code == 200
    await work.conn.execute(ended)
    assert (await browser.get(API, headers=headers)).status_code == 401


async def test_the_last_use_is_noted_once_a_minute(
    browser: httpx.AsyncClient, work: Work, clock: Clock
) -> None:
    headers = bearer(await token(work, await cadre(work)))
    used = "select last_used_at from api_token"
    for passed, expected in ((0, 0), (30, 0), (29, 0), (1, 60)):
        clock.on(seconds=passed)
        await browser.get(API, headers=headers)
        assert await work.conn.fetchval(used) == NOW + timedelta(seconds=expected)


async def test_a_token_asks_six_hundred_times_a_minute(
    browser: httpx.AsyncClient, work: Work, clock: Clock
) -> None:
    who = await cadre(work)
    headers, others = bearer(await token(work, who)), bearer(await token(work, who))
    await browser.get(API, headers=headers)
    assert await work.conn.execute("update rate_window set hits = 599") == "UPDATE 1"
    assert (await browser.get(API, headers=headers)).status_code == 200
    clock.on(seconds=20)
    answer = await browser.get(API, headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "40")
    assert (await browser.get(API, headers=others)).status_code == 200
    clock.on(seconds=40)
    assert (await browser.get(API, headers=headers)).status_code == 200


async def test_failing_tokens_of_an_address_are_limited(
    browser: httpx.AsyncClient, work: Work, clock: Clock
) -> None:
    good = bearer(await token(work, await cadre(work)))
    for _ in range(callers.FAILURES):
        assert (await browser.get(API, headers=bearer("wrong"))).status_code == 401
    assert (await browser.get(API, headers=bearer("wrong"))).status_code == 429
    assert (await browser.get(API, headers=good)).status_code == 200
    clock.on(minutes=1)
    assert (await browser.get(API, headers=bearer("wrong"))).status_code == 401


async def test_a_token_neither_signs_out_nor_chooses(browser: httpx.AsyncClient, work: Work) -> None:
    headers = bearer(await token(work, await cadre(work))) | {"accept": "application/json"}
    for path in ("/logout", "/grants/choose"):
        answer = await browser.post(path, data={}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "session_needed")


async def test_the_document_names_the_ways_in(browser: httpx.AsyncClient) -> None:
    document = (await browser.get("/api/v1/openapi.json")).json()
    assert set(document["components"]["securitySchemes"]) == {"bearer", "basic"}
    assert document["security"] == [{"bearer": []}, {"basic": []}]
    told = document["paths"]["/api/v1/households"]["get"]["responses"]
    assert {"401", "403", "429"} <= set(told)
