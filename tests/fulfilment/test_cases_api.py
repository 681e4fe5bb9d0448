"""The worked cases of weighing, prices and allocation through the API, with their exact figures."""

from datetime import date
from typing import Any

import httpx
import pytest

from registry.kernel.work import Work
from tests.fulfilment.village import chain, clause, entered, fixed, market, prices


@pytest.mark.parametrize(
    ("price", "unit_price", "amount"), [("5.6000", "6.0000", "5671.62"), ("6.4000", "6.4000", "6049.73")]
)
async def test_gross_tare_and_deduction_at_a_floor_price_against_two_market_days(
    work: Work, client: httpx.AsyncClient, price: str, unit_price: str, amount: str
) -> None:
    """The floor of 3.00 yuan per jin is 6.00 per kg."""
    known = await chain(work, clause(clause="floor_or_market", floor="6.0000"))
    await market(work, price)
    made = await entered(
        client,
        known.ticket(gross="1286.50", tare="312.00", deduction_percent="3.0", deduction_reason="杂质"),
    )
    assert made["net_kg"] == "945.27"
    assert prices(made)[0] == ("household", unit_price, amount)


@pytest.mark.parametrize(
    ("price", "unit_price", "amount"),
    [
        ("2.4000", "3.0000", "999.99"),
        ("5.1000", "5.5550", "1851.65"),
        ("6.2000", "6.5000", "2166.65"),
        (None, None, None),
    ],
)
async def test_market_price_plus_percent_and_premium_between_floor_and_cap(
    work: Work, client: httpx.AsyncClient, price: str | None, unit_price: str | None, amount: str | None
) -> None:
    terms = clause(clause="market_plus", percent="5", premium="0.20", floor="3.0000", cap="6.5000")
    known = await chain(work, terms)
    if price is not None:
        await market(work, price)
    made = await entered(client, known.ticket(gross="333.33", tare="0"))
    assert prices(made)[0] == ("household", unit_price, amount)
    assert made["prices"][0]["missing"] == (None if price else "market_price")


async def test_one_truck_weighed_for_three_households(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    declared = ("300.00", "400.00", "250.00")
    shares = [
        {"household_id": str(household), "declared_kg": kg}
        for household, kg in zip(known.households, declared, strict=True)
    ]
    made = await entered(
        client,
        known.ticket(
            household_id=None,
            organization_id=str(known.world.collective),
            gross="945.27",
            tare="0",
            allocations=shares,
        ),
    )
    by_household = {one["household_id"]: (one["net_kg"], one["amount"]) for one in made["allocations"]}
    assert [by_household[str(household)] for household in known.households] == [
        ("298.51", "1194.04"),
        ("398.01", "1592.04"),
        ("248.75", "995.00"),
    ]
    assert prices(made) == [("household", "4.0000", "3781.08"), ("organiser", "4.2000", "3970.13")]


async def test_a_ticket_carries_one_price_row_for_each_link_of_the_chain(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work)
    made = await entered(client, known.ticket())
    assert prices(made) == [("household", "4.0000", "400.00"), ("organiser", "4.2000", "420.00")]
    assert (made["net_kg"], made["season_id"], made["product_code"]) == (
        "100.00",
        str(known.deal.season),
        "chili_dried",
    )


@pytest.mark.parametrize(
    ("unit", "gross", "net"),
    [("jin", "250.00", "125.00"), ("dan", "2.50", "125.00"), ("ton", "0.25", "250.00")],
)
async def test_weights_are_kept_as_typed_and_converted_once(
    work: Work, client: httpx.AsyncClient, unit: str, gross: str, net: str
) -> None:
    known = await chain(work)
    made = await entered(client, known.ticket(unit=unit, gross=gross, tare="0"))
    assert (made["unit"], made["gross"], made["net_kg"]) == (unit, gross, net)


async def test_a_moisture_reading_takes_off_one_percent_per_started_half_point(
    work: Work, client: httpx.AsyncClient
) -> None:
    ladder = {"above": "12.5", "step": "0.5", "percent": "1"}
    known = await chain(work, fixed("4.0000", moisture=ladder))
    made = await entered(client, known.ticket(gross="100.00", tare="0", moisture_percent="13.6"))
    assert (made["deduction_percent"], made["net_kg"]) == ("3.0000", "97.00")


async def test_the_terms_in_force_on_the_day_set_the_price(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    await _amended(work, known.deal.component, known.deal.contract, "4.5000", date(2022, 8, 15))
    early = await entered(client, known.ticket(day="2022-08-14", gross="111.00"))
    late = await entered(client, known.ticket(day="2022-08-15", gross="112.00"))
    assert [prices(one)[0][1] for one in (early, late)] == ["4.0000", "4.5000"]


async def _amended(work: Work, component: Any, contract: Any, price: str, effective_on: date) -> None:
    from tests.factories import RECORDED, VILLAGE, insert, placed

    await insert(
        work,
        "component_terms",
        component_id=component,
        contract_id=contract,
        version_no=2,
        terms=fixed(price),
        effective_on=effective_on,
        **placed(VILLAGE) | RECORDED,
    )
