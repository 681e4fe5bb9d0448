"""Figures, overviews and lists of a place: to whoever sees all of it, and to nobody else by another name."""

from datetime import date

import httpx
import pytest

from tests.access.stage import AREA, PAGE, Stage, stage  # noqa: F401
from tests.factories import (
    COUNTY,
    CREATED,
    OTHER_TOWNSHIP,
    PREFECTURE,
    SIBLING,
    STRANGER,
    TOWNSHIP,
    VILLAGE,
    insert,
)

MISSING = "421303187999"
PLACES = (VILLAGE, SIBLING, TOWNSHIP, OTHER_TOWNSHIP, COUNTY, PREFECTURE, AREA)
SEEN = {
    "cadre": {VILLAGE},
    "neighbour": {SIBLING},
    "clerk": {VILLAGE, SIBLING, TOWNSHIP, AREA},
    "auditor": {VILLAGE, SIBLING, TOWNSHIP, AREA},
    "stranger": {STRANGER, OTHER_TOWNSHIP},
    "zone": {VILLAGE, SIBLING, TOWNSHIP, AREA},
    "county": {VILLAGE, SIBLING, TOWNSHIP, OTHER_TOWNSHIP, COUNTY, AREA},
}
"""The area holds the township and nothing else: whoever sees the one sees the other."""
ADDRESSES = (
    "/api/v1/divisions/{}/summary?period=2022",
    "/divisions/{}?period=2022",
    "/gains?division={}",
    "/api/v1/gains?division={}",
    "/households?division={}",
    "/api/v1/households?division={}",
    "/api/v1/memberships?division={}",
    "/contracts?division={}",
    "/api/v1/contracts?division={}",
    "/api/v1/frameworks?division={}",
    "/deliveries?division={}",
    "/api/v1/deliveries?division={}",
    "/api/v1/deliveries?division={}&format=csv",
    "/api/v1/entries?division={}",
    "/api/v1/cost-records?division={}",
    "/api/v1/own-sales?division={}",
)
DIVISIONS_ONLY = ("deliveries", "entries", "cost-records", "own-sales")


async def told(client: httpx.AsyncClient, address: str) -> tuple[int, str]:
    """Status and text, without what differs from request to request."""
    answer = await client.get(address)
    if answer.status_code == 404 and answer.headers["content-type"].startswith("application/problem+json"):
        said = {key: value for key, value in answer.json().items() if key not in ("trace_id", "instance")}
        return 404, str(sorted(said.items()))
    return answer.status_code, answer.text


@pytest.mark.parametrize("who", SEEN)
async def test_a_place_is_shown_whole_or_not_at_all(stage: Stage, who: str) -> None:  # noqa: F811
    async with stage.acting(who) as client:
        for address in ADDRESSES:
            missing, said = await told(client, address.format(MISSING))
            assert missing == 404, address
            for place in PLACES:
                if place == AREA and any(name in address for name in DIVISIONS_ONLY):
                    continue
                status, text = await told(client, address.format(place))
                assert status == (200 if place in SEEN[who] else 404), (address, place)
                if status == 404 and "/api/" in address:
                    assert text == said, (address, place)


async def test_a_cadre_does_not_get_its_village_as_the_township(stage: Stage) -> None:  # noqa: F811
    async with stage.acting("cadre") as client:
        own = (await client.get(f"/api/v1/divisions/{VILLAGE}/summary?period=2022")).json()
        assert own["indicators"]["households_linked"]["value"] is not None
        for place in (TOWNSHIP, COUNTY, AREA):
            answer = await client.get(f"/api/v1/divisions/{place}/summary?period=2022")
            assert answer.status_code == 404
            page = await client.get(f"/divisions/{place}", headers=PAGE)
            assert (page.status_code, "挑水河" in page.text.partition("<main")[2]) == (404, False)


