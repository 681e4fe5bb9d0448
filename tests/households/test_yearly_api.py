"""Recorded incomes and own history of a household over REST."""

import httpx
import pytest

from registry.kernel.work import Work
from tests.factories import RICE, world
from tests.households.known import HOUSEHOLDS, made, pointers


@pytest.fixture
async def url(client: httpx.AsyncClient, work: Work) -> str:
    await world(work)
    return f"{HOUSEHOLDS}/{(await made(client))['household_id']}"


async def test_a_years_income_is_recorded_once_and_corrected(client: httpx.AsyncClient, url: str) -> None:
    sent = {"year": 2021, "amount": "-1200.5", "source_text": "示例调查"}
    answer = await client.post(f"{url}/incomes", json=sent)
    assert answer.status_code == 201, answer.text
    assert answer.json()["amount"] == "-1200.50"
    again = await client.post(f"{url}/incomes", json=sent)
    assert (again.status_code, again.json()["code"]) == (409, "household_income.exists")
    at = f"{url}/incomes/2021"
    assert (await client.patch(at, json={"amount": "1"})).status_code == 428
    changed = await client.patch(at, json={"amount": "1"}, headers={"if-match": '"1"'})
    assert (changed.json()["amount"], changed.headers["etag"]) == ("1.00", '"2"')
    same = await client.patch(at, json={"amount": "1"}, headers={"if-match": '"2"'})
    assert same.headers["etag"] == '"2"'
    assert (await client.patch(at, json={"amount": "2"}, headers={"if-match": '"1"'})).status_code == 412
    assert (await client.get(at, headers={"if-none-match": '"2"'})).status_code == 304
    assert (await client.get(f"{url}/incomes/2020")).status_code == 404
    assert [row["year"] for row in (await client.get(f"{url}/incomes")).json()["items"]] == [2021]


@pytest.mark.parametrize("amount", ["NaN", "1e400", "Infinity", "1.005", 1.5])
async def test_an_amount_is_a_plain_finite_number(
    client: httpx.AsyncClient, url: str, amount: str | float
) -> None:
    sent = {"year": 2021, "amount": amount, "source_text": "示例调查"}
    answer = await client.post(f"{url}/incomes", json=sent)
    assert answer.status_code == 422
    assert {pointer for pointer, _ in pointers(answer)} == {"/amount"}


async def test_own_history_is_recorded_by_crop_and_year(client: httpx.AsyncClient, url: str) -> None:
    sent = {
        "crop_code": RICE,
        "year": 2021,
        "area_mu": "2",
        "cash_income": "1500",
        "own_days": "6.5",
        "evidence": "示例账本",
    }
    answer = await client.post(f"{url}/own-history", json=sent)
    assert answer.status_code == 201, answer.text
    assert (await client.post(f"{url}/own-history", json=sent)).status_code == 409
    unknown = await client.post(f"{url}/own-history", json=sent | {"crop_code": "unheard"})
    assert pointers(unknown) == {("/crop_code", "crop.unknown")}
    at = f"{url}/own-history/{RICE}/2021"
    changed = await client.patch(at, json={"own_days": None}, headers={"if-match": '"1"'})
    assert (changed.json()["own_days"], changed.headers["etag"]) == (None, '"2"')
    assert (await client.patch(at, json={"area_mu": "3"}, headers={"if-match": '"1"'})).status_code == 412
    same = await client.patch(at, json={"area_mu": "2"}, headers={"if-match": '"2"'})
    assert same.headers["etag"] == '"2"'
    assert (await client.get(at, headers={"if-none-match": '"2"'})).status_code == 304
    assert len((await client.get(f"{url}/own-history")).json()["items"]) == 1
