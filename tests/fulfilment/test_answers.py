"""The answer to an entry is made of what was written: it is what is read later, and costs few messages."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from registry.kernel.work import Work
from tests import factories
from tests.conftest import World
from tests.factories import DRIED, VILLAGE
from tests.fulfilment.village import DELIVERIES, Chain, chain, clause, entered, post
from tests.messages import asking, logged

TICKET_MESSAGES = 14
"""Of one weigh ticket of a crop whose usual yield is known, BEGIN, identity and COMMIT included."""


def of_one_household(known: Chain) -> dict[str, Any]:
    return known.ticket(ticket_number="A-1", operator="示例司磅员", note="示例", moisture_percent="13.6")


def with_a_typed_percent(known: Chain) -> dict[str, Any]:
    return known.ticket(unit="jin", gross="220", tare="20", deduction_percent="2.5", deduction_reason="泥沙")


def of_a_truck(known: Chain) -> dict[str, Any]:
    shares = [
        {"household_id": str(one), "declared_kg": f"{kg}"}
        for one, kg in zip(known.households, ("30", "30.5", "40"), strict=True)
    ]
    return known.ticket(
        household_id=None,
        organization_id=str(known.world.collective),
        allocations=shares,
        deduction_weight="1",
    )


def over_a_warning(known: Chain) -> dict[str, Any]:
    answer = {"code": "delivery.yield_unusual", "pointer": "/gross", "reason": "晚熟品种，分两次交"}
    return known.ticket(gross="90010", overrides=[answer])


@pytest.mark.parametrize("body", [of_one_household, with_a_typed_percent, of_a_truck, over_a_warning])
@pytest.mark.parametrize("priced", [True, False])
async def test_the_answer_is_what_is_read_later(
    work: Work, client: httpx.AsyncClient, body: Any, priced: bool
) -> None:
    known = await chain(work, None if priced else clause(clause="market_plus", percent="0"))
    made = await entered(client, body(known))
    assert made == (await client.get(f"{DELIVERIES}/{made['delivery_id']}")).json()


async def test_grades_are_named_as_they_are_read_later(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    await factories.insert(
        work, "grade", product_code=DRIED, grade_code="g1", name="示例一级", position=1, **factories.BORN
    )
    made = await entered(client, known.ticket(grade_code="g1"))
    assert made["grade_name"] == "示例一级"
    assert made == (await client.get(f"{DELIVERIES}/{made['delivery_id']}")).json()


async def test_messages_of_a_ticket(committed_db: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async with committed_db.writer() as work:
        known = await chain(work)
        await factories.reference_return(work, crop_code="chili", yield_kg="1500")
    with logged(monkeypatch) as seen:
        async with asking(committed_db, "cadre", VILLAGE) as client:
            for gross in ("110.00", "111.00"):  # the first one prepares its statements
                seen.clear()
                answer = await post(client, DELIVERIES, known.ticket(gross=gross), key=str(uuid4()))
                assert answer.status_code == 201, answer.text
    assert len(seen) <= TICKET_MESSAGES, seen
