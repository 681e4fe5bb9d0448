"""用户 in the administrator's browser: found, made, given a role, disabled; what the page never does."""

import re
from typing import Any

import httpx
import pytest

from registry.kernel.http.callers import ROLES
from registry.kernel.work import Work
from tests import factories
from tests.access.people import Person, bearer, csrf, person, signed_in, token

PAGE = {"accept": "text/html"}


@pytest.fixture
async def admin(browser: httpx.AsyncClient, work: Work) -> Person:
    """An administrator who has signed in."""
    await factories.world(work)
    who = await person(work, "admin", username="shifan.admin", display_name="示范管理员")
    await signed_in(browser, who)
    return who


async def posted(browser: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    own = {"csrf_token": await csrf(browser, "/users")}
    return await browser.post(path, data=own | fields, headers=PAGE)


async def page(browser: httpx.AsyncClient, path: str) -> str:
    answer = await browser.get(path, headers=PAGE)
    assert answer.status_code == 200
    return answer.text


async def test_an_account_is_made_given_a_role_and_signs_in(
    browser: httpx.AsyncClient, admin: Person, work: Work
) -> None:
    answer = await posted(browser, "/users", username="shifan.new", display_name="示范新人")
    assert answer.status_code == 201
    found = re.search(r"<code>([\w-]{19})</code>", answer.text)
    assert found
    account = await work.conn.fetchval("select account_id from account where username = 'shifan.new'")
    here = f"/users/{account}"
    assert found[1] not in await page(browser, here)
    answer = await posted(browser, f"{here}/grants", role="cadre", place="挑水河村")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{here}?done=grant")
    shown = await page(browser, f"{here}?done=grant")
    assert "村干部 · 挑水河村委会" in shown
    assert "等待首次改密" in shown
    browser.cookies.clear()
    answer = await browser.post("/login", data={"username": "shifan.new", "password": found[1]})
    assert answer.status_code == 303
    assert (await browser.get("/users", headers=PAGE)).headers["location"].startswith("/account/password")


async def test_of_several_places_of_a_name_the_codes_are_asked_for(
    browser: httpx.AsyncClient, admin: Person, work: Work
) -> None:
    other = "421303101201"
    await factories.division(work, other, name="挑水河村委会", parent_code=factories.OTHER_TOWNSHIP)
    who = await person(work, "clerk", factories.TOWNSHIP, username="shifan.zhang")
    answer = await posted(browser, f"/users/{who.account_id}/grants", role="cadre", place="挑水河村委会")
    assert answer.status_code == 422
    assert "不止一个：" in answer.text
    for place in (f"万店镇挑水河村委会（{other}）", f"淅河镇挑水河村委会（{factories.VILLAGE}）"):
        assert place in answer.text


async def test_accounts_are_found_by_part_of_a_name(
    browser: httpx.AsyncClient, admin: Person, work: Work
) -> None:
    await person(work, "cadre", factories.VILLAGE, username="shifan.zhang", display_name="示范张")
    await person(
        work, "clerk", factories.TOWNSHIP, username="shifan.li", display_name="示范李", status="disabled"
    )
    shown = await page(browser, "/users")
    assert shown.index("shifan.admin") < shown.index("shifan.li") < shown.index("shifan.zhang")
    assert "已停用" in shown
    assert "shifan.li" not in await page(browser, "/users?q=ZHANG")
    assert "shifan.zhang" not in await page(browser, "/users?q=示范李")
    assert "没有符合条件的用户" in await page(browser, "/users?q=%25")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"role": "", "place": ""}, "身份没有填"),
        ({"role": "cadre", "place": ""}, "村干部要填所在村"),
        ({"role": "cadre", "place": factories.TOWNSHIP}, "不适合这个身份"),
        ({"role": "cadre", "place": "没有的村"}, "没有找到叫“没有的村”"),
        ({"role": "clerk", "place": "挑水河"}, "没有找到叫“挑水河”"),
        ({"role": "partner", "place": "91421303MA4900010X"}, "没有登记过统一社会信用代码"),
        ({"role": "county", "place": "Q9"}, "没有这个区划、片区或组织"),
        ({"role": "cadre", "place": factories.VILLAGE, "valid_to": "2020-1-1"}, "不能早于开始日期"),
    ],
)
async def test_a_grant_with_mistakes_shows_the_page_again(
    browser: httpx.AsyncClient, admin: Person, work: Work, fields: dict[str, str], said: str
) -> None:
    who = await person(work, "clerk", factories.TOWNSHIP)
    answer = await posted(browser, f"/users/{who.account_id}/grants", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert await work.conn.fetchval("select count(*) from account_grant") == 2


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("county", "ｑ１"),
        ("partner", factories.ENTERPRISE_CODE.lower()),
        ("clerk", f" {factories.TOWNSHIP} "),
    ],
)
async def test_a_place_is_read_as_people_type_it(
    browser: httpx.AsyncClient, admin: Person, work: Work, role: Any, place: str
) -> None:
    await factories.insert(
        work, "area", area_code="Q1", name="示范高新区", valid_from="2020-01-01", **factories.BORN
    )
    who = await person(work, "cadre", factories.VILLAGE)
    answer = await posted(browser, f"/users/{who.account_id}/grants", role=role, place=place)
    assert answer.status_code == 303
    assert ROLES[role] in await page(browser, f"/users/{who.account_id}")


