"""Labour day prices, price indices and planted areas over REST."""

from typing import Any

import httpx
import pytest

from registry.kernel.work import Cause
from tests.reference.known import API, COUNTY, OTHER, TOWNSHIP, guarded, listed, paged, pointers, posted

pytestmark = pytest.mark.usefixtures("base")

DAY_PRICE = {"year": 2025, "price": "101.20", "source_text": "示范汇编"}
INDEX = {
    "division_code": "420000000000",
    "kind": "rural_cpi",
    "year": 2022,
    "value": "101.9",
    "source_text": "示范统计年鉴",
}
PLANTED = {
    "division_code": TOWNSHIP,
    "crop_code": "chili",
    "year": 2022,
    "area_mu": "1200.50",
    "source_text": "示范农业统计",
}


@pytest.mark.parametrize(
    ("path", "key", "body", "change"),
    [
        ("/labour-day-prices", "2025", DAY_PRICE, {"price": "102.00"}),
        ("/price-indices", "420000000000/rural_cpi/2022", INDEX, {"value": "102.1000"}),
        ("/planted-areas", f"{TOWNSHIP}/chili/2022", PLANTED, {"area_mu": "1300.00"}),
    ],
)
async def test_a_figure_is_recorded_once_and_changed(
    client: httpx.AsyncClient, path: str, key: str, body: dict[str, Any], change: dict[str, Any]
) -> None:
    made = await posted(client, path, body)
    assert made["source_text"] == body["source_text"]
    twice = await client.post(f"{API}{path}", json=body)
    assert (twice.status_code, twice.json()["code"].partition(".")[2]) == (409, "exists")
    assert (await guarded(client, f"{path}/{key}", change)).items() >= change.items()
    missing = key.replace("2022", "2001").replace("2025", "2001")
    assert (await client.get(f"{API}{path}/{missing}")).status_code == 404
    answer = await client.patch(f"{API}{path}/{missing}", json=change, headers={"if-match": '"1"'})
    assert answer.status_code == 404


async def test_lists_are_paged_and_narrowed(client: httpx.AsyncClient) -> None:
    assert [row["year"] for row in await paged(client, "/labour-day-prices", 3)] == [2021, 2022, 2023, 2024]
    for year in (2021, 2022):
        await posted(client, "/price-indices", INDEX | {"year": year})
        await posted(client, "/planted-areas", PLANTED | {"year": year})
    await posted(client, "/planted-areas", PLANTED | {"division_code": OTHER})
    await posted(client, "/planted-areas", PLANTED | {"crop_code": "peanut"})
    assert len(await paged(client, "/price-indices", 1)) == 2
    assert len(await listed(client, "/price-indices", kind="rural_cpi", year=2021)) == 1
    assert await listed(client, "/price-indices", division=COUNTY) == []
    assert len(await paged(client, "/planted-areas", 3)) == 4
    assert len(await listed(client, "/planted-areas", division=COUNTY, year=2022)) == 2
    assert len(await listed(client, "/planted-areas", crop="peanut")) == 1


@pytest.mark.parametrize(
    "amount", ["NaN", "sNaN", "1e400", "Infinity", "-1.00", "0", "1.005", 1.5, None, True]
)
async def test_amounts_that_are_none_are_refused(client: httpx.AsyncClient, amount: object) -> None:
    for path, body, field in (
        ("/labour-day-prices", DAY_PRICE, "price"),
        ("/price-indices", INDEX, "value"),
        ("/planted-areas", PLANTED, "area_mu"),
    ):
        if (field, amount) in (("area_mu", "0"), ("value", "1.005")):
            continue
        answer = await client.post(f"{API}{path}", json=body | {field: amount})
        assert {at for at, _ in pointers(answer)} == {f"/{field}"}


async def test_unknown_places_and_crops_are_named(client: httpx.AsyncClient) -> None:
    nowhere = {"division_code": "421399000000"}
    answer = await client.post(f"{API}/price-indices", json=INDEX | nowhere)
    assert pointers(answer) == {("/division_code", "division.unknown")}
    answer = await client.post(f"{API}/planted-areas", json=PLANTED | nowhere | {"crop_code": "nothing"})
    assert pointers(answer) == {("/division_code", "division.unknown"), ("/crop_code", "unknown_code")}


async def test_what_gains_rest_on_makes_their_lines_stale(
    client: httpx.AsyncClient, marked: list[Cause]
) -> None:
    await posted(client, "/labour-day-prices", DAY_PRICE)
    await posted(client, "/price-indices", INDEX)
    await posted(client, "/planted-areas", PLANTED)
    stale = [
        Cause(kind="labour_day_price", year=2025),
        Cause(kind="price_index", first="420000000000", last="429999999999", year=2022),
    ]
    assert marked == stale
    url = f"{API}/labour-day-prices/2025"
    await client.patch(url, json={"source_text": "示范汇编二"}, headers={"if-match": '"1"'})
    marked.clear()
    await client.patch(url, json={"source_text": "示范汇编三"}, headers={"if-match": '"2"'})
    assert marked == []
    await client.patch(url, json={"price": "99.00"}, headers={"if-match": '"3"'})
    assert marked == stale[:1]
