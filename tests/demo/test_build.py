"""The built demo: determinism, the first case through the API, the township's summary, healthy rows."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from registry.demo.build import BUILDER, OtherData, build
from registry.demo.places import TIAOSHUIHE, TOWNSHIP, villages
from registry.fulfilment import service as fulfilment
from registry.kernel.db import checks
from registry.kernel.db.transactions import Database
from registry.kernel.work import Act
from registry.settings import Settings
from tests import factories
from tests.demo.building import BUILT, with_base_data
from tests.servers import Server

SUMS = """
    select village_code, year, product_code, state, count(*) as lines, sum(receipts) as receipts,
      sum(cash_gain) as gain, sum(labour_adjusted_gain) as adjusted, sum(promised) as promised,
      sum(delivered_kg) as delivered
    from gain_line where superseded_at is null
    group by village_code, year, product_code, state order by village_code, year, product_code, state
"""

INTERRUPTED = """
    delete from division_statistic where households is not null;
    delete from planted_area;
    delete from gain_part where gain_line_id in (select gain_line_id from gain_line where year = 2023);
    delete from gain_line where year = 2023;
"""


async def sums(settings: Settings) -> list[dict[str, Any]]:
    database = await Database.open(settings)
    try:
        async with database.reader(BUILDER, Act(actor=BUILDER.actor, now=BUILT)) as work:
            return [dict(row) for row in await work.conn.fetch(SUMS)]
    finally:
        await database.close()


async def household(client: httpx.AsyncClient, number: str) -> dict[str, Any]:
    answer = await client.get("/api/v1/households", params={"division": TIAOSHUIHE, "q": number})
    found: list[dict[str, Any]] = answer.json()["items"]
    return next(item for item in found if item["number"] == number)


async def first_line(client: httpx.AsyncClient) -> dict[str, Any]:
    home = await household(client, "03-017")
    assert (home["head_name"], home["group_name"]) == ("示例户 零三零一七", "三组")
    params = {"household": home["household_id"], "period": "2022"}
    items: list[dict[str, Any]] = (await client.get("/api/v1/gains", params=params)).json()["items"]
    assert len(items) == 1
    return items[0]


async def test_the_first_case(demo_client: httpx.AsyncClient) -> None:
    line = await first_line(demo_client)
    assert (line["area_mu"], line["delivered_kg"]) == ("1.00", "1500.00")
    assert (line["receipts"], line["promised"]) == ("6000.00", "2991.64")
    assert (line["cash_gain"], line["labour_adjusted_gain"]) == ("2991.64", "1409.17")
    by_part: dict[str, Decimal] = {}
    for part in line["parts"]:
        by_part[part["part"]] = by_part.get(part["part"], Decimal(0)) + Decimal(part["amount"])
    assert by_part["delivery"] == Decimal("6000.00")
    assert by_part["cost_materials_services"] + by_part["cost_hired_labour"] == Decimal("-2200.00")
    assert by_part["forgone"] == Decimal("-808.36")


async def test_the_first_case_is_explained_down_to_its_tickets(demo_client: httpx.AsyncClient) -> None:
    line = await first_line(demo_client)
    tree = (await demo_client.get(f"/api/v1/gains/{line['gain_line_id']}/explain")).json()
    assert tree["cash_gain"]["value"] == "2991.64"
    assert tree["labour_adjusted_gain"]["value"] == "1409.17"
    tickets = [part for part in tree["cash_gain"]["children"] if part["rule"] == "sales.delivery"]
    assert [ticket["value"] for ticket in tickets] == ["2400.00", "2000.00", "1600.00"]
    hrefs = [leaf["href"] for ticket in tickets for leaf in ticket["children"] if leaf["href"]]
    for href in hrefs:
        delivery = (await demo_client.get(href)).json()
        assert [row["unit_price"] for row in delivery["prices"]] == ["4.2000", "4.0000"]
    assert len(hrefs) == 3


async def test_the_township_of_2022(demo_client: httpx.AsyncClient) -> None:
    url = f"/api/v1/divisions/{TOWNSHIP}/summary"
    answer = (await demo_client.get(url, params={"period": "2022", "by": "village"})).json()
    found, counts = answer["indicators"], answer["counts"]
    assert 1800 <= found["households_linked"]["value"] <= 2000
    assert found["participations"]["value"] > found["households_linked"]["value"]
    assert Decimal("2000") < Decimal(found["gain_per_household"]["value"]) < Decimal("3000")
    assert 20 <= found["households_losing"]["value"] <= 80
    assert 20 <= counts["incomplete"] <= 80
    assert counts["provisional"] == counts["stale"] == 0
    assert Decimal(found["gain_p10"]["value"]) < Decimal(found["gain_p50"]["value"])
    assert 50 < Decimal(found["order_coverage"]["value"]) < 100
    assert [row["key"] for row in answer["rows"]] == [village.code for village in villages()]
    assert all(row["indicators"]["households_linked"]["value"] for row in answer["rows"])


async def test_the_annexes_link_before_anything_is_weighed(demo_client: httpx.AsyncClient) -> None:
    """The contracts of 2022 run from its first quarter on; each household's season ends later."""
    url = f"/api/v1/divisions/{TOWNSHIP}/summary"
    quarters = [
        (await demo_client.get(url, params={"period": f"2022{quarter}"})).json()["indicators"]
        for quarter in ("Q1", "Q2", "Q3", "Q4")
    ]
    year = (await demo_client.get(url, params={"period": "2022"})).json()["indicators"]
    assert [one["households_linked"]["value"] for one in quarters[:2]] == [1879, 1879]
    assert quarters[0]["gain_per_household"]["n"] == 0
    assert quarters[0]["annex_area"]["value"] == year["annex_area"]["value"]


