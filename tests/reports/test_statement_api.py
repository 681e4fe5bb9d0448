"""The household statement as JSON: the figures and sentences of the printed page, in few messages."""

from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from registry.kernel.work import Work
from tests import deals, factories
from tests.conftest import World
from tests.factories import VILLAGE
from tests.gains.village import Village, first_case, settle
from tests.messages import asking, logged
from tests.serving import providers_on, serving

BOUND = 6


@pytest.fixture
async def village(work: Work) -> Village:
    return await first_case(work)


async def got(work: Work, address: str) -> Any:
    async with serving(providers=providers_on(work)) as client:
        answer = await client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.json() if address.startswith("/api/") else unescape(answer.text)


async def test_the_first_case_with_figures_and_sentences(work: Work, village: Village) -> None:
    """gains.md 10, with 20 own days at 95.30."""
    await settle(work, village)
    found = await got(work, f"/api/v1/households/{village.household}/statement")
    assert (found["household_id"], found["year"], found["years"]) == (str(village.household), 2022, [2022])
    assert (found["village_code"], found["village_name"]) == (VILLAGE, "挑水河村委会")
    assert (found["as_of"], found["total"], found["total_gain"]) == ("2023-01-16", None, None)
    (block,) = found["blocks"]
    figures = ("area_mu", "delivered_kg", "receipts", "cash_gain", "cash_gain_per_mu", "labour_adjusted_gain")
    assert [block[name] for name in figures] == [
        "1.00",
        "1500.00",
        "6000.00",
        "2991.64",
        "2991.64",
        "1409.17",
    ]
    assert (block["paid_gain"], block["provisional"], block["payer_name"]) == (
        None,
        False,
        "示范品源现代农业",
    )
    assert [item["title"] for item in block["items"]] == [
        "一、卖了多少",
        "二、花了多少",
        "三、如果不参加合同",
        "四、多挣了多少",
        "五、要是把自家的工也算上",
        "六、钱给了没有",
    ]
    assert (block["items"][3]["text"], block["items"][3]["tone"]) == (
        "6,000.00 − 2,200.00 − 808.36 = +2,991.64 元，多挣 2,991.64 元。",
        "more",
    )
    assert block["tickets"] == [
        {
            "delivery_id": str(village.delivery),
            "day": "2022-08-20",
            "ticket_number": None,
            "kg": "1500.00",
            "unit_price": "4.0000",
            "amount": "6000.00",
        }
    ]


async def test_the_page_prints_every_sentence_of_the_answer(work: Work, village: Village) -> None:
    second = await deals.deal(work, village.world)
    land = await factories.land_use(work, village.household, village.world.season)
    await deals.participant(work, second, village.household, land_use_id=land)
    await deals.delivery(work, second, village.household)
    await settle(work, village)
    address = f"/households/{village.household}/statement?year=2022"
    found, page = await got(work, f"/api/v1{address}"), await got(work, address)
    first, other = found["blocks"]
    assert found["total"] in page
    assert found["total"].startswith("2022 年几项合计：多挣 ")
    assert found["total_gain"] == "5983.28"
    for block in (first, other):
        texts = [block["opening"], *block["reasons"], *(item["text"] for item in block["items"])]
        assert [text for text in texts if text not in page] == []


async def test_an_incomplete_line_names_what_is_missing(work: Work, village: Village) -> None:
    await work.conn.execute(
        "update delivery_price set unit_price = null, amount = null, missing = 'market_price'"
    )
    await settle(work, village)
    (block,) = (await got(work, f"/api/v1/households/{village.household}/statement?year=2022"))["blocks"]
    assert [block[name] for name in ("receipts", "cash_gain", "labour_adjusted_gain")] == [None, None, None]
    assert "缺当日市场价" in "".join(item["text"] for item in block["items"])


async def test_a_year_without_lines_and_an_unknown_household_are_not_found(
    work: Work, village: Village
) -> None:
    await settle(work, village)
    async with serving(providers=providers_on(work)) as client:
        for address, status in (
            (f"{village.household}/statement?year=2021", 404),
            (f"{uuid4()}/statement", 404),
            (f"{village.household}/statement?year=22", 422),
        ):
            answer = await client.get(f"/api/v1/households/{address}")
            assert answer.status_code == status, answer.text


async def test_messages_of_the_answer_and_of_both_pages(
    committed_db: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with committed_db.writer() as work:
        village = await first_case(work)
        work.touch(factories.COUNTY_CODE, village.household, 2022)
    address = f"/households/{village.household}/statement?year=2022"
    with logged(monkeypatch) as seen:
        async with asking(committed_db, "clerk", VILLAGE) as client:
            for wanted in (f"/api/v1{address}", address, f"/households/{village.household}?year=2022"):
                await client.get(wanted)  # prepares the statements
                seen.clear()
                answer = await client.get(wanted)
                assert answer.status_code == 200, answer.text
                assert len(seen) <= BOUND, seen
