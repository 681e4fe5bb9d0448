"""Entering, voiding and listing tickets through the API. What is refused is test_delivery_mistakes.py."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from registry.kernel.work import Work
from tests import factories
from tests.factories import DRIED, STRANGER
from tests.fulfilment.village import (
    DELIVERIES,
    chain,
    clause,
    entered,
    market,
    mistakes,
    post,
)


async def test_entering_and_voiding_touch_the_household_for_the_season_s_year(
    work: Work, client: httpx.AsyncClient, touched: list[tuple[UUID, int]]
) -> None:
    known = await chain(work)
    made = await entered(client, known.ticket())
    assert touched == [(known.households[0], 2022)]
    answer = await post(client, f"{DELIVERIES}/{made['delivery_id']}/void", {"reason": "录错了户"})
    assert answer.status_code == 200
    assert touched == [(known.households[0], 2022)] * 2


async def test_a_contract_need_not_be_filed(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    await work.conn.execute("update contract set filing_state = 'returned', filing_reason = '缺页'")
    await entered(client, known.ticket())


async def test_a_delivery_after_the_season_s_end_counts_in_it(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    made = await entered(client, known.ticket(day="2022-12-20"))
    assert made["season_id"] == str(known.deal.season)


async def test_a_ticket_number_is_unique_per_buyer_and_year(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    made = await entered(client, known.ticket(ticket_number="A-1"))
    same = await post(client, DELIVERIES, known.ticket(ticket_number="A-1"))
    assert (same.status_code, same.json()["code"]) == (409, "delivery.ticket_taken")
    again = await post(client, DELIVERIES, known.ticket(ticket_number="A-1", gross="130"))
    assert (again.status_code, again.json()["code"]) == (409, "delivery.ticket_taken")
    await post(client, f"{DELIVERIES}/{made['delivery_id']}/void", {"reason": "重量录错"})
    await entered(client, known.ticket(ticket_number="A-1", gross="130"))


async def test_a_voided_ticket_stays_visible_and_can_be_voided_once(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work)
    made = await entered(client, known.ticket())
    address = f"{DELIVERIES}/{made['delivery_id']}"
    assert mistakes(await post(client, f"{address}/void", {"reason": ""})) == {"/reason": "text.short"}
    voided = await post(client, f"{address}/void", {"reason": "重复录入"})
    assert voided.json()["void_reason"] == "重复录入"
    again = await post(client, f"{address}/void", {"reason": "重复录入"})
    assert (again.status_code, again.json()["code"]) == (409, "already_voided")
    assert (await client.get(address)).json()["voided_at"] is not None
    everything = (await client.get(DELIVERIES)).json()["items"]
    assert [row["delivery_id"] for row in everything] == [made["delivery_id"]]
    assert (await client.get(DELIVERIES, params={"voided": "false"})).json()["items"] == []


async def test_lists_filter_and_page(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    first, second, third = map(str, known.households)
    for day, household in ((1, first), (2, second), (3, third)):
        await entered(client, known.ticket(day=f"2022-08-0{day}", household_id=household))

    async def listed(**query: Any) -> list[str]:
        answer = await client.get(DELIVERIES, params=query)
        assert answer.status_code == 200, answer.text
        return [row["household_id"] for row in answer.json()["items"]]

    assert await listed() == [third, second, first]
    assert await listed(division="421303187000") == [third, second, first]
    assert await listed(division=STRANGER) == []
    assert await listed(household=second) == [second]
    assert await listed(contract=str(uuid4())) == []
    assert await listed(product=DRIED, season=str(known.deal.season), first_day="2022-08-02") == [
        third,
        second,
    ]
    assert await listed(last_day="2022-08-01") == [first]
    assert await listed(unpriced="true") == []
    assert await listed(updated_since="2023-01-17T00:00:00+08:00") == []
    page = await client.get(DELIVERIES, params={"limit": 2})
    rest = await client.get(DELIVERIES, params={"limit": 2, "cursor": page.json()["next_cursor"]})
    assert [row["household_id"] for row in rest.json()["items"]] == [first]
    assert rest.json()["next_cursor"] is None


async def test_a_household_s_list_holds_its_shares_of_trucks(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    shares = [{"household_id": str(one), "declared_kg": "50"} for one in known.households[:2]]
    truck = known.ticket(household_id=None, organization_id=str(known.world.collective), allocations=shares)
    made = await entered(client, truck)
    for household, count in zip(known.households, (1, 1, 0), strict=True):
        answer = await client.get(DELIVERIES, params={"household": str(household)})
        assert [row["delivery_id"] for row in answer.json()["items"]] == [made["delivery_id"]] * count


async def test_a_list_comes_as_csv_for_a_spreadsheet(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    await entered(client, known.ticket(ticket_number="=1+1"))
    answer = await client.get(DELIVERIES, params={"format": "csv"})
    heading, row = answer.content.decode().removeprefix("\ufeff").strip().split("\r\n")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "净重（公斤）" in heading
    assert "'=1+1" in row
    assert "400.00" in row


async def test_missing_and_unknown_tickets_are_not_found(work: Work, client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{DELIVERIES}/{uuid4()}")).status_code == 404
    assert (await post(client, f"{DELIVERIES}/{uuid4()}/void", {"reason": "录错了"})).status_code == 404


async def test_a_ticket_needs_an_idempotency_key_and_a_replay_books_once(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work)
    assert (await client.post(DELIVERIES, json=known.ticket())).status_code == 400
    first = await post(client, DELIVERIES, known.ticket(), key="k-1")
    again = await post(client, DELIVERIES, known.ticket(), key="k-1")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert await work.conn.fetchval("select count(*) from delivery") == 1


async def test_a_known_version_is_not_sent_again(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    made = await entered(client, known.ticket())
    answer = await client.get(f"{DELIVERIES}/{made['delivery_id']}", headers={"if-none-match": '"1"'})
    assert answer.status_code == 304


async def test_the_nearest_season_upward_counts(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    own = await factories.season(work, division_code=known.deal.village, name="本村秋季")
    made = await entered(client, known.ticket())
    assert made["season_id"] == str(own)
    chosen = await entered(client, known.ticket(season_id=str(known.deal.season), gross="120"))
    assert chosen["season_id"] == str(known.deal.season)


async def test_a_graded_fixed_price_compares_with_the_market_of_its_grade(
    work: Work, client: httpx.AsyncClient
) -> None:
    graded = {
        "clause": "graded",
        "base": {"clause": "fixed", "price": "4.0000"},
        "reference_grade": "first",
        "grades": [{"grade_code": "second", "price": "3.6000"}],
    }
    known = await chain(work, clause(**graded))
    await market(work, "3.8000", grade_code="first")
    await market(work, "3.5000", grade_code="second")
    plain = await entered(client, known.ticket())
    second = await entered(client, known.ticket(grade_code="second", gross="120"))
    found = [(one["prices"][0]["unit_price"], one["prices"][0]["market_price"]) for one in (plain, second)]
    assert found == [("4.0000", "3.8000"), ("3.6000", "3.5000")]
