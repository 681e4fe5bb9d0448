"""The weigh ticket on paper: three copies with the figures of the ticket; none of a voided one."""

from datetime import date

import httpx

from registry.kernel.work import Work
from tests import deals, factories
from tests.contracts.browse import visit
from tests.serving import NOW


async def test_three_copies_with_the_figures_of_the_ticket(work: Work, client: httpx.AsyncClient) -> None:
    deal = await deals.deal(work, await factories.world(work))
    household = await factories.household(work)
    await deals.participant(work, deal, household)
    ticket = {"day": date(2022, 9, 12), "gross": "1510.00", "tare": "10.00", "ticket_number": "A-17"}
    key = await deals.delivery(work, deal, household, net_kg="1500.00", unit_price="4.0000", **ticket)
    assert f'href="/deliveries/{key}/print"' in (await visit(client, f"/deliveries/{key}")).text
    page = await visit(client, f"/deliveries/{key}/print")
    for copy in ("农户联", "收购联", "村集体存根"):
        assert page.plain.count(copy) == 1
    for text in ("票号 A-17", "1,510.00", "1,500.00 公斤", "4.00 元/公斤", "6,000.00 元", "人民币陆仟元整"):
        assert page.plain.count(text) == 3, text


async def test_a_voided_ticket_is_not_printed(work: Work, client: httpx.AsyncClient) -> None:
    deal = await deals.deal(work, await factories.world(work))
    household = await factories.household(work)
    await deals.participant(work, deal, household)
    key = await deals.delivery(work, deal, household)
    await work.conn.execute(
        "update delivery set voided_at = $1, voided_by = 'x', void_reason = '重复' where delivery_id = $2",
        NOW,
        key,
    )
    assert "/print" not in (await visit(client, f"/deliveries/{key}")).text
    page = await visit(client, f"/deliveries/{key}/print")
    assert page.status == 404
    assert "已经作废" in page.plain
