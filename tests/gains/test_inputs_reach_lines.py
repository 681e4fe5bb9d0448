"""What is recorded of a household beside its deliveries reaches the lines and flags that rest on it."""

from datetime import date
from decimal import Decimal
from typing import Any

import httpx

from registry.kernel.work import Work
from tests import factories
from tests.exchange.known import imported, roster
from tests.factories import PROVINCE, VILLAGE
from tests.gains.village import Village, line, lines, settle
from tests.serving import providers_on, serving


async def send(work: Work, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
    headers = {"If-Match": '"1"'} if method == "PATCH" else {}
    async with serving(providers=providers_on(work)) as client:
        return await client.request(method, f"/api/v1/{path}", json=body, headers=headers)


async def test_an_income_recorded_later_flags_at_once(work: Work, village: Village) -> None:
    await settle(work, village)
    before = await line(work, village)
    assert (before.flags, before.baseline) == ((), "unknown")
    path = f"households/{village.household}/incomes"
    income = {"year": 2021, "amount": "5000", "source_text": "示例调查"}
    assert (await send(work, "POST", path, income)).status_code == 201
    flagged = await line(work, village)
    assert (flagged.flags, flagged.baseline) == (("above_baseline",), "recorded")
    assert (await send(work, "PATCH", f"{path}/2021", {"amount": "50000"})).status_code == 200
    assert (await line(work, village)).flags == ()


async def test_a_count_recorded_later_flags_at_once(work: Work, village: Village) -> None:
    income = {"division_code": PROVINCE, "year": 2021, "income_per_person": "4000.00", "source_text": "示例"}
    await factories.insert(work, "division_statistic", **income | factories.BORN)
    await settle(work, village)
    path = f"households/{village.household}/headcounts"
    count = {"counted_on": "2022-06-01", "registered": 1, "resident": 1}
    assert (await send(work, "POST", path, count)).status_code == 201
    flagged = await line(work, village)
    assert (flagged.flags, flagged.baseline) == (("above_baseline",), "average")


async def test_the_average_of_the_year_itself_does_not_count(work: Work, village: Village) -> None:
    """It is that of the year before, as a recorded income is (gains.md 11)."""
    income = {"division_code": PROVINCE, "year": 2022, "income_per_person": "4000.00", "source_text": "示例"}
    await factories.insert(work, "division_statistic", **income | factories.BORN)
    count = {"counted_on": "2022-06-01", "registered": 1, "resident": 1}
    assert (await send(work, "POST", f"households/{village.household}/headcounts", count)).status_code == 201
    await settle(work, village)
    assert (await line(work, village)).baseline == "unknown"


async def test_a_roster_with_a_count_flags_at_once(work: Work, village: Village) -> None:
    income = {"division_code": PROVINCE, "year": 2021, "income_per_person": "4000.00", "source_text": "示例"}
    await factories.insert(work, "division_statistic", **income | factories.BORN)
    await settle(work, village)
    await work.conn.execute("update person set name = '示例户甲'")
    number = await work.conn.fetchval("select number from household")
    file = roster(f"{VILLAGE},{number},示例户甲,1,2022.6.1", header="村代码,户号,户主姓名,常住人口,统计日期")
    async with serving(providers=providers_on(work)) as client:
        _, counts = await imported(client, "households", file)
    assert counts == [0, 1, 0, 0]
    assert (await line(work, village)).flags == ("above_baseline",)


async def test_land_of_a_season_that_ends_next_year_is_charged_anew(work: Work, village: Village) -> None:
    """A winter season runs over the new year; today is 16 January 2023, the season ends in 2024."""
    await work.conn.execute("update season set starts_on = '2022-12-01', ends_on = '2024-01-20', year = 2024")
    await settle(work, village, 2024)
    land = await work.conn.fetchval("select land_use_id from land_use")
    changed = await send(work, "PATCH", f"land-uses/{land}", {"displaced_crops": []})
    assert changed.status_code == 200, changed.text
    (found,) = await lines(work, village, 2024)
    assert [part.amount for part in found.parts if part.part == "forgone"] == [Decimal("0.00")]


async def test_own_history_reaches_a_season_that_ends_next_year(work: Work, village: Village) -> None:
    await work.conn.execute("update season set starts_on = '2022-12-01', ends_on = '2024-01-20', year = 2024")
    await work.conn.execute("update participant_version set method = 'own_history', base_year = 2021")
    await work.conn.execute("update reference_return set year = 2021 where crop_code = 'chili'")
    for year in (2022, 2023, 2024):
        index = {"division_code": PROVINCE, "kind": "rural_cpi", "year": year, "value": "100.0000"}
        await factories.insert(work, "price_index", **index | {"source_text": "示例"} | factories.BORN)
    await settle(work, village, 2024)
    history = {
        "crop_code": factories.RICE,
        "year": 2021,
        "area_mu": "1",
        "cash_income": "1000",
        "evidence": "示例账本",
    }
    path = f"households/{village.household}/own-history"
    assert (await send(work, "POST", path, history)).status_code == 201
    (found,) = await lines(work, village, 2024)
    assert found.recognised_on == date(2024, 1, 20)
    assert [part.amount for part in found.parts if part.part == "forgone"] == [Decimal("-1000.00")]
