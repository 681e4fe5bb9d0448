"""Seasons registered or moved after the contract was signed: the village's job brings the lines along."""

from datetime import date
from typing import Any
from uuid import uuid4

import httpx

from registry.gains import service
from registry.kernel import changes
from registry.kernel.changes import RECOMPUTE_JOB
from registry.kernel.work import Job, Work
from tests import deals, factories
from tests.factories import COUNTY, COUNTY_CODE, DRIED, RICE, VILLAGE
from tests.gains.village import Village, line, lines, settle
from tests.serving import providers_on, serving

SEASONS = "/api/v1/seasons"


async def send(work: Work, method: str, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
    async with serving(providers=providers_on(work)) as client:
        return await client.request(method, path, json=body, headers=headers)


async def do_job(work: Work) -> None:
    """Does the village's job, which must have been queued."""
    assert await work.conn.fetchval("select count(*) from job where village_code = $1", VILLAGE) == 1
    job = Job(
        job_id=uuid4(),
        kind=RECOMPUTE_JOB,
        county_code=COUNTY_CODE,
        village_code=VILLAGE,
        payload={},
        attempts=1,
    )
    await service.catch_up(work, job)
    await changes.settle(work)


async def test_a_season_registered_after_signing_makes_the_line(work: Work, village: Village) -> None:
    deal = await deals.deal(work, village.world)
    await work.conn.execute(
        "update contract set ends_on = '2024-12-31' where contract_id = $1", deal.contract
    )
    village.household = await factories.household(work)
    await deals.participant(work, deal, village.household, method="price_premium")
    await settle(work, village, 2024)
    assert await lines(work, village, 2024) == []
    season = {
        "division_code": COUNTY,
        "product_code": DRIED,
        "name": "2024 年秋季",
        "starts_on": "2024-04-01",
        "ends_on": "2024-11-30",
    }
    assert (await send(work, "POST", SEASONS, season)).status_code == 201
    await do_job(work)
    assert [one.missing for one in await lines(work, village, 2024)] == [("delivery",)]


async def test_without_any_season_the_line_is_incomplete_from_the_first_day(
    work: Work, village: Village
) -> None:
    """Until one is registered, which makes the line of that season instead (gains.md 11)."""
    deal = await deals.deal(work, village.world)
    await work.conn.execute(
        "update component set product_code = $1 where component_id = $2", RICE, deal.component
    )
    village.household = await factories.household(work)
    await deals.participant(work, deal, village.household, method="price_premium", planned_kg="900.00")
    await settle(work, village, 2022)
    (waiting,) = await lines(work, village, 2022)
    assert (waiting.state, waiting.missing, waiting.season_id) == ("incomplete", ("season",), None)
    assert (waiting.recognised_on, waiting.cash_gain) == (date(2022, 12, 31), None)
    season = {
        "division_code": COUNTY,
        "product_code": RICE,
        "name": "2022 年中稻",
        "starts_on": "2022-05-01",
        "ends_on": "2022-10-31",
    }
    assert (await send(work, "POST", SEASONS, season)).status_code == 201
    await do_job(work)
    (made,) = await lines(work, village, 2022)
    assert (made.missing, made.recognised_on) == (("delivery",), date(2022, 10, 31))


async def test_a_season_moved_to_another_year_takes_its_lines_along(work: Work, village: Village) -> None:
    await work.conn.execute("update season set ends_on = '2023-01-10', year = 2023")
    await settle(work, village, 2023)
    path = f"{SEASONS}/{village.world.season}"
    answer = await send(work, "PATCH", path, {"ends_on": "2022-11-30"}, **{"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    await do_job(work)
    found = await lines(work, village, None)
    assert [(one.year, one.recognised_on) for one in found] == [(2022, date(2022, 11, 30))]
    assert not found[0].stale


async def test_a_ticket_after_the_move_and_before_the_job_finds_the_line(
    work: Work, village: Village
) -> None:
    await work.conn.execute("update season set ends_on = '2023-01-10', year = 2023")
    await settle(work, village, 2023)
    await work.conn.execute("update season set ends_on = '2022-11-30', year = 2022")
    await settle(work, village, 2022)
    assert (await line(work, village)).year == 2022
    assert len(await lines(work, village, None)) == 1
