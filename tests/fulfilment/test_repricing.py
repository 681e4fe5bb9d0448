"""Unpriced tickets get their price when the market price is there; changed prices and terms reach tickets."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest

from registry.fulfilment import service
from registry.fulfilment.model import DeliveryFilter
from registry.kernel.work import Act, Cause, Work
from tests import factories
from tests.factories import DRIED, RECORDED, SIBLING, TOWNSHIP, VILLAGE, insert, placed
from tests.fulfilment.village import DELIVERIES, Chain, chain, clause, entered, fixed, market, prices
from tests.serving import NOW

ACT = Act(actor="system", now=NOW, source="system")
PLUS = clause(clause="market_plus", percent="5", premium="0.20")


def truck(known: Chain) -> dict[str, Any]:
    declared = ("300.00", "400.00", "250.00")
    shares = [
        {"household_id": str(household), "declared_kg": kg}
        for household, kg in zip(known.households, declared, strict=True)
    ]
    return known.ticket(
        household_id=None,
        organization_id=str(known.world.collective),
        gross="945.27",
        tare="0",
        allocations=shares,
    )


async def shown(client: httpx.AsyncClient, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"{DELIVERIES}/{made['delivery_id']}")).json()
    return found


async def test_an_unpriced_ticket_is_priced_once_its_market_price_is_entered(
    work: Work, client: httpx.AsyncClient, touched: list[tuple[UUID, int]]
) -> None:
    known = await chain(work, PLUS)
    made = await entered(client, known.ticket())
    assert (prices(made)[0], made["prices"][0]["missing"]) == (("household", None, None), "market_price")
    listed = await client.get(DELIVERIES, params={"unpriced": "true"})
    assert [row["delivery_id"] for row in listed.json()["items"]] == [made["delivery_id"]]
    assert await service.reprice(work.acting(ACT), VILLAGE) == 0
    await market(work, "4.0000")
    touched.clear()
    assert await service.reprice(work.acting(ACT), VILLAGE) == 1
    now = await shown(client, made)
    assert prices(now) == [("household", "4.4000", "440.00"), ("organiser", "4.2000", "420.00")]
    assert (now["prices"][0]["market_price"], now["version"]) == ("4.0000", 2)
    assert touched == [(known.households[0], 2022)]
    assert await service.reprice(work.acting(ACT), VILLAGE) == 0


async def test_a_price_entered_for_another_day_grade_or_sibling_village_does_not_count(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work, PLUS)
    made = await entered(client, known.ticket(grade_code="first"))
    await market(work, "4.0000", date(2022, 8, 19), grade_code="first")
    await market(work, "4.0000", grade_code="second")
    await market(work, "4.0000")
    await market(work, "4.0000", division_code=SIBLING, grade_code="first")
    assert await service.reprice(work.acting(ACT), VILLAGE) == 0
    await market(work, "5.0000", grade_code="first")
    await market(work, "6.0000", division_code=TOWNSHIP, grade_code="first")
    assert await service.reprice(work.acting(ACT), VILLAGE) == 1
    assert prices(await shown(client, made))[0][1] == "6.5000"


async def test_shares_of_a_truck_get_their_amounts(
    work: Work, client: httpx.AsyncClient, touched: list[tuple[UUID, int]]
) -> None:
    known = await chain(work, clause(clause="market_plus", percent="0"))
    made = await entered(client, truck(known))
    assert {one["amount"] for one in made["allocations"]} == {None}
    await market(work, "4.0000")
    touched.clear()
    assert await service.reprice(work.acting(ACT), VILLAGE) == 1
    now = await shown(client, made)
    assert sorted(one["amount"] for one in now["allocations"]) == ["1194.04", "1592.04", "995.00"]
    assert prices(now)[0] == ("household", "4.0000", "3781.08")
    assert set(touched) == {(household, 2022) for household in known.households}


async def test_a_corrected_market_price_reaches_standing_tickets_only(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work, PLUS)
    await market(work, "4.0000")
    standing = await entered(client, known.ticket())
    voided = await entered(client, known.ticket(gross="120"))
    await service.void(work.acting(ACT), UUID(voided["delivery_id"]), "录错了")
    await work.conn.execute("update market_price set price = 5")
    assert await service.reprice(work.acting(ACT), VILLAGE) == 1
    assert prices(await shown(client, standing))[0][1] == "5.4500"
    assert prices(await shown(client, voided))[0][1] == "4.4000"


async def test_an_amendment_reprices_from_its_first_day(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    early = await entered(client, known.ticket(day="2022-08-14"))
    late = await entered(client, known.ticket(day="2022-08-15"))
    await insert(
        work,
        "component_terms",
        component_id=known.deal.component,
        contract_id=known.deal.contract,
        version_no=2,
        terms=fixed("4.5000"),
        effective_on=date(2022, 8, 15),
        **placed(VILLAGE) | RECORDED,
    )
    assert await service.reprice(work.acting(ACT), VILLAGE, contracts=[UUID(int=1)]) == 0
    assert await service.reprice(work.acting(ACT), SIBLING) == 0
    assert await service.reprice(work.acting(ACT), VILLAGE, contracts=[known.deal.contract]) == 1
    found = [prices(await shown(client, one))[0][2] for one in (early, late)]
    assert found == ["400.00", "450.00"]


async def test_a_fixed_price_keeps_what_the_market_would_have_paid(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work)
    made = await entered(client, known.ticket())
    assert made["prices"][0]["market_price"] is None
    await market(work, "3.7000")
    assert await service.reprice(work.acting(ACT), VILLAGE) == 1
    now = await shown(client, made)
    assert (now["prices"][0]["market_price"], prices(now)[0]) == ("3.7000", ("household", "4.0000", "400.00"))


async def test_an_older_market_price_counts_as_far_as_the_terms_allow(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work, {**PLUS, "market_age_days": 3})
    await market(work, "4.0000", date(2022, 8, 17))
    near = await entered(client, known.ticket())
    far = await entered(client, known.ticket(day="2022-08-21"))
    assert [prices(one)[0][1] for one in (near, far)] == ["4.4000", None]


@pytest.mark.parametrize(
    ("cause", "villages"),
    [
        ({"product_code": DRIED}, [VILLAGE]),
        ({"product_code": "midseason_rice"}, []),
        ({}, []),
        ({"crop_code": "chili"}, []),
        ({"product_code": DRIED, "first_day": date(2022, 12, 20), "last_day": date(2022, 12, 20)}, [VILLAGE]),
        ({"product_code": DRIED, "first_day": date(2022, 12, 21)}, []),
        ({"product_code": DRIED, "first": SIBLING, "last": SIBLING}, []),
        ({"product_code": DRIED, "year": 2023}, [VILLAGE]),
        ({"product_code": DRIED, "year": 2024}, []),
        ({"contract_id": UUID(int=1)}, []),
    ],
)
async def test_a_cause_names_the_villages_whose_tickets_it_may_concern(
    work: Work, client: httpx.AsyncClient, cause: dict[str, Any], villages: list[str]
) -> None:
    """A ticket after its season's end as well."""
    known = await chain(work)
    await entered(client, known.ticket(day="2022-12-20"))
    found = await service.villages_to_reprice(work, Cause(kind="market_price", **cause))
    assert [one.village_code for one in found] == villages