async def test_a_revoked_grant_and_a_disabled_account_end_at_once(
    browser: httpx.AsyncClient, admin: Person, work: Work
) -> None:
    who = await person(work, "cadre", factories.VILLAGE)
    text = await token(work, who)
    other = await token(work, who)
    here = f"/users/{who.account_id}"

    async def opens(sent: str) -> bool:
        kept = dict(browser.cookies)
        browser.cookies.clear()
        answer = await browser.get("/api/v1/account", headers=bearer(sent))
        for name, value in kept.items():
            browser.cookies.set(name, value, domain="127.0.0.1")
        return answer.status_code == 200

    assert await opens(text)
    made = await work.conn.fetchval("select api_token_id from api_token where prefix = $1 limit 1", text[:12])
    await posted(browser, f"{here}/tokens/{made}/revoke")
    assert not await opens(text)
    assert await opens(other)
    answer = await posted(browser, f"{here}/grants/{who.account_grant_id}/revoke")
    assert answer.headers["location"] == f"{here}?done=revoked"
    assert not await opens(other)
    answer = await posted(browser, f"{here}/status", status="disabled")
    assert answer.headers["location"] == f"{here}?done=disabled"
    assert "启用账户" in await page(browser, here)
    assert (await posted(browser, f"{here}/status", status="active")).status_code == 303


async def test_a_reset_password_is_shown_once_and_a_lost_device_forgotten(
    browser: httpx.AsyncClient, admin: Person, work: Work
) -> None:
    who = await person(work, "cadre", factories.VILLAGE, totp_confirmed_at="2023-01-01T00:00:00+00:00")
    here = f"/users/{who.account_id}"
    assert "同时关闭动态口令" in await page(browser, here)
    await work.conn.execute(
        "update account set totp_secret = 'x', totp_key_version = 1 where username = $1", who.username
    )
    answer = await posted(browser, f"{here}/password", drop_totp="true")
    assert answer.status_code == 201
    found = re.search(r"<code>([\w-]{19})</code>", answer.text)
    assert found
    assert "no-store" in answer.headers["cache-control"]
    assert (
        await work.conn.fetchval("select totp_secret from account where username = $1", who.username) is None
    )
    browser.cookies.clear()
    assert (await signed_in(browser, who)).status_code == 401
    data = {"username": who.username, "password": found[1]}
    assert (await browser.post("/login", data=data)).status_code == 303


async def test_another_name_may_be_shown(browser: httpx.AsyncClient, admin: Person, work: Work) -> None:
    who = await person(work, "cadre", factories.VILLAGE)
    await posted(browser, f"/users/{who.account_id}", display_name="示范 <新> 名")
    assert "示范 &lt;新&gt; 名" in await page(browser, f"/users/{who.account_id}")
    answer = await posted(browser, f"/users/{who.account_id}", display_name="")
    assert answer.status_code == 422


async def test_an_administrator_gets_no_business_data(
    browser: httpx.AsyncClient, admin: Person, work: Work
) -> None:
    here = f"/users/{admin.account_id}"
    shown = await page(browser, here)
    assert "加身份" not in shown
    assert "停用账户" not in shown
    assert "生成新的初始密码" not in shown
    answer = await posted(browser, f"{here}/grants", role="county", place=factories.COUNTY)
    assert answer.status_code == 409
    assert "不能给自己的账户增减身份" in answer.text
    assert (await posted(browser, f"{here}/status", status="disabled")).status_code == 409
    assert (await posted(browser, f"{here}/password")).status_code == 409
    assert (await posted(browser, f"{here}/grants/{admin.account_grant_id}/revoke")).status_code == 409
    for path in ("/households", "/contracts", "/api/v1/households"):
        assert (await browser.get(path, headers=PAGE)).status_code == 403


async def test_the_last_other_administrator_may_not_be_removed_by_mistake(
    browser: httpx.AsyncClient, admin: Person, work: Work
) -> None:
    """The one who asks is active, so that another one may go; nobody may go for good."""
    other = await person(work, "admin")
    assert (await posted(browser, f"/users/{other.account_id}/status", status="disabled")).status_code == 303


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
async def test_nobody_else_sees_accounts(browser: httpx.AsyncClient, work: Work, role: Any) -> None:
    world = await factories.world(work)
    places = {"cadre": factories.VILLAGE, "clerk": factories.TOWNSHIP, "partner": None}
    organization = world.enterprise if role == "partner" else None
    who = await person(work, role, places.get(role, factories.COUNTY), organization=organization)
    await signed_in(browser, who)
    for path in ("/users", f"/users/{who.account_id}", "/api/v1/users", f"/api/v1/users/{who.account_id}"):
        assert (await browser.get(path, headers=PAGE)).status_code == 403
    own = {"csrf_token": await csrf(browser, "/account")}
    answer = await browser.post("/users", data=own | {"username": "shifan.x", "display_name": "示范"})
    assert answer.status_code == 403


async def test_an_unknown_account_is_not_found(browser: httpx.AsyncClient, admin: Person) -> None:
    missing = "/users/00000000-0000-7000-8000-000000000000"
    assert (await browser.get(missing, headers=PAGE)).status_code == 404
    for path in ("/grants", "/status", "/password", ""):
        answer = await posted(browser, missing + path, status="active", role="admin", display_name="示范")
        assert answer.status_code in (404, 422)
