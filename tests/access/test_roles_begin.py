"""Where each role begins, what its pages offer, and what it may not write."""

from typing import Any

import httpx

from registry.kernel.http.callers import ROLES
from tests.access.stage import AREA, PAGE, PEOPLE, Stage, stage  # noqa: F401
from tests.factories import COOPERATIVE_CODE, COUNTY, DRIED, PROVINCE, RICE, SIBLING, TOWNSHIP, VILLAGE

HOME = {
    "cadre": f"/divisions/{VILLAGE}",
    "neighbour": f"/divisions/{SIBLING}",
    "clerk": f"/divisions/{TOWNSHIP}",
    "county": f"/divisions/{COUNTY}",
    "zone": f"/divisions/{AREA}",
    "auditor": f"/divisions/{TOWNSHIP}",
    "admin": "/users",
}
FIELD = ["/", "/households", "/contracts", "/deliveries", "/market-prices", "/gains"]
REGISTERING = [*FIELD[:3], "/registers/organizations", *FIELD[3:]]
MENU = {
    "cadre": REGISTERING,
    "clerk": [*REGISTERING, "/registers", "/audit"],
    "county": [*REGISTERING, "/registers", "/audit"],
    "auditor": [*FIELD, "/registers", "/audit"],
    "admin": ["/users", "/registers", "/audit"],
}
MARKET_PRICE = {
    "division_code": TOWNSHIP,
    "product_code": DRIED,
    "day": "2022-09-01",
    "price": "8",
    "unit": "kg",
}
EVERYBODY = ("cadre", "clerk", "county", "zone", "auditor", "admin", "partner")
OFFERS = {
    "/households": ("/households/new", "/households/paste"),
    "/contracts": ("/contracts/new",),
    "contract": ("/deliveries/new", "/complete", "/terminate", "/filing", "/cancel"),
    "ticket": ("作废这张过磅单",),
    "household": ("/edit",),
}
"""What the pages offer to those who register, by page."""


def main(page: httpx.Response) -> str:
    assert page.status_code == 200, page.text
    return page.text.partition("<main")[2]


async def test_home_and_menu_of_each_role(stage: Stage) -> None:  # noqa: F811
    for who, home in HOME.items():
        async with stage.acting(who) as client:
            answer = await client.get("/", headers=PAGE)
            assert (answer.status_code, answer.headers["location"]) == (303, home)
            page = await client.get("/market-prices" if who == "admin" else home, headers=PAGE)
            assert page.status_code == 200
            assert ROLES[PEOPLE[who][0]] in page.text
            menu = page.text.partition('aria-label="主菜单"')[2].partition("</nav>")[0]
            assert [part.partition('"')[0] for part in menu.split('href="')[1:]] == MENU[PEOPLE[who][0]]


async def test_pages_offer_what_the_role_may_do(stage: Stage) -> None:  # noqa: F811
    line = stage.own
    addresses = {
        "contract": f"/contracts/{line.deal.contract}",
        "ticket": f"/deliveries/{line.delivery}",
        "household": f"/households/{line.household}",
    }
    forms = ("/households/new", "/contracts/new", f"/contracts/{line.deal.contract}/deliveries/new")
    for who, registers in (("cadre", True), ("clerk", True), ("county", False), ("auditor", False)):
        enters = who in ("clerk", "county")
        async with stage.acting(who) as client:
            for name, offered in OFFERS.items():
                page = main(await client.get(addresses.get(name, name), headers=PAGE))
                assert [word in page for word in offered] == [registers] * len(offered), (who, name)
            prices = main(await client.get("/market-prices", headers=PAGE))
            assert [word in prices for word in ("登记一个市场价", "改价格")] == [enters, enters]
            for address in forms:
                answer = await client.get(address, headers=PAGE)
                assert answer.status_code == (200 if registers else 403), (who, address)


async def test_registers_offer_changes_of_own_places_to_who_keeps_them(stage: Stage) -> None:  # noqa: F811
    """The season is the county's: a township's clerk enters seasons, but may not change that one."""
    offers = {
        "county": (True, True),
        "clerk": (True, False),
        "cadre": (False, False),
        "partner": (False, False),
    }
    for who, expected in offers.items():
        async with stage.acting(who) as client:
            page = main(await client.get("/registers/seasons", headers=PAGE))
            assert ("登记产季" in page, "/edit" in page) == expected, who


