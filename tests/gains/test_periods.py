"""What is kept of a household's year, quarter and month is what its lines come to, whatever was written."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import asyncpg
import httpx
import pytest
from msgspec.structs import replace

from registry.gains import queries
from registry.kernel.db import checks, migrate
from registry.kernel.text.periods import containing
from registry.kernel.work import Work
from tests.conftest import World
from tests.exchange.known import imported, roster
from tests.factories import VILLAGE
from tests.fulfilment.village import post
from tests.gains.village import Village, first_case, settle

CHECK = "household_periods_hold_the_lines"
Write: TypeAlias = Callable[[Work, httpx.AsyncClient, Village], Awaitable[None]]


async def wrong(work: Work) -> Sequence[dict[str, Any]]:
    """Households and periods of which something else is kept than their lines say."""
    return [row for found in await checks.run(work) if found.name == CHECK for row in found.rows]


async def kept(work: Work) -> list[dict[str, Any]]:
    return [dict(row) for row in await work.conn.fetch("select * from household_period order by period")]


def of(village: Village, **fields: Any) -> dict[str, Any]:
    """A fact of the household under its contract."""
    keys = {"contract_id": str(village.deal.contract), "household_id": str(village.household)}
    return keys | {"day": "2022-08-21"} | fields


async def ticket(work: Work, client: httpx.AsyncClient, village: Village) -> None:
    body = of(village, unit="kg", gross="110.00", tare="10.00")
    answer = await post(client, "/api/v1/deliveries", body)
    reasons = [
        {"code": one["code"], "pointer": one["pointer"], "reason": "示例"}
        for one in answer.json().get("warnings", ())
    ]
    if reasons:
        answer = await post(client, "/api/v1/deliveries", body | {"overrides": reasons})
    assert answer.status_code == 201, answer.text


async def voided_ticket(work: Work, client: httpx.AsyncClient, village: Village) -> None:
    answer = await post(client, f"/api/v1/deliveries/{village.delivery}/void", {"reason": "录错了"})
    assert answer.status_code == 200, answer.text


async def entry(work: Work, client: httpx.AsyncClient, village: Village) -> None:
    answer = await post(client, "/api/v1/entries", of(village, kind="fee", amount="30.00"))
    assert answer.status_code == 201, answer.text


async def completion(work: Work, client: httpx.AsyncClient, village: Village) -> None:
    body = of(village, season_id=str(village.deal.season), cost_class="hired_labour")
    del body["day"]
    answer = await post(client, "/api/v1/cost-completions", body)
    assert answer.status_code == 200, answer.text


async def cost(work: Work, client: httpx.AsyncClient, village: Village) -> None:
    body = of(village, cost_class="hired_labour", item="采摘雇工", amount="150.00")
    answer = await post(client, "/api/v1/cost-records", body)
    assert answer.status_code == 201, answer.text


async def own_sale(work: Work, client: httpx.AsyncClient, village: Village) -> None:
    answer = await post(client, "/api/v1/own-sales", of(village, net_kg="30.00", amount="120.00"))
    assert answer.status_code == 201, answer.text


async def headcount(work: Work, client: httpx.AsyncClient, village: Village) -> None:
    path = f"/api/v1/households/{village.household}/headcounts"
    answer = await post(client, path, {"counted_on": "2022-11-30", "registered": 5, "resident": 4})
    assert answer.status_code == 201, answer.text


async def counted_roster(work: Work, client: httpx.AsyncClient, village: Village) -> None:
    await work.conn.execute("update person set name = '示例户甲'")
    number = await work.conn.fetchval("select number from household")
    file = roster(f"{VILLAGE},{number},示例户甲,1,2022.6.1", header="村代码,户号,户主姓名,常住人口,统计日期")
    assert (await imported(client, "households", file))[1] == [0, 1, 0, 0]


async def land_use(work: Work, client: httpx.AsyncClient, village: Village) -> None:
    land = await work.conn.fetchval("select land_use_id from land_use")
    answer = await client.patch(
        f"/api/v1/land-uses/{land}", json={"displaced_crops": []}, headers={"if-match": '"1"'}
    )
    assert answer.status_code == 200, answer.text


WRITES: Sequence[Write] = (
    ticket,
    voided_ticket,
    entry,
    completion,
    cost,
    own_sale,
    headcount,
    counted_roster,
    land_use,
)


async def before(work: Work, client: httpx.AsyncClient, village: Village, write: Write) -> None:
    """The lines as they stand; a cost record counts once its class is complete."""
    await settle(work, village)
    if write is cost:
        await completion(work, client, village)


@pytest.mark.parametrize("write", WRITES)
async def test_every_fact_reaches_the_periods(
    work: Work, client: httpx.AsyncClient, village: Village, write: Write
) -> None:
    await before(work, client, village, write)
    old = await kept(work)
    await write(work, client, village)
    assert await kept(work) != old
    assert await wrong(work) == []


@pytest.mark.parametrize("write", WRITES)
async def test_a_fact_that_did_not_would_be_noticed(
    work: Work, client: httpx.AsyncClient, village: Village, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    await before(work, client, village, write)
    replace_lines = queries.replace_lines

    async def forgetful(work: Work, county: str, now: datetime, change: queries.Replacement) -> int:
        return await replace_lines(work, county, now, replace(change, periods=[], gone=[]))

    monkeypatch.setattr(queries, "replace_lines", forgetful)
    await write(work, client, village)
    assert await wrong(work) != []


async def test_the_first_case_by_year_quarter_and_month(work: Work, village: Village) -> None:
    await settle(work, village)
    found = await kept(work)
    assert [row["period"] for row in found] == ["2022", "2022-11", "2022Q4"]
    assert {row["cash_gain"] for row in found} == {Decimal("2991.64")}
    (row, *_) = found
    assert (row["complete"], row["incomplete"], row["residents"]) == (1, 0, None)
    assert row["recognised_from"] == row["recognised_to"] == date(2022, 11, 30)
    assert (row["mu_gain"], row["mu_area"], row["mu_lines"]) == (Decimal("2991.64"), Decimal("1.00"), 1)
    assert (row["delivered_kg"], row["planned_kg"], row["planned_lines"]) == (1500, 1600, 1)


async def test_a_period_without_a_line_goes(work: Work, village: Village) -> None:
    await settle(work, village)
    await work.conn.execute("update season set starts_on = '2022-12-01', ends_on = '2023-02-20', year = 2023")
    for year in (2022, 2023):
        await settle(work, village, year)
    assert [row["period"] for row in await kept(work)] == ["2023", "2023-02", "2023Q1"]
    await work.conn.execute("update contract set status = 'draft'")
    await settle(work, village, 2023)
    assert await kept(work) == await wrong(work) == []


async def test_the_migration_fills_the_table_from_the_lines(committed_db: World) -> None:
    async with committed_db.writer() as work:
        await settle(work, await first_case(work))
    (file,) = (one for one in migrate.files(migrate.default_folder()) if "household_period" in one.name)
    owner = await asyncpg.connect(committed_db.owner_url)
    try:
        async with owner.transaction():
            await owner.execute("drop view household_period_of_lines")
            await owner.execute("drop table household_period")
            await owner.execute(file.text)
    finally:
        await owner.close()
    async with committed_db.reader() as work:
        assert [row["period"] for row in await kept(work)] == ["2022", "2022-11", "2022Q4"]


def test_a_day_lies_in_a_year_a_quarter_and_a_month() -> None:
    found = [(one.text, one.first, one.last) for one in containing(date(2024, 2, 29))]
    assert found == [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ]
