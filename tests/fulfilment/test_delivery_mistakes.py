"""Tickets that cannot be right are refused at their fields, all mistakes at once."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from registry.kernel.work import Work
from tests import deals, factories
from tests.factories import DRIED, STRANGER
from tests.fulfilment.village import (
    DELIVERIES,
    Chain,
    chain,
    entered,
    fixed,
    mistakes,
    post,
    prices,
)


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"gross": "960", "tare": "980"}, "/tare", "delivery.tare_not_below_gross"),
        (
            {"gross": "100", "tare": "90", "deduction_weight": "10"},
            "/deduction_weight",
            "delivery.net_not_positive",
        ),
        ({"gross": "NaN"}, "/gross", "number.infinite"),
        ({"gross": "1e400"}, "/gross", "number.exponent"),
        ({"gross": "110.005"}, "/gross", "number.scale"),
        ({"unit": None}, "/unit", "required"),
        ({"household_id": str(uuid4())}, "/household_id", "household.unknown"),
        ({"contract_id": str(uuid4())}, "/contract_id", "contract.unknown"),
        ({"household_id": None}, "/household_id", "delivery.one_deliverer"),
        ({"product_code": "midseason_rice"}, "/product_code", "delivery.product_foreign"),
        ({"grade_code": "third"}, "/grade_code", "delivery.grade_unknown"),
        ({"season_id": str(uuid4())}, "/season_id", "delivery.season_unknown"),
        ({"day": "2022-02-28"}, "/day", "contract.not_active"),
        ({"day": "2023-01-01"}, "/day", "contract.not_active"),
        ({"day": "2023-02-01"}, "/day", "contract.not_active"),
        ({"day": "2022-03-15"}, "/season_id", "delivery.season_unknown"),
        ({"organization_id": str(uuid4())}, "/household_id", "delivery.one_deliverer"),
        (
            {"allocations": [{"household_id": str(uuid4()), "declared_kg": "1"}]},
            "/allocations",
            "delivery.allocated_household",
        ),
    ],
)
async def test_a_ticket_that_cannot_be_right_is_refused_at_its_field(
    work: Work, client: httpx.AsyncClient, change: dict[str, Any], pointer: str, code: str
) -> None:
    known = await chain(work)
    answer = await post(client, DELIVERIES, known.ticket(**change))
    assert mistakes(answer)[pointer] == code
    assert await work.conn.fetchval("select count(*) from delivery") == 0


async def test_a_tare_above_the_gross_weight_says_what_to_check(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work)
    answer = await post(client, DELIVERIES, known.ticket(gross="960", tare="980"))
    [error] = answer.json()["errors"]
    assert error["message"] == "皮重（980 公斤）不能大于或等于毛重（960 公斤），请检查"


async def test_all_mistakes_of_a_ticket_come_at_once(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    answer = await post(
        client,
        DELIVERIES,
        known.ticket(household_id=str(uuid4()), grade_code="third", season_id=str(uuid4())),
    )
    assert set(mistakes(answer)) == {"/household_id", "/grade_code", "/season_id"}


async def test_a_household_outside_the_annex_learns_how_to_join(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work)
    other = await factories.household(work, number="009")
    answer = await post(client, DELIVERIES, known.ticket(household_id=str(other)))
    [error] = answer.json()["errors"]
    assert error["code"] == "delivery.household_not_in_annex"
    assert "009 号户" in error["message"]
    assert "加入参与明细" in error["message"]


async def test_a_household_that_withdrew_delivers_no_more(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    other = await factories.household(work)
    await deals.participant(work, known.deal, other, withdrawn=True)
    answer = await post(client, DELIVERIES, known.ticket(household_id=str(other)))
    assert mistakes(answer) == {"/household_id": "delivery.household_not_in_annex"}


@pytest.mark.parametrize("status", ["draft", "cancelled"])
async def test_a_contract_that_was_never_in_force_takes_no_delivery(
    work: Work, client: httpx.AsyncClient, status: str
) -> None:
    known = await chain(work)
    ended = ", cancelled_on = '2022-05-01', status_reason = '示例'" if status == "cancelled" else ""
    await work.conn.execute(f"update contract set status = '{status}'{ended}")
    assert mistakes(await post(client, DELIVERIES, known.ticket())) == {"/contract_id": "contract.not_signed"}


async def test_a_truck_must_be_shared_out_by_a_party(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    stranger = await factories.organization(
        work, kind="cooperative", name="示范合作社", credit_code=factories.COOPERATIVE_CODE
    )
    truck = known.ticket(household_id=None, organization_id=str(stranger))
    assert mistakes(await post(client, DELIVERIES, truck)) == {
        "/organization_id": "delivery.organization_foreign",
        "/allocations": "allocation.none",
    }
    first = str(known.households[0])
    share = {"household_id": first, "declared_kg": "1"}
    twice = known.ticket(
        household_id=None, organization_id=str(known.world.collective), allocations=[share, share]
    )
    assert mistakes(await post(client, DELIVERIES, twice)) == {
        "/allocations/1/household_id": "allocation.twice"
    }


async def test_a_contract_of_two_products_asks_which(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    rice = {"kind": "order", "product_code": "midseason_rice", "price": {"clause": "fixed", "price": "3"}}
    await deals.component(work, known.deal.contract, number=3, product_code="midseason_rice", terms=rice)
    answer = await post(client, DELIVERIES, known.ticket())
    assert mistakes(answer) == {"/product_code": "required"}
    made = await entered(client, known.ticket(product_code=DRIED))
    assert len(prices(made)) == 2


async def test_a_chain_without_households_takes_organisations_only(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work)
    await work.conn.execute("delete from participant_version")
    await work.conn.execute("delete from participant")
    await work.conn.execute("update component set payee_role = 'seller' where payee_role = 'household'")
    answer = await post(client, DELIVERIES, known.ticket())
    assert mistakes(answer) == {"/household_id": "delivery.no_household_component"}
    made = await entered(client, known.ticket(household_id=None, organization_id=str(known.world.collective)))
    assert [row[1] for row in prices(made)] == ["4.0000", "4.2000"]


async def test_a_contract_that_buys_nothing_takes_no_delivery(work: Work, client: httpx.AsyncClient) -> None:
    world = await factories.world(work)
    contract = await deals.contract(work, buyer_id=world.enterprise)
    empty = Chain(
        world=world,
        deal=deals.Deal(
            contract=contract,
            component=contract,
            buyer=world.enterprise,
            season=world.season,
            village=STRANGER,
        ),
        upper=contract,
        households=(uuid4(), uuid4(), uuid4()),
    )
    assert mistakes(await post(client, DELIVERIES, empty.ticket())) == {
        "/contract_id": "contract.buys_nothing"
    }


async def test_a_season_that_has_not_begun_takes_no_delivery(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    season = str(known.deal.season)
    answer = await post(client, DELIVERIES, known.ticket(day="2022-03-20", season_id=season))
    assert mistakes(answer) == {"/season_id": "delivery.season_ahead"}


async def test_taking_off_less_than_agreed_needs_a_reason(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work, fixed("4.0000", moisture={"above": "12.5", "step": "0.5", "percent": "1"}))
    ticket = known.ticket(moisture_percent="13.6", deduction_percent="1")
    assert mistakes(await post(client, DELIVERIES, ticket)) == {
        "/deduction_reason": "delivery.reason_missing"
    }
    made = await entered(client, ticket | {"deduction_reason": "双方商定"})
    assert (made["net_kg"], made["deduction_reason"]) == ("99.00", "双方商定")


async def test_a_share_too_small_to_weigh_is_named(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    shares = [
        {"household_id": str(household), "declared_kg": kg}
        for household, kg in zip(known.households, ("99999.00", "0.01", "1.00"), strict=True)
    ]
    collective = str(known.world.collective)
    truck = known.ticket(household_id=None, organization_id=collective, allocations=shares)
    assert mistakes(await post(client, DELIVERIES, truck)) == {
        "/allocations/1/declared_kg": "allocation.too_small",
        "/allocations/2/declared_kg": "allocation.too_small",
    }


async def test_households_of_two_annexes_do_not_share_a_truck(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    second = await deals.component(work, known.deal.contract, number=3, terms=fixed("3.9000"))
    apart = deals.Deal(
        contract=known.deal.contract,
        component=second,
        buyer=known.deal.buyer,
        season=known.deal.season,
        village=known.deal.village,
    )
    other = await factories.household(work, number="009")
    await deals.participant(work, apart, other)
    shares = [{"household_id": str(one), "declared_kg": "50"} for one in (known.households[0], other)]
    collective = str(known.world.collective)
    truck = known.ticket(household_id=None, organization_id=collective, allocations=shares)
    assert mistakes(await post(client, DELIVERIES, truck)) == {"/allocations": "allocation.apart"}
    made = await entered(client, known.ticket(household_id=str(other)))
    assert [row[1] for row in prices(made)] == ["4.2000", "3.9000"]
