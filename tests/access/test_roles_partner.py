"""A partner reads its contracts and their deliveries wherever they are; of a household its signed name."""

import csv
import io
from typing import Any

import httpx
import pytest

from tests.access.stage import PAGE, Line, Stage, stage  # noqa: F401
from tests.factories import SIBLING, STRANGER, TOWNSHIP, VILLAGE

HIDDEN = ("户号", "小组", "户主", "7.77", "/households/", "/gains")
"""Of a household beyond its own contract: number, group, head, its days, where more is told."""
OFFERED = ("登记过磅单", "完成</a>", "/cancel", "/filing", "/edit/", "/divisions/", "和什么比", "还没有签订")
"""On the page of a contract for those who work on it."""


def plain(text: str) -> str:
    for word in HIDDEN:
        assert word not in text, word
    return text


async def items(client: httpx.AsyncClient, address: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/v1{address}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_it_begins_at_its_contracts(stage: Stage) -> None:  # noqa: F811
    async with stage.acting("partner") as client:
        answer = await client.get("/", headers=PAGE)
        assert (answer.status_code, answer.headers["location"]) == (303, "/contracts")
        page = (await client.get("/contracts", headers=PAGE)).text
        menu = page.partition('aria-label="主菜单"')[2].partition("</nav>")[0]
        assert [part.partition('"')[0] for part in menu.split('href="')[1:]] == [
            "/contracts",
            "/deliveries",
            "/market-prices",
        ]
        assert "登记合同" not in page
        assert stage.own.title in page
        assert stage.sibling.title in page
        assert stage.other.title not in plain(page)


async def test_its_contracts_in_several_villages_and_no_other(stage: Stage) -> None:  # noqa: F811
    async with stage.acting("partner") as client:
        found = await items(client, "/contracts")
        assert {row["title"] for row in found} == {stage.own.title, stage.sibling.title}
        assert {(row["households"], row["area_mu"], row["planned_kg"]) for row in found} == {
            (1, "1.00", "1200.00")
        }
        for village, line in ((VILLAGE, stage.own), (SIBLING, stage.sibling)):
            narrowed = await items(client, f"/contracts?division={village}")
            assert [row["title"] for row in narrowed] == [line.title]
            page = (await client.get(f"/contracts?division={village}", headers=PAGE)).text
            assert f"/contracts/{line.deal.contract}" in page
        assert len(await items(client, f"/contracts?division={TOWNSHIP}")) == 2
        assert await items(client, f"/contracts?division={STRANGER}") == []
    async with stage.acting("competitor") as client:
        assert [row["title"] for row in await items(client, "/contracts")] == [stage.other.title]


@pytest.mark.parametrize("which", ["own", "sibling"])
async def test_a_contract_with_its_annex(stage: Stage, which: str) -> None:  # noqa: F811
    line: Line = getattr(stage, which)
    here = f"/contracts/{line.deal.contract}"
    async with stage.acting("partner") as client:
        whole = (await client.get(f"/api/v1{here}")).json()
        assert [party["role"] for party in whole["parties"]] == ["buyer"]
        (component,) = whole["components"]
        assert component["sentence"] == "固定价每公斤 6.00 元"
        assert component["annex"]["area_mu"] == "1.00"
        (row,) = await items(client, f"{here}/participants")
        assert (row["signed_name"], row["area_mu"], row["planned_kg"]) == (line.signed, "1.00", "1200.00")
        unknown = ("household_number", "group_name", "head_name", "method", "base_year", "own_days")
        assert {row[name] for name in unknown} == {None}
        assert row["land_uses"] == []
        one = (await client.get(f"/api/v1{here}/participants/{line.participant}")).json()
        assert one == row
        assert (await client.get(f"/api/v1{here}/amendments")).json()["items"] == []
        table = await client.get(f"/api/v1{here}/participants?format=csv")
        (told,) = csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))
        assert (told["签约姓名"], told["户号"], told["自家用工（天）"]) == (line.signed, "", "")


@pytest.mark.parametrize("which", ["own", "sibling"])
async def test_the_page_of_a_contract(stage: Stage, which: str) -> None:  # noqa: F811
    line: Line = getattr(stage, which)
    async with stage.acting("partner") as client:
        answer = await client.get(f"/contracts/{line.deal.contract}", headers=PAGE)
        assert answer.status_code == 200, answer.text
        page = plain(answer.text)
        for told in (line.signed, "1,200.00", "1,000.00", "6,000.00", "固定价每公斤 6.00 元"):
            assert told in page
        for offered in OFFERED:
            assert offered not in page, offered


