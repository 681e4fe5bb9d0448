"""Amounts, cost records, completed classes and own sales through the API."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from registry.kernel.work import Work
from tests import deals, factories
from tests.factories import DRIED, STRANGER
from tests.fulfilment.village import Chain, chain, mistakes, post

ENTRIES, COSTS, SALES = "/api/v1/entries", "/api/v1/cost-records", "/api/v1/own-sales"
COMPLETIONS = "/api/v1/cost-completions"


def fee(known: Chain, **changes: Any) -> dict[str, Any]:
    sent = {
        "contract_id": str(known.deal.contract),
        "household_id": str(known.households[0]),
        "day": "2022-08-20",
        "kind": "fee",
        "amount": "30.00",
    } | changes
    return {name: value for name, value in sent.items() if value is not None}


def advance(known: Chain, **changes: Any) -> dict[str, Any]:
    return fee(
        known, kind="input_advance", amount="700.00", item="seedlings", cost_class="materials_services"
    ) | dict(changes)


def cost(known: Chain, **changes: Any) -> dict[str, Any]:
    sent = fee(known, kind=None, cost_class="hired_labour", item="采摘雇工", amount="1500.00")
    return sent | changes


def sale(known: Chain, **changes: Any) -> dict[str, Any]:
    return fee(known, kind=None, amount="120.00", net_kg="30.00") | changes


async def test_an_advance_of_inputs_belongs_to_the_line_and_the_season_that_comes(
    work: Work, client: httpx.AsyncClient, touched: list[tuple[UUID, int]]
) -> None:
    known = await chain(work)
    body = advance(known, day="2022-03-10", local_market_value="800.00")
    answer = await post(client, ENTRIES, body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["season_id"], made["component_id"]) == (str(known.deal.season), str(known.deal.component))
    assert (made["amount"], made["local_market_value"], made["household_name"]) == (
        "700.00",
        "800.00",
        "示例户",
    )
    assert made["participant_id"] is not None
    assert touched == [(known.households[0], 2022)]
    assert (await client.get(f"{ENTRIES}/{made['entry_id']}")).json() == made


async def test_an_amount_of_an_organisation_touches_no_household(
    work: Work, client: httpx.AsyncClient, touched: list[tuple[UUID, int]]
) -> None:
    known = await chain(work)
    body = fee(known, household_id=None, organization_id=str(known.world.collective))
    answer = await post(client, ENTRIES, body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["organization_name"] == "示范挑水河村集体"
    assert touched == []
    gone = await post(client, f"{ENTRIES}/{answer.json()['entry_id']}/void", {"reason": "录错了"})
    assert gone.status_code == 200
    assert touched == []
    stranger = await post(client, ENTRIES, body | {"organization_id": str(uuid4())})
    assert mistakes(stranger) == {"/organization_id": "entry.organization_foreign"}


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"amount": "0"}, "/amount", "entry.amount_zero"),
        ({"amount": "NaN"}, "/amount", "number.infinite"),
        ({"amount": "1e400"}, "/amount", "number.exponent"),
        ({"kind": "dividend"}, "/kind", "choice"),
        ({"kind": "input_advance"}, "/item", "required"),
        ({"item": "seedlings"}, "/item", "entry.not_an_advance"),
        ({"household_id": None}, "/household_id", "entry.one_side"),
        ({"contract_id": str(uuid4())}, "/contract_id", "contract.unknown"),
        ({"household_id": str(uuid4())}, "/household_id", "household.unknown"),
        ({"component_id": str(uuid4())}, "/component_id", "component.unknown"),
        ({"season_id": str(uuid4())}, "/season_id", "season.unknown"),
        ({"day": "2023-02-01"}, "/day", "record.day_ahead"),
    ],
)
async def test_an_amount_that_cannot_be_right_is_refused_at_its_field(
    work: Work, client: httpx.AsyncClient, change: dict[str, Any], pointer: str, code: str
) -> None:
    known = await chain(work)
    answer = await post(client, ENTRIES, fee(known, **change))
    assert mistakes(answer)[pointer] == code
    assert await work.conn.fetchval("select count(*) from entry") == 0


async def test_an_amount_needs_an_idempotency_key(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    assert (await client.post(ENTRIES, json=fee(known))).status_code == 400
    first = await post(client, ENTRIES, fee(known), key="same")
    again = await post(client, ENTRIES, fee(known), key="same")
    assert first.json()["entry_id"] == again.json()["entry_id"]
    assert await work.conn.fetchval("select count(*) from entry") == 1


async def test_a_household_outside_the_annex_has_no_amounts(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    other = await factories.household(work, number="009")
    answer = await post(client, ENTRIES, fee(known, household_id=str(other)))
    assert mistakes(answer) == {"/household_id": "household.not_in_annex"}
    assert "009 号户" in answer.json()["errors"][0]["message"]


async def test_a_draft_has_no_amounts(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    await work.conn.execute("update contract set status = 'draft'")
    assert mistakes(await post(client, ENTRIES, fee(known))) == {"/contract_id": "contract.not_signed"}


async def test_a_household_in_two_annexes_says_which_component(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    second = await deals.component(work, known.deal.contract, number=3)
    other = deals.Deal(
        contract=known.deal.contract,
        component=second,
        buyer=known.deal.buyer,
        season=known.deal.season,
        village=known.deal.village,
    )
    await deals.participant(work, other, known.households[0])
    assert mistakes(await post(client, ENTRIES, fee(known))) == {"/component_id": "required"}
    chosen = await post(client, ENTRIES, fee(known, component_id=str(second)))
    assert chosen.json()["component_id"] == str(second)


async def test_costs_are_recorded_completed_and_voided(
    work: Work, client: httpx.AsyncClient, touched: list[tuple[UUID, int]]
) -> None:
    known = await chain(work)
    made = (await post(client, COSTS, cost(known, evidence="示例收据"))).json()
    assert (made["amount"], made["season_year"], made["evidence"]) == ("1500.00", 2022, "示例收据")
    place = {
        "contract_id": str(known.deal.contract),
        "household_id": str(known.households[0]),
        "season_id": str(known.deal.season),
        "cost_class": "hired_labour",
    }
    for version, complete in enumerate((True, False), 1):
        answer = await post(client, COMPLETIONS, place | {"complete": complete})
        [row] = answer.json()["items"]
        assert (row["complete"], row["version"]) == (complete, version)
    listed = await client.get(COMPLETIONS, params={"contract": place["contract_id"]})
    assert len(listed.json()["items"]) == 1
    gone = await post(client, f"{COSTS}/{made['cost_record_id']}/void", {"reason": "重复"})
    assert gone.json()["void_reason"] == "重复"
    again = await post(client, f"{COSTS}/{made['cost_record_id']}/void", {"reason": "重复"})
    assert again.json()["code"] == "already_voided"
    assert (await client.get(f"{COSTS}/{made['cost_record_id']}")).json()["voided_at"] is not None
    assert touched == [(known.households[0], 2022)] * 4


async def test_own_sales_are_declared_even_when_nothing_was_sold(
    work: Work, client: httpx.AsyncClient, touched: list[tuple[UUID, int]]
) -> None:
    known = await chain(work)
    await factories.insert(
        work, "product", product_code="chili_fresh", crop_code="chili", name="鲜辣椒", **factories.BORN
    )
    nothing = await post(client, SALES, sale(known, net_kg="0", amount="0"))
    assert (nothing.json()["net_kg"], nothing.json()["product_code"]) == ("0.00", DRIED)
    fresh = await post(client, SALES, sale(known, product_code="chili_fresh"))
    assert fresh.json()["product_code"] == "chili_fresh"
    foreign = await post(client, SALES, sale(known, product_code="midseason_rice"))
    assert mistakes(foreign) == {"/product_code": "own_sale.product_foreign"}
    weightless = await post(client, SALES, sale(known, net_kg="0"))
    assert mistakes(weightless) == {"/net_kg": "own_sale.weight_missing"}
    address = f"{SALES}/{fresh.json()['own_sale_id']}"
    assert (await post(client, f"{address}/void", {"reason": "记错了"})).status_code == 200
    assert (await client.get(address)).json()["voided_at"] is not None
    assert touched == [(known.households[0], 2022)] * 3


@pytest.mark.parametrize(("path", "kind"), [(ENTRIES, fee), (COSTS, cost), (SALES, sale)])
async def test_records_are_listed_by_household_season_and_division(
    work: Work, client: httpx.AsyncClient, path: str, kind: Any
) -> None:
    known = await chain(work)
    for household in known.households[:2]:
        answer = await post(client, path, kind(known, household_id=str(household)))
        assert answer.status_code == 201, answer.text

    async def count(**query: Any) -> int:
        answer = await client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return len(answer.json()["items"])

    assert await count() == 2
    assert await count(household=str(known.households[0]), contract=str(known.deal.contract)) == 1
    assert await count(season=str(known.deal.season), division="421303187000", voided="false") == 2
    assert await count(division=STRANGER) == 0
    assert await count(updated_since="2023-01-17T00:00:00+08:00") == 0
    first = (await client.get(path, params={"limit": 1})).json()
    rest = (await client.get(path, params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)
    assert rest["items"] != first["items"]


@pytest.mark.parametrize("path", [ENTRIES, COSTS, SALES])
async def test_missing_records_are_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"{path}/{uuid4()}")).status_code == 404
    assert (await post(client, f"{path}/{uuid4()}/void", {"reason": "录错了"})).status_code == 404


async def test_a_cost_before_any_season_counts_in_the_next_of_the_term(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work)
    await factories.season(
        work, year=2021, name="2021 年秋季", starts_on=date(2021, 4, 1), ends_on=date(2021, 11, 30)
    )
    early = await post(client, COSTS, cost(known, day="2022-03-05"))
    late = await post(client, COSTS, cost(known, day="2022-12-20"))
    assert {one.json()["season_id"] for one in (early, late)} == {str(known.deal.season)}


async def test_a_contract_without_a_season_takes_no_costs(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    await work.conn.execute("update component set kind = 'lease', product_code = null")
    assert mistakes(await post(client, COSTS, cost(known))) == {"/component_id": "record.no_season"}
    made = await post(client, ENTRIES, fee(known))
    assert (made.json()["season_id"], made.status_code) == (None, 201)
