"""Market prices over REST and by import."""

from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from registry.kernel.db.transactions import Identity, Scope
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.forms import parsing
from registry.kernel.types import new_id
from registry.kernel.work import Act, Cause, Work
from registry.reference import base_data, market
from registry.reference.market_model import MarketPriceIn, MarketPricePatch
from tests.conftest import World
from tests.reference.known import (
    API,
    COUNTY,
    OTHER,
    TOWNSHIP,
    guarded,
    listed,
    paged,
    pointers,
    posted,
    price,
)
from tests.serving import NOW

PATH = "/market-prices"
ACT = Act(actor="local", now=NOW)
base = pytest.mark.usefixtures("base")


def given(**changes_: Any) -> MarketPriceIn:
    return parsing.parse(MarketPriceIn, price(**changes_))


@base
@pytest.mark.parametrize(
    ("typed", "unit", "stored"),
    [
        ("2.10", "jin", "4.2000"),
        ("4.20", "kg", "4.2000"),
        ("210", "dan", "4.2000"),
        ("4200", "ton", "4.2000"),
    ],
)
async def test_a_price_is_stored_per_kilogram(
    client: httpx.AsyncClient, typed: str, unit: str, stored: str
) -> None:
    made = await posted(client, PATH, price(price=typed, unit=unit))
    assert (made["price"], made["typed_unit"], made["grade_code"]) == (stored, unit, None)


@base
async def test_a_price_is_entered_once_and_then_changed(client: httpx.AsyncClient) -> None:
    made = await posted(client, PATH, price())
    twice = await client.post(f"{API}{PATH}", json=price(price="2.20"))
    assert (twice.status_code, twice.json()["code"]) == (409, "market_price.taken")
    assert twice.json()["market_price_id"] == made["market_price_id"]
    await posted(client, PATH, price(grade_code="first"))
    path = f"{PATH}/{made['market_price_id']}"
    done = await guarded(client, path, {"price": "2.30", "unit": "jin"})
    assert done["price"] == "4.6000"
    alone = await client.patch(f"{API}{path}", json={"price": "2.30"}, headers={"if-match": '"2"'})
    assert pointers(alone) == {("/unit", "price_and_unit")}
    alone = await client.patch(f"{API}{path}", json={"unit": "kg"}, headers={"if-match": '"2"'})
    assert pointers(alone) == {("/price", "price_and_unit")}
    tiny = {"price": "0.0100", "unit": "ton"}
    answer = await client.patch(f"{API}{path}", json=tiny, headers={"if-match": '"2"'})
    assert pointers(answer) == {("/price", "price.zero")}
    assert (await client.get(f"{API}{PATH}/{new_id()}")).status_code == 404


@base
async def test_wrong_prices_are_refused_with_every_mistake(client: httpx.AsyncClient) -> None:
    wrong = {"division_code": "42", "product_code": "X", "day": "2022-02-30", "price": "0"}
    assert pointers(await client.post(f"{API}{PATH}", json=wrong)) == {
        ("/division_code", "text.pattern"),
        ("/product_code", "text.pattern"),
        ("/day", "date.none"),
        ("/price", "number.positive"),
        ("/unit", "required"),
    }
    unknown = price(division_code="421399000000", product_code="nothing", grade_code="first")
    assert pointers(await client.post(f"{API}{PATH}", json=unknown)) == {
        ("/division_code", "division.unknown"),
        ("/product_code", "unknown_code"),
    }
    grade = await client.post(f"{API}{PATH}", json=price(grade_code="tenth"))
    assert pointers(grade) == {("/grade_code", "unknown_code")}
    tiny = await client.post(f"{API}{PATH}", json=price(price="0.0100", unit="ton"))
    assert pointers(tiny) == {("/price", "price.zero")}
    for amount in ("NaN", "1e400", "Infinity", "-1", "1.00001", 2.1):
        answer = await client.post(f"{API}{PATH}", json=price(price=amount))
        assert {at for at, _ in pointers(answer)} == {"/price"}