async def test_a_clerk_changes_prices_of_its_own_township_only(stage: Stage) -> None:  # noqa: F811
    async with stage.acting("stranger") as client:
        assert "改价格" not in main(await client.get("/market-prices", headers=PAGE))
        address = f"/api/v1/market-prices/{stage.market_price}"
        answer = await client.patch(address, json={"price": "9", "unit": "kg"}, headers={"if-match": '"1"'})
        assert answer.status_code == 404


WRITES: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "household": (
        "/households",
        {"village_code": VILLAGE, "number": "N1", "members": [{"name": "示例户新", "is_head": True}]},
        {"cadre", "clerk"},
    ),
    "contract": ("/contracts", {"village_code": VILLAGE, "title": "示例新合同"}, {"cadre", "clerk"}),
    "market price": ("/market-prices", MARKET_PRICE, {"clerk", "county", "zone"}),
    "season": (
        "/seasons",
        {
            "division_code": TOWNSHIP,
            "product_code": DRIED,
            "name": "2023 年秋季",
            "starts_on": "2023-04-01",
            "ends_on": "2023-11-30",
        },
        {"clerk", "county", "zone"},
    ),
    "planted area": (
        "/planted-areas",
        {"division_code": TOWNSHIP, "crop_code": RICE, "year": 2022, "area_mu": "10", "source_text": "示例"},
        {"clerk", "county", "zone"},
    ),
    "price index": (
        "/price-indices",
        {"division_code": TOWNSHIP, "kind": "rural_cpi", "year": 2021, "value": "101", "source_text": "示例"},
        {"county", "zone"},
    ),
    "statistic": (
        "/division-statistics",
        {"division_code": TOWNSHIP, "year": 2021, "households": 5, "source_text": "示例"},
        {"county", "zone"},
    ),
    "organisation": (
        "/organizations",
        {
            "division_code": VILLAGE,
            "kind": "cooperative",
            "name": "示范新合作社",
            "credit_code": COOPERATIVE_CODE,
        },
        {"cadre", "clerk", "county", "zone"},
    ),
    "crop": ("/crops", {"crop_code": "maize", "name": "玉米"}, {"admin"}),
    "labour day price": (
        "/labour-day-prices",
        {"year": 2023, "price": "101", "source_text": "示例"},
        {"admin"},
    ),
    "division": ("/divisions", {"division_code": "421303187237", "name": "示例新村"}, {"admin"}),
    "area": (
        "/areas",
        {
            "area_code": "Q2",
            "name": "示范二区",
            "valid_from": "2022-01-01",
            "divisions": [{"division_code": TOWNSHIP, "valid_from": "2022-01-01"}],
        },
        {"admin"},
    ),
}
"""Who writes what (domain.md 2), everybody in a place of its own."""


async def test_who_writes_what(stage: Stage) -> None:  # noqa: F811
    for who in EVERYBODY:
        async with stage.acting(who) as client:
            for address, body, allowed in WRITES.values():
                answer = await client.post(f"/api/v1{address}", json=body)
                expected = (201, 409) if who in allowed else (403,)
                assert answer.status_code in expected, (who, address, answer.text)


SHEETS = {
    "divisions": ("区划代码,名称\r\n421303187238,示例村\r\n", {"admin"}),
    "organizations": (
        f"区划代码,组织名称,类型\r\n{VILLAGE},示范合作社,cooperative\r\n",
        {"cadre", "clerk", "county", "zone"},
    ),
    "households": (f"村代码,户号,户主姓名\r\n{VILLAGE},N7,示例户七\r\n", {"cadre", "clerk"}),
    "memberships": ("村代码,户号\r\n", {"cadre", "clerk"}),
    "deliveries": ("村代码,合同号\r\n", {"cadre", "clerk"}),
    "reference-returns": ("区划代码,作物\r\n", {"county", "zone"}),
    "market-prices": (
        f"区划代码,产品,日期,价格,单位\r\n{TOWNSHIP},{DRIED},2022-09-02,8,kg\r\n",
        {"clerk", "county", "zone"},
    ),
}