async def test_totals_count_valid_tickets(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    for gross in ("110", "120"):
        await entered(client, known.ticket(gross=gross))
    gone = await entered(client, known.ticket(gross="130"))
    await service.void(work.acting(ACT), UUID(gone["delivery_id"]), "录错了")
    total = await service.deliveries_total(work, DeliveryFilter(division=TOWNSHIP))
    assert (total.deliveries, total.net_kg, total.amount, total.unpriced) == (
        2,
        Decimal("210.00"),
        Decimal("840.00"),
        0,
    )
    other = await factories.household(work)
    none = await service.deliveries_total(work, DeliveryFilter(household_id=other))
    assert (none.deliveries, none.net_kg) == (0, Decimal("0.00"))


async def test_a_share_whose_amount_stays_is_not_written_again(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    await entered(client, truck(known))
    await market(work, "3.7000")
    assert await service.reprice(work.acting(ACT), VILLAGE) == 1
    await work.conn.execute("delete from component_terms where component_id = $1", known.deal.component)
    await work.conn.execute("update delivery_price set amount = 1 where amount is not null")
    assert await service.reprice(work.acting(ACT), VILLAGE) == 1
    amounts = await work.conn.fetch("select amount::text from delivery_price order by amount")
    assert [row[0] for row in amounts] == ["1.00", "3970.13"]