async def test_the_zone_officer_sees_the_township_by_both_codes(stage: Stage) -> None:  # noqa: F811
    async with stage.acting("zone") as client:
        found = {}
        for place in (AREA, TOWNSHIP):
            answer = await client.get(f"/api/v1/divisions/{place}/summary?period=2022&by=village")
            assert answer.status_code == 200
            found[place] = answer.json()
            page = await client.get(f"/divisions/{place}?period=2022", headers=PAGE)
            assert page.status_code == 200
            assert f'href="/divisions/{SIBLING}?period=2022"' in page.text
        assert found[AREA]["indicators"] == found[TOWNSHIP]["indicators"]
        assert [row["key"] for row in found[AREA]["rows"]] == [SIBLING, VILLAGE]
        assert (await client.get(f"/divisions/{AREA}", headers=PAGE)).text.count("示范高新区") > 1


async def test_without_a_place_lists_show_ones_own(stage: Stage) -> None:  # noqa: F811
    titles = {
        "cadre": {"合同甲", "合同丙"},
        "neighbour": {"合同乙"},
        "stranger": set(),
        "zone": {"合同甲", "合同乙", "合同丙"},
    }
    for who, expected in titles.items():
        async with stage.acting(who) as client:
            found = (await client.get("/api/v1/contracts")).json()["items"]
            assert {row["title"] for row in found} == expected
            lines = (await client.get("/api/v1/gains")).json()["items"]
            assert len(lines) == len(expected)
            page = await client.get("/gains", headers=PAGE)
            assert page.status_code == 200
            assert page.text.count('<a href="/contracts/') >= len(expected)


@pytest.mark.parametrize(("from_day", "contracts"), [(date(2022, 6, 1), 3), (date(2030, 1, 1), 2)])
async def test_a_village_that_takes_over_another(
    stage: Stage,  # noqa: F811
    from_day: date,
    contracts: int,
) -> None:
    async with stage.world.writer() as work:
        pair = {"division_code": SIBLING, "successor_code": VILLAGE, "effective_on": from_day}
        await insert(work, "division_successor", **CREATED | pair)
    async with stage.acting("cadre") as client:
        assert (await client.get(f"/divisions/{VILLAGE}?period=2022", headers=PAGE)).status_code == 200
        found = await client.get(f"/api/v1/contracts?division={VILLAGE}")
        assert len(found.json()["items"]) == contracts
        old = await client.get(f"/api/v1/contracts?division={SIBLING}")
        assert old.status_code == (200 if contracts == 3 else 404)


async def test_crumbs_do_not_lead_out_of_the_scope(stage: Stage) -> None:  # noqa: F811
    async with stage.acting("cadre") as client:
        page = (await client.get(f"/divisions/{VILLAGE}", headers=PAGE)).text
        crumbs = page.partition('aria-label="所在位置"')[2].partition("</nav>")[0]
        assert "淅河镇" in crumbs
        assert f"/divisions/{TOWNSHIP}" not in page
        for address in ("/households", "/contracts"):
            assert f'value="{TOWNSHIP}"' not in (await client.get(address, headers=PAGE)).text
    async with stage.acting("clerk") as client:
        page = (await client.get(f"/divisions/{VILLAGE}", headers=PAGE)).text
        assert f'href="/divisions/{TOWNSHIP}"' in page
        for address in ("/households", "/contracts"):
            assert f'value="{TOWNSHIP}"' in (await client.get(address, headers=PAGE)).text


async def test_registers_are_public(stage: Stage) -> None:  # noqa: F811
    async with stage.acting("stranger") as client:
        for address in (
            f"/api/v1/divisions?division={TOWNSHIP}",
            f"/api/v1/divisions/{VILLAGE}",
            f"/api/v1/areas/{AREA}",
            f"/api/v1/organizations?division={COUNTY}",
            f"/api/v1/market-prices?division={TOWNSHIP}",
            f"/api/v1/seasons?division={COUNTY}",
            f"/api/v1/reference-returns?division={PREFECTURE}",
        ):
            assert (await client.get(address)).status_code == 200, address