async def test_who_imports_what(stage: Stage) -> None:  # noqa: F811
    headers = {"content-type": "text/csv"}
    for who in EVERYBODY:
        async with stage.acting(who) as client:
            for kind, (text, allowed) in SHEETS.items():
                address = f"/api/v1/imports/{kind}?dry_run=true"
                answer = await client.post(address, content=text.encode(), headers=headers)
                assert (answer.status_code == 403) == (who not in allowed), (who, kind, answer.text)


async def test_imports_are_seen_where_they_were_made(stage: Stage) -> None:  # noqa: F811
    text, _ = SHEETS["households"]
    async with stage.acting("cadre") as client:
        answer = await client.post(
            "/api/v1/imports/households", content=text.encode(), headers={"content-type": "text/csv"}
        )
        assert answer.status_code == 200, answer.text
        batch = answer.json()["import_batch_id"]
        assert [row["import_batch_id"] for row in (await client.get("/api/v1/imports")).json()["items"]] == [
            batch
        ]
    seen = {"neighbour": 404, "stranger": 404, "clerk": 200, "zone": 200, "auditor": 200}
    for who, status in seen.items():
        async with stage.acting(who) as client:
            assert (await client.get(f"/api/v1/imports/{batch}")).status_code == status
            assert len((await client.get("/api/v1/imports")).json()["items"]) == (status == 200)
            narrowed = await client.get(f"/api/v1/imports?division={VILLAGE}")
            assert narrowed.status_code == status


async def test_an_auditor_reads_and_changes_nothing(stage: Stage) -> None:  # noqa: F811
    line = stage.own
    async with stage.acting("auditor") as client:
        for address in (
            f"/contracts/{line.deal.contract}",
            f"/households/{line.household}",
            f"/gains/{line.gain_line}",
            f"/deliveries/{line.delivery}",
            "/api/v1/entries",
            "/api/v1/memberships",
        ):
            assert (await client.get(address)).status_code == 200, address
        for method, address in (
            ("POST", f"/api/v1/contracts/{line.deal.contract}/complete"),
            ("POST", f"/api/v1/deliveries/{line.delivery}/void"),
            ("PATCH", f"/api/v1/households/{line.household}"),
            ("POST", "/api/v1/entries"),
            ("POST", "/api/v1/imports/households"),
            ("POST", f"/deliveries/{line.delivery}"),
            ("POST", "/market-prices"),
        ):
            answer = await client.request(method, address, json={})
            assert answer.status_code == 403, address


async def test_an_administrator_sees_no_business(stage: Stage) -> None:  # noqa: F811
    line = stage.own
    async with stage.acting("admin") as client:
        for address in (
            "/households",
            "/contracts",
            f"/contracts/{line.deal.contract}",
            f"/households/{line.household}",
            f"/divisions/{TOWNSHIP}",
            "/api/v1/households",
            f"/api/v1/contracts/{line.deal.contract}",
            "/api/v1/deliveries",
            f"/api/v1/gains/{line.gain_line}",
            f"/api/v1/divisions/{TOWNSHIP}/summary?period=2022",
        ):
            assert (await client.get(address)).status_code == 403, address
        assert (await client.get("/api/v1/crops")).status_code == 200


async def test_what_rests_on_a_code_list_goes_stale_though_the_administrator_sees_none_of_it(
    stage: Stage,  # noqa: F811
) -> None:
    async with stage.acting("admin") as client:
        body = {"price": "120.00"}
        answer = await client.patch("/api/v1/labour-day-prices/2022", json=body, headers={"if-match": '"1"'})
        assert answer.status_code == 200, answer.text
    async with stage.world.reader() as work:
        stale = await work.conn.fetchval("select count(*) from gain_line where stale_since is not null")
        jobs = await work.conn.fetch("select distinct village_code, queued_by from job order by 1")
        assert stale == 3
        assert [row["village_code"] for row in jobs] == [SIBLING, VILLAGE]
        assert all(row["queued_by"].startswith("shifan.admin") for row in jobs)


async def test_a_county_keeps_rows_of_its_own_level_only(stage: Stage) -> None:  # noqa: F811
    async with stage.acting("county") as client:
        body = {"division_code": PROVINCE, "year": 2021, "households": 5, "source_text": "示例"}
        answer = await client.post("/api/v1/division-statistics", json=body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["code"] == "division.unknown"