@base
async def test_prices_are_found_by_place_product_grade_and_day(client: httpx.AsyncClient) -> None:
    for changes_ in ({}, {"day": "2022-09-13"}, {"division_code": OTHER}, {"grade_code": "second"}):
        await posted(client, PATH, price(**changes_))
    assert [row["day"] for row in await paged(client, PATH, 1)] == ["2022-09-12"] * 3 + ["2022-09-13"]
    assert len(await listed(client, PATH, division=COUNTY)) == 3
    assert len(await listed(client, PATH, product="peanut")) == 0
    assert len(await listed(client, PATH, grade="second")) == 1
    assert len(await listed(client, PATH, first_day="2022-09-13", last_day="2022-09-13")) == 1
    assert (await client.get(f"{API}{PATH}", params={"cursor": "WzEsMl0="})).status_code == 422


@base
async def test_a_new_or_changed_price_makes_what_may_rest_on_it_stale(
    client: httpx.AsyncClient, marked: list[Cause]
) -> None:
    made = await posted(client, PATH, price())
    cause = Cause(
        kind="market_price",
        first=TOWNSHIP,
        last="421303187999",
        product_code="chili_fresh",
        year=2021,
        last_day=date(2023, 11, 16),
    )
    assert marked == [cause]
    marked.clear()
    url = f"{API}{PATH}/{made['market_price_id']}"
    await client.patch(url, json={"source_text": "示范市场"}, headers={"if-match": '"1"'})
    assert marked == []
    await client.patch(url, json={"price": "2.00", "unit": "jin"}, headers={"if-match": '"2"'})
    assert marked == [cause]


@base
async def test_an_import_creates_updates_and_leaves_alone(work: Work, marked: list[Cause]) -> None:
    rows = [given(), given(day="2022-09-13"), given(grade_code="first")]
    assert [one.result for one in await market.import_rows(work.acting(ACT), rows, True)] == ["created"] * 3
    done = await market.import_rows(work.acting(ACT), rows, False)
    assert [one.result for one in done] == ["created"] * 3
    assert len(marked) == 1
    again = await market.import_rows(work.acting(ACT), [given(price="4.20", unit="kg"), *rows[1:]], False)
    assert [one.result for one in again] == ["updated", "unchanged", "unchanged"]
    higher = await market.import_rows(work.acting(ACT), [given(price="9.90", unit="kg")], False)
    stored = await market.prices.one(work, market_id(higher[0].record_id))
    assert (stored.price, stored.version) == (Decimal("9.9000"), 3)
    assert await market.import_rows(work.acting(ACT), [], False) == []


def market_id(text: str | None) -> Any:
    from uuid import UUID

    assert text
    return UUID(text)


@base
async def test_an_import_names_the_fault_of_every_row(work: Work, marked: list[Cause]) -> None:
    rows = [given(product_code="nothing"), given(grade_code="tenth"), given(), given(price="3")]
    outcomes = await market.import_rows(work.acting(ACT), rows, False)
    assert [[one.code for one in row.mistakes] for row in outcomes] == [
        ["unknown_code"],
        ["unknown_code"],
        ["duplicate"],
        ["duplicate"],
    ]
    assert marked == []


async def test_a_neighbour_can_neither_enter_nor_change_a_price(committed_db: World) -> None:
    neighbour = Identity(actor="neighbour", read=Scope.ALL, write=Scope.of_division(OTHER))
    async with committed_db.writer() as work:
        await base_data.load(work)
        row = await market.prices.create(work.acting(ACT), given())
    async with committed_db.writer(neighbour) as work:
        with pytest.raises(Invalid):
            await market.prices.create(work.acting(ACT), given(day="2022-09-14"))
        (outcome,) = await market.import_rows(work.acting(ACT), [given(price="3")], False)
        assert outcome.mistakes[0].code == "division.unknown"
        patch = MarketPricePatch(price=Decimal(3), unit="kg")
        with pytest.raises(NotFound):
            await market.prices.change(work.acting(ACT), [row.market_price_id], patch, 1)