async def test_other_rows_and_years_are_there(demo_client: httpx.AsyncClient) -> None:
    url = f"/api/v1/divisions/{TOWNSHIP}/summary"
    for by in ("organization", "product", "tag"):
        rows = (await demo_client.get(url, params={"period": "2023", "by": by})).json()["rows"]
        assert len(rows) >= 4, by
    found = (await demo_client.get(f"/api/v1/contracts?division={TIAOSHUIHE}")).json()["items"]
    assert {row["status"] for row in found} == {"completed", "draft"}
    assert max(row["participants"] for row in found) == 120


async def test_nothing_is_broken(demo: Settings) -> None:
    database = await Database.open(demo)
    try:
        async with database.reader(BUILDER, Act(actor=BUILDER.actor, now=BUILT)) as work:
            assert await checks.run(work) == []
    finally:
        await database.close()


async def test_prices_are_what_repricing_would_make_them(demo: Settings) -> None:
    act = Act(actor="demo", now=BUILT, source="system")
    database = await Database.open(demo)
    try:
        async with database.writer(BUILDER, Act(actor=BUILDER.actor, now=BUILT)) as work:
            changed = [
                await fulfilment.reprice(work.acting(act), village.code) for village in villages()[::4]
            ]
    finally:
        await database.close()
    assert set(changed) == {0}


async def test_built_twice_alike_and_finished_when_interrupted(
    server: Server, demo: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second time with every sixth village only, which changes nothing in these; then once more with the
    lines of a year gone and the figures that are written last."""
    some = villages()[5::6]  # the village of the first case among them
    codes = {village.code for village in some}
    monkeypatch.setattr("registry.demo.build.villages", lambda: some)
    first = [row for row in await sums(demo) if row["village_code"] in codes]
    assert {row["village_code"] for row in first} == codes
    async with with_base_data(server) as settings:
        await build(settings, BUILT)
        assert await sums(settings) == first
        name = urlsplit(str(settings.database_url)).path.removeprefix("/")
        superuser = await asyncpg.connect(server.url("postgres", name))
        await superuser.execute(INTERRUPTED)
        await superuser.close()
        await build(settings, BUILT)
        assert await sums(settings) == first
        await build(settings, BUILT)
        assert await sums(settings) == first


async def test_a_folder_with_other_households_is_refused(server: Server) -> None:
    async with with_base_data(server) as settings:
        database = await Database.open(settings)
        async with database.writer(BUILDER, Act(actor=BUILDER.actor, now=BUILT)) as work:
            await factories.household(work)
        await database.close()
        with pytest.raises(OtherData):
            await build(settings, BUILT)


UNSHARED = """
    select count(*) from party as p join contract as k using (county_code, contract_id)
    left join partner_contract as s using (organization_id, contract_id)
    where p.organization_id is not null and (k.signed_on is null) <> (s.contract_id is null)
"""


async def test_signed_contracts_are_shared_and_nobody_is_named_for_what_a_program_made(
    demo: Settings,
) -> None:
    database = await Database.open(demo)
    try:
        async with database.reader(BUILDER, Act(actor=BUILDER.actor, now=BUILT)) as work:
            assert await work.conn.fetchval(UNSHARED) == 0
            assert await work.conn.fetchval("select count(*) from partner_contract") > 100
            assert await work.conn.fetchval("select count(*) from audit_event where actor = 'demo'") == 0
    finally:
        await database.close()
