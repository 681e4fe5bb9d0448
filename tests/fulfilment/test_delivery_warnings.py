"""What is unlikely about a ticket: yield, price, the same weights twice (domain.md 5)."""

from datetime import date

import httpx
import pytest

from registry.kernel.work import Work
from tests import deals, factories
from tests.fulfilment.village import (
    DELIVERIES,
    chain,
    clause,
    entered,
    fixed,
    market,
    post,
)


async def test_what_is_unlikely_needs_a_reason_that_is_kept(work: Work, client: httpx.AsyncClient) -> None:
    """2 mu at a reference of 300 kg: 1,021 kg is above 1.7 times, as if jin had been typed as kg."""
    known = await chain(work)
    await factories.reference_return(work, crop_code="chili", yield_kg="300.00", price_per_50kg="200.00")
    await entered(client, known.ticket(gross="1020", tare="0"))
    more = known.ticket(gross="1", tare="0")
    answer = await post(client, DELIVERIES, more)
    [warning] = answer.json()["warnings"]
    assert (answer.status_code, warning["code"], warning["pointer"]) == (
        422,
        "delivery.yield_unusual",
        "/gross",
    )
    assert await work.conn.fetchval("select count(*) from delivery") == 1
    reason = {"code": "delivery.yield_unusual", "pointer": "/gross", "reason": "今年确实丰收"}
    made = await entered(client, more | {"overrides": [reason]})
    assert [one["override_reason"] for one in made["findings"]] == ["今年确实丰收"]


async def test_too_little_is_unlikely_only_after_the_season(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    await factories.reference_return(work, crop_code="chili", yield_kg="300.00", price_per_50kg="200.00")
    await entered(client, known.ticket(gross="100", tare="0"))
    late = await post(client, DELIVERIES, known.ticket(gross="101", tare="0", day="2022-12-20"))
    assert [one["code"] for one in late.json()["warnings"]] == ["delivery.yield_unusual"]


@pytest.mark.parametrize(("price", "code"), [("2.3900", "delivery.price_unusual"), ("6.8000", None)])
async def test_a_price_far_from_the_reference_is_unlikely(
    work: Work, client: httpx.AsyncClient, price: str, code: str | None
) -> None:
    known = await chain(work, fixed(price))
    await factories.reference_return(work, crop_code="chili", yield_kg="300.00", price_per_50kg="200.00")
    answer = await post(client, DELIVERIES, known.ticket())
    assert [one["code"] for one in answer.json().get("warnings", [])] == ([code] if code else [])


async def test_the_contract_s_own_median_price_comes_before_the_reference(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work, clause(clause="market_plus", percent="0"))
    for day in range(1, 6):
        await deals.delivery(
            work,
            known.deal,
            known.households[1],
            day=date(2022, 8, day),
            unit_price="20.0000",
            amount="20000.00",
        )
    await factories.reference_return(work, crop_code="chili", yield_kg="9000.00", price_per_50kg="200.00")
    await market(work, "21.0000")
    await entered(client, known.ticket())
    await market(work, "4.0000", date(2022, 8, 21))
    answer = await post(client, DELIVERIES, known.ticket(day="2022-08-21"))
    assert [one["code"] for one in answer.json()["warnings"]] == ["delivery.price_unusual"]
    assert "中位数" in answer.json()["warnings"][0]["message"]


async def test_without_a_reference_five_lines_of_the_contract_say_what_is_usual(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work)
    for _ in range(5):
        household = await factories.household(work)
        await deals.participant(work, known.deal, household, area_mu="1.00")
        await deals.delivery(
            work, known.deal, household, net_kg="100.00", unit_price="4.0000", amount="400.00"
        )
    answer = await post(client, DELIVERIES, known.ticket(gross="350", tare="0"))
    assert [one["code"] for one in answer.json()["warnings"]] == ["delivery.yield_unusual"]


async def test_the_same_weights_on_the_same_day_are_perhaps_one_ticket(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work)
    await entered(client, known.ticket(ticket_number="A-1"))
    answer = await post(client, DELIVERIES, known.ticket(ticket_number="A-2"))
    [warning] = answer.json()["warnings"]
    assert (warning["code"], warning["pointer"]) == ("delivery.duplicate", "/gross")
    assert "A-1" in warning["message"]
    await entered(client, known.ticket(household_id=str(known.households[1])))


async def test_a_line_without_area_has_no_usual_yield(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    await factories.reference_return(work, crop_code="chili", yield_kg="1.00", price_per_50kg="200.00")
    other = await factories.household(work)
    await deals.participant(work, known.deal, other, area_mu=None)
    await entered(client, known.ticket(household_id=str(other)))
