"""Pages of records lead to what was done to them; a partner is shown no way it may not go."""

import re

import httpx
import pytest

from registry.kernel.work import Work
from tests import deals, factories
from tests.contracts.desk import Desk, colleague

LINK = re.compile(r'href="(/history/[^"]+)"')


@pytest.fixture
async def desk(work: Work, client: httpx.AsyncClient) -> Desk:
    return Desk(work=work, client=client, world=await factories.world(work))


async def pages(desk: Desk) -> dict[str, str]:
    """The page of a record, by the kind and id its history is found by."""
    deal = await deals.deal(desk.work, desk.world)
    home = await factories.household(desk.work)
    ticket = await deals.delivery(desk.work, deal, home)
    price = await factories.market_price(desk.work)
    return {
        f"household/{home}": f"/households/{home}",
        f"contract/{deal.contract}": f"/contracts/{deal.contract}",
        f"delivery/{ticket}": f"/deliveries/{ticket}",
        f"market_price/{price}": f"/market-prices/{price}/edit",
    }


async def links(desk: Desk, path: str) -> list[str]:
    answer = await desk.client.get(path)
    assert answer.status_code == 200, path
    return LINK.findall(answer.text)


async def test_each_page_leads_to_the_history_of_its_record(desk: Desk) -> None:
    for record, path in (await pages(desk)).items():
        assert await links(desk, path) == [f"/history/{record}"]
        assert (await desk.client.get(f"/history/{record}")).status_code == 200


async def test_the_history_says_who_did_what(desk: Desk) -> None:
    home = await factories.household(desk.work)
    body, guard = {"group_name": "三组"}, {"if-match": '"1"'}
    with colleague("shifan.chen"):
        await desk.client.patch(f"/api/v1/households/{home}", json=body, headers=guard)
    (link,) = await links(desk, f"/households/{home}")
    page = (await desk.client.get(link)).text
    assert "shifan.chen" in page
    assert "三组" in page


async def test_a_partner_sees_no_way_to_the_history(desk: Desk) -> None:
    found = await pages(desk)
    with colleague("shifan.partner", "partner"):
        for record, path in found.items():
            if record.startswith(("contract", "delivery")):
                assert await links(desk, path) == []