async def test_deliveries_with_weights_prices_and_names(stage: Stage) -> None:  # noqa: F811
    async with stage.acting("partner") as client:
        found = await items(client, "/deliveries")
        assert {row["household_name"] for row in found} == {stage.own.signed, stage.sibling.signed}
        assert [row["household_name"] for row in await items(client, f"/deliveries?division={SIBLING}")] == [
            stage.sibling.signed
        ]
        assert await items(client, f"/deliveries?contract={stage.other.deal.contract}") == []
        one = (await client.get(f"/api/v1/deliveries/{stage.own.delivery}")).json()
        assert (one["net_kg"], one["prices"][0]["amount"], one["findings"]) == ("1000.00", "6000.00", [])
        table = await client.get("/api/v1/deliveries?format=csv")
        names = {row["农户"] for row in csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))}
        assert names == {stage.own.signed, stage.sibling.signed}
        page = plain((await client.get("/deliveries?totals=true", headers=PAGE)).text)
        assert "共 2 张有效" in page
        assert "12,000.00" in page
        ticket = plain((await client.get(f"/deliveries/{stage.sibling.delivery}", headers=PAGE)).text)
        assert stage.sibling.signed in ticket
        assert "作废" not in ticket


async def test_a_truck_for_several_is_shown_by_signed_names(stage: Stage) -> None:  # noqa: F811
    line = stage.own
    async with stage.world.writer() as work:
        await work.conn.execute(
            "update delivery set household_id = null, organization_id = $2 where delivery_id = $1",
            line.delivery,
            stage.enterprise,
        )
        await work.conn.execute(
            """insert into allocation (county_code, allocation_id, village_code, contract_id, delivery_id,
            household_id, declared_kg, net_kg, amount, created_at, created_by)
            select county_code, gen_random_uuid(), village_code, contract_id, delivery_id, $2, 1000, 1000,
            6000, created_at, created_by from delivery where delivery_id = $1""",
            line.delivery,
            line.household,
        )
    async with stage.acting("partner") as client:
        one = (await client.get(f"/api/v1/deliveries/{line.delivery}")).json()
        assert [share["household_name"] for share in one["allocations"]] == [line.signed]
        page = plain((await client.get(f"/deliveries/{line.delivery}", headers=PAGE)).text)
        assert line.signed in page


async def test_another_firms_contract_is_none(stage: Stage) -> None:  # noqa: F811
    other = stage.other
    async with stage.acting("partner") as client:
        for address in (
            f"/api/v1/contracts/{other.deal.contract}",
            f"/api/v1/contracts/{other.deal.contract}/participants",
            f"/api/v1/deliveries/{other.delivery}",
            f"/contracts/{other.deal.contract}",
            f"/deliveries/{other.delivery}",
        ):
            assert (await client.get(address)).status_code == 404, address


async def test_the_rest_is_not_its_business(stage: Stage) -> None:  # noqa: F811
    line = stage.own
    async with stage.acting("partner") as client:
        for address in (
            "/households",
            "/gains",
            f"/households/{line.household}",
            f"/households/{line.household}/statement",
            f"/api/v1/households/{line.household}/statement",
            f"/gains/{line.gain_line}",
            f"/divisions/{VILLAGE}",
            f"/contracts/{line.deal.contract}/edit/check",
            f"/contracts/{line.deal.contract}/deliveries/new",
            f"/api/v1/households/{line.household}",
            f"/api/v1/divisions/{VILLAGE}/summary?period=2022",
            "/api/v1/entries",
            "/api/v1/cost-records",
            "/api/v1/own-sales",
            "/api/v1/memberships",
            "/api/v1/imports",
        ):
            assert (await client.get(address)).status_code == 403, address
        for address in (
            "/api/v1/contracts",
            f"/api/v1/contracts/{line.deal.contract}/complete",
            f"/api/v1/deliveries/{line.delivery}/void",
            "/api/v1/market-prices",
            "/api/v1/organizations",
            "/api/v1/frameworks",
            "/api/v1/imports/deliveries",
        ):
            assert (await client.post(address, json={})).status_code == 403, address


async def test_what_is_public_it_reads_like_everybody(stage: Stage) -> None:  # noqa: F811
    async with stage.acting("partner") as client:
        for address in ("/divisions", "/areas", "/organizations", "/market-prices", "/seasons", "/products"):
            assert await items(client, address) is not None
        page = (await client.get("/market-prices", headers=PAGE)).text
        assert "淅河镇" in page
        for offered in ("登记一个市场价", "改价格"):
            assert offered not in page
