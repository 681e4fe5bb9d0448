"""Entering, refusing, voiding and listing tickets through the API."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from registry.kernel.db import Conn
from tests import deals, factories
from tests.factories import DRIED, STRANGER
from tests.fulfilment.village import (
    DELIVERIES,
    Chain,
    chain,
    clause,
    entered,
    fixed,
    market,
    mistakes,
    post,
    prices,
)


async def test_entering_and_voiding_touch_the_household_for_the_season_s_year(
    conn: Conn, client: httpx.AsyncClient, touched: list[tuple[UUID, int]]
) -> None:
    known = await chain(conn)
    made = await entered(client, known.ticket())
    assert touched == [(known.households[0], 2022)]
    answer = await post(client, f"{DELIVERIES}/{made['delivery_id']}/void", {"reason": "录错了户"})
    assert answer.status_code == 200
    assert touched == [(known.households[0], 2022)] * 2


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
    conn: Conn, client: httpx.AsyncClient, change: dict[str, Any], pointer: str, code: str
) -> None:
    known = await chain(conn)
    answer = await post(client, DELIVERIES, known.ticket(**change))
    assert mistakes(answer)[pointer] == code
    assert await conn.fetchval("select count(*) from delivery") == 0


async def test_a_tare_above_the_gross_weight_says_what_to_check(
    conn: Conn, client: httpx.AsyncClient
) -> None:
    known = await chain(conn)
    answer = await post(client, DELIVERIES, known.ticket(gross="960", tare="980"))
    [error] = answer.json()["errors"]
    assert error["message"] == "皮重（980 公斤）不能大于或等于毛重（960 公斤），请检查"


async def test_all_mistakes_of_a_ticket_come_at_once(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    answer = await post(
        client,
        DELIVERIES,
        known.ticket(household_id=str(uuid4()), grade_code="third", season_id=str(uuid4())),
    )
    assert set(mistakes(answer)) == {"/household_id", "/grade_code", "/season_id"}


async def test_a_household_outside_the_annex_is_told_how_to_join(
    conn: Conn, client: httpx.AsyncClient
) -> None:
    known = await chain(conn)
    other = await factories.household(conn, number="009")
    answer = await post(client, DELIVERIES, known.ticket(household_id=str(other)))
    [error] = answer.json()["errors"]
    assert error["code"] == "delivery.household_not_in_annex"
    assert "009 号户" in error["message"]
    assert "加入参与明细" in error["message"]


async def test_a_household_that_withdrew_delivers_no_more(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    other = await factories.household(conn)
    await deals.participant(conn, known.deal, other, withdrawn=True)
    answer = await post(client, DELIVERIES, known.ticket(household_id=str(other)))
    assert mistakes(answer) == {"/household_id": "delivery.household_not_in_annex"}


@pytest.mark.parametrize("status", ["draft", "cancelled"])
async def test_a_contract_that_was_never_in_force_takes_no_delivery(
    conn: Conn, client: httpx.AsyncClient, status: str
) -> None:
    known = await chain(conn)
    ended = ", cancelled_on = '2022-05-01', status_reason = '示例'" if status == "cancelled" else ""
    await conn.execute(f"update contract set status = '{status}'{ended}")
    assert mistakes(await post(client, DELIVERIES, known.ticket())) == {"/contract_id": "contract.not_signed"}


async def test_a_contract_need_not_be_filed(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    await conn.execute("update contract set filing_state = 'returned', filing_reason = '缺页'")
    await entered(client, known.ticket())


async def test_a_delivery_after_the_season_s_end_counts_in_it(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    made = await entered(client, known.ticket(day="2022-12-20"))
    assert made["season_id"] == str(known.deal.season)


async def test_a_truck_must_be_shared_out_by_a_party(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    stranger = await factories.organization(
        conn, kind="cooperative", name="示范合作社", credit_code=factories.COOPERATIVE_CODE
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


async def test_a_ticket_number_is_unique_per_buyer_and_year(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    made = await entered(client, known.ticket(ticket_number="A-1"))
    same = await post(client, DELIVERIES, known.ticket(ticket_number="A-1"))
    assert (same.status_code, same.json()["code"]) == (409, "delivery.ticket_taken")
    again = await post(client, DELIVERIES, known.ticket(ticket_number="A-1", gross="130"))
    assert (again.status_code, again.json()["code"]) == (409, "delivery.ticket_taken")
    await post(client, f"{DELIVERIES}/{made['delivery_id']}/void", {"reason": "重量录错"})
    await entered(client, known.ticket(ticket_number="A-1", gross="130"))


async def test_a_voided_ticket_stays_visible_and_can_be_voided_once(
    conn: Conn, client: httpx.AsyncClient
) -> None:
    known = await chain(conn)
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


async def test_what_is_unlikely_needs_a_reason_that_is_kept(conn: Conn, client: httpx.AsyncClient) -> None:
    """2 mu at a reference of 300 kg: 1,021 kg is above 1.7 times, as if jin had been typed as kg."""
    known = await chain(conn)
    await factories.reference_return(conn, crop_code="chili", yield_kg="300.00", price_per_50kg="200.00")
    await entered(client, known.ticket(gross="1020", tare="0"))
    more = known.ticket(gross="1", tare="0")
    answer = await post(client, DELIVERIES, more)
    [warning] = answer.json()["warnings"]
    assert (answer.status_code, warning["code"], warning["pointer"]) == (
        422,
        "delivery.yield_unusual",
        "/gross",
    )
    assert await conn.fetchval("select count(*) from delivery") == 1
    reason = {"code": "delivery.yield_unusual", "pointer": "/gross", "reason": "今年确实丰收"}
    made = await entered(client, more | {"overrides": [reason]})
    assert [one["override_reason"] for one in made["findings"]] == ["今年确实丰收"]


async def test_too_little_is_unlikely_only_after_the_season(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    await factories.reference_return(conn, crop_code="chili", yield_kg="300.00", price_per_50kg="200.00")
    await entered(client, known.ticket(gross="100", tare="0"))
    late = await post(client, DELIVERIES, known.ticket(gross="101", tare="0", day="2022-12-20"))
    assert [one["code"] for one in late.json()["warnings"]] == ["delivery.yield_unusual"]


@pytest.mark.parametrize(("price", "code"), [("2.3900", "delivery.price_unusual"), ("6.8000", None)])
async def test_a_price_far_from_the_reference_is_unlikely(
    conn: Conn, client: httpx.AsyncClient, price: str, code: str | None
) -> None:
    known = await chain(conn, fixed(price))
    await factories.reference_return(conn, crop_code="chili", yield_kg="300.00", price_per_50kg="200.00")
    answer = await post(client, DELIVERIES, known.ticket())
    assert [one["code"] for one in answer.json().get("warnings", [])] == ([code] if code else [])


async def test_the_contract_s_own_median_price_comes_before_the_reference(
    conn: Conn, client: httpx.AsyncClient
) -> None:
    known = await chain(conn, clause(clause="market_plus", percent="0"))
    for day in range(1, 6):
        await deals.delivery(
            conn,
            known.deal,
            known.households[1],
            day=date(2022, 8, day),
            unit_price="20.0000",
            amount="20000.00",
        )
    await factories.reference_return(conn, crop_code="chili", yield_kg="9000.00", price_per_50kg="200.00")
    await market(conn, "21.0000")
    await entered(client, known.ticket())
    await market(conn, "4.0000", date(2022, 8, 21))
    answer = await post(client, DELIVERIES, known.ticket(day="2022-08-21"))
    assert [one["code"] for one in answer.json()["warnings"]] == ["delivery.price_unusual"]
    assert "中位数" in answer.json()["warnings"][0]["message"]


async def test_without_a_reference_five_lines_of_the_contract_say_what_is_usual(
    conn: Conn, client: httpx.AsyncClient
) -> None:
    known = await chain(conn)
    for _ in range(5):
        household = await factories.household(conn)
        await deals.participant(conn, known.deal, household, area_mu="1.00")
        await deals.delivery(
            conn, known.deal, household, net_kg="100.00", unit_price="4.0000", amount="400.00"
        )
    answer = await post(client, DELIVERIES, known.ticket(gross="350", tare="0"))
    assert [one["code"] for one in answer.json()["warnings"]] == ["delivery.yield_unusual"]


async def test_the_same_weights_on_the_same_day_are_perhaps_one_ticket(
    conn: Conn, client: httpx.AsyncClient
) -> None:
    known = await chain(conn)
    await entered(client, known.ticket(ticket_number="A-1"))
    answer = await post(client, DELIVERIES, known.ticket(ticket_number="A-2"))
    [warning] = answer.json()["warnings"]
    assert (warning["code"], warning["pointer"]) == ("delivery.duplicate", "/gross")
    assert "A-1" in warning["message"]
    await entered(client, known.ticket(household_id=str(known.households[1])))


async def test_lists_filter_and_page(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
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


async def test_a_household_s_list_holds_its_shares_of_trucks(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    shares = [{"household_id": str(one), "declared_kg": "50"} for one in known.households[:2]]
    truck = known.ticket(household_id=None, organization_id=str(known.world.collective), allocations=shares)
    made = await entered(client, truck)
    for household, count in zip(known.households, (1, 1, 0), strict=True):
        answer = await client.get(DELIVERIES, params={"household": str(household)})
        assert [row["delivery_id"] for row in answer.json()["items"]] == [made["delivery_id"]] * count


async def test_a_list_comes_as_csv_for_a_spreadsheet(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    await entered(client, known.ticket(ticket_number="=1+1"))
    answer = await client.get(DELIVERIES, params={"format": "csv"})
    heading, row = answer.content.decode().removeprefix("\ufeff").strip().split("\r\n")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "净重（公斤）" in heading
    assert "'=1+1" in row
    assert "400.00" in row


async def test_missing_and_unknown_tickets_are_not_found(conn: Conn, client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{DELIVERIES}/{uuid4()}")).status_code == 404
    assert (await post(client, f"{DELIVERIES}/{uuid4()}/void", {"reason": "录错了"})).status_code == 404


async def test_a_ticket_needs_an_idempotency_key_and_a_replay_books_once(
    conn: Conn, client: httpx.AsyncClient
) -> None:
    known = await chain(conn)
    assert (await client.post(DELIVERIES, json=known.ticket())).status_code == 400
    first = await post(client, DELIVERIES, known.ticket(), key="k-1")
    again = await post(client, DELIVERIES, known.ticket(), key="k-1")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert await conn.fetchval("select count(*) from delivery") == 1


async def test_a_known_version_is_not_sent_again(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    made = await entered(client, known.ticket())
    answer = await client.get(f"{DELIVERIES}/{made['delivery_id']}", headers={"if-none-match": '"1"'})
    assert answer.status_code == 304


async def test_the_nearest_season_upward_counts(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    own = await factories.season(conn, division_code=known.deal.village, name="本村秋季")
    made = await entered(client, known.ticket())
    assert made["season_id"] == str(own)
    chosen = await entered(client, known.ticket(season_id=str(known.deal.season), gross="120"))
    assert chosen["season_id"] == str(known.deal.season)


async def test_a_contract_of_two_products_asks_which(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    rice = {"kind": "order", "product_code": "midseason_rice", "price": {"clause": "fixed", "price": "3"}}
    await deals.component(conn, known.deal.contract, number=3, product_code="midseason_rice", terms=rice)
    answer = await post(client, DELIVERIES, known.ticket())
    assert mistakes(answer) == {"/product_code": "required"}
    made = await entered(client, known.ticket(product_code=DRIED))
    assert len(prices(made)) == 2


async def test_a_chain_without_households_takes_organisations_only(
    conn: Conn, client: httpx.AsyncClient
) -> None:
    known = await chain(conn)
    await conn.execute("delete from participant_version")
    await conn.execute("delete from participant")
    await conn.execute("update component set payee_role = 'seller' where payee_role = 'household'")
    answer = await post(client, DELIVERIES, known.ticket())
    assert mistakes(answer) == {"/household_id": "delivery.no_household_component"}
    made = await entered(client, known.ticket(household_id=None, organization_id=str(known.world.collective)))
    assert [row[1] for row in prices(made)] == ["4.0000", "4.2000"]


async def test_a_contract_that_buys_nothing_takes_no_delivery(conn: Conn, client: httpx.AsyncClient) -> None:
    world = await factories.world(conn)
    contract = await deals.contract(conn, buyer_id=world.enterprise)
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


async def test_a_season_that_has_not_begun_takes_no_delivery(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    season = str(known.deal.season)
    answer = await post(client, DELIVERIES, known.ticket(day="2022-03-20", season_id=season))
    assert mistakes(answer) == {"/season_id": "delivery.season_ahead"}


async def test_taking_off_less_than_agreed_needs_a_reason(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn, fixed("4.0000", moisture={"above": "12.5", "step": "0.5", "percent": "1"}))
    ticket = known.ticket(moisture_percent="13.6", deduction_percent="1")
    assert mistakes(await post(client, DELIVERIES, ticket)) == {
        "/deduction_reason": "delivery.reason_missing"
    }
    made = await entered(client, ticket | {"deduction_reason": "双方商定"})
    assert (made["net_kg"], made["deduction_reason"]) == ("99.00", "双方商定")


async def test_a_share_too_small_to_weigh_is_named(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
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


async def test_households_of_two_annexes_do_not_share_a_truck(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    second = await deals.component(conn, known.deal.contract, number=3, terms=fixed("3.9000"))
    apart = deals.Deal(
        contract=known.deal.contract,
        component=second,
        buyer=known.deal.buyer,
        season=known.deal.season,
        village=known.deal.village,
    )
    other = await factories.household(conn, number="009")
    await deals.participant(conn, apart, other)
    shares = [{"household_id": str(one), "declared_kg": "50"} for one in (known.households[0], other)]
    collective = str(known.world.collective)
    truck = known.ticket(household_id=None, organization_id=collective, allocations=shares)
    assert mistakes(await post(client, DELIVERIES, truck)) == {"/allocations": "allocation.apart"}
    made = await entered(client, known.ticket(household_id=str(other)))
    assert [row[1] for row in prices(made)] == ["4.2000", "3.9000"]


async def test_a_graded_fixed_price_compares_with_the_market_of_its_grade(
    conn: Conn, client: httpx.AsyncClient
) -> None:
    graded = {
        "clause": "graded",
        "base": {"clause": "fixed", "price": "4.0000"},
        "reference_grade": "first",
        "grades": [{"grade_code": "second", "price": "3.6000"}],
    }
    known = await chain(conn, clause(**graded))
    await market(conn, "3.8000", grade_code="first")
    await market(conn, "3.5000", grade_code="second")
    plain = await entered(client, known.ticket())
    second = await entered(client, known.ticket(grade_code="second", gross="120"))
    found = [(one["prices"][0]["unit_price"], one["prices"][0]["market_price"]) for one in (plain, second)]
    assert found == [("4.0000", "3.8000"), ("3.6000", "3.5000")]


async def test_a_line_without_area_has_no_usual_yield(conn: Conn, client: httpx.AsyncClient) -> None:
    known = await chain(conn)
    await factories.reference_return(conn, crop_code="chili", yield_kg="1.00", price_per_50kg="200.00")
    other = await factories.household(conn)
    await deals.participant(conn, known.deal, other, area_mu=None)
    await entered(client, known.ticket(household_id=str(other)))
