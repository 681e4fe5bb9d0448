"""Crops, products, grades, tags and seasons over REST."""

from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from registry.kernel.types import new_id
from registry.kernel.work import Cause
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
    season,
)

pytestmark = pytest.mark.usefixtures("base")


@pytest.mark.parametrize(
    ("path", "body", "change"),
    [
        ("/crops", {"crop_code": "sesame", "name": "芝麻"}, {"name": "黑芝麻"}),
        (
            "/products",
            {"product_code": "sesame_oil", "crop_code": "peanut", "name": "示范油"},
            {"name": "示范香油"},
        ),
        (
            "/tags",
            {"tag_code": "model", "label": "示范户", "valid_from": "2022-01-01", "source_text": "示范文件"},
            {"valid_to": "2022-12-31"},
        ),
    ],
)
async def test_a_code_is_registered_once_and_changed(
    client: httpx.AsyncClient, path: str, body: dict[str, Any], change: dict[str, Any]
) -> None:
    code = next(iter(body.values()))
    made = await posted(client, path, body)
    assert made.items() >= body.items()
    twice = await client.post(f"{API}{path}", json=body)
    assert (twice.status_code, twice.json()["code"].partition(".")[2]) == (409, "exists")
    assert (await guarded(client, f"{path}/{code}", change)).items() >= change.items()
    assert (await client.get(f"{API}{path}/nothing")).status_code == 404
    missing = await client.patch(f"{API}{path}/nothing", json=change, headers={"if-match": '"1"'})
    assert missing.status_code == 404
    field = next(iter(body))
    assert [row[field] for row in await paged(client, path, 2)] == sorted(
        row[field] for row in await listed(client, path)
    )


async def test_codes_are_found_by_name_crop_and_day(client: httpx.AsyncClient) -> None:
    assert [row["crop_code"] for row in await listed(client, "/crops", q="椒")] == ["chili"]
    assert [row["name"] for row in await listed(client, "/products", crop="chili", q="干")] == ["干辣椒"]
    assert await listed(client, "/crops", updated_since="2099-01-01T00:00:00Z") == []
    labels = [row["label"] for row in await listed(client, "/tags", on="2026-06-01")]
    assert "防止返贫致贫对象" in labels
    assert "监测对象" not in labels


async def test_wrong_codes_are_refused_with_every_mistake(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{API}/crops", json={"crop_code": "Chili 1", "name": " x"})
    assert pointers(answer) == {("/crop_code", "text.pattern"), ("/name", "text.pattern")}
    product = {"product_code": "oil", "crop_code": "sesame", "name": "油"}
    assert pointers(await client.post(f"{API}/products", json=product)) == {("/crop_code", "unknown_code")}
    answer = await client.patch(
        f"{API}/products/rice", json={"crop_code": "sesame"}, headers={"if-match": '"1"'}
    )
    assert pointers(answer) == {("/crop_code", "unknown_code")}
    tag = {"tag_code": "t", "label": "甲", "valid_from": "2022-01-02", "source_text": "示范"}
    assert pointers(await client.post(f"{API}/tags", json=tag | {"valid_to": "2022-01-01"})) == {
        ("/valid_to", "order")
    }
    answer = await client.patch(
        f"{API}/tags/lifted_out", json={"valid_to": "2000-01-01"}, headers={"if-match": '"1"'}
    )
    assert pointers(answer) == {("/valid_to", "order")}


async def test_another_crop_makes_the_products_lines_stale(
    client: httpx.AsyncClient, marked: list[Cause]
) -> None:
    url = f"{API}/products/chili_dried"
    await client.patch(url, json={"name": "干椒"}, headers={"if-match": '"1"'})
    assert marked == []
    await client.patch(url, json={"crop_code": "peanut"}, headers={"if-match": '"2"'})
    assert marked == [Cause(kind="product", product_code="chili_dried")]


async def test_a_product_has_grades(client: httpx.AsyncClient) -> None:
    path = "/products/soybean/grades"
    assert await listed(client, path) == []
    await posted(client, path, {"grade_code": "second", "name": "二级", "position": 2})
    await posted(client, path, {"grade_code": "first", "name": "一级", "position": 1})
    assert [row["grade_code"] for row in await listed(client, path)] == ["first", "second"]
    twice = await client.post(f"{API}{path}", json={"grade_code": "first", "name": "一等", "position": 1})
    assert (twice.status_code, twice.json()["code"]) == (409, "grade.exists")
    assert (await guarded(client, f"{path}/first", {"name": "特级"}))["name"] == "特级"
    assert (await client.get(f"{API}{path}/third")).status_code == 404
    assert (await client.get(f"{API}/products/nothing/grades")).status_code == 404
    body = {"grade_code": "first", "name": "一级", "position": 1}
    assert (await client.post(f"{API}/products/nothing/grades", json=body)).status_code == 404
    wrong = await client.post(f"{API}{path}", json={"grade_code": "一", "name": "一级", "position": -1})
    assert pointers(wrong) == {("/grade_code", "text.pattern"), ("/position", "number.negative")}


async def test_a_seasons_year_is_that_of_its_last_day(client: httpx.AsyncClient) -> None:
    made = await posted(client, "/seasons", season(starts_on="2022-10-01", ends_on="2023-05-31"))
    assert made["year"] == 2023
    path = f"/seasons/{made['season_id']}"
    changed = await guarded(client, path, {"ends_on": "2022-12-31"})
    assert changed["year"] == 2022
    early = await client.patch(f"{API}{path}", json={"ends_on": "2022-01-01"}, headers={"if-match": '"2"'})
    assert pointers(early) == {("/ends_on", "order")}
    assert (await client.get(f"{API}/seasons/{new_id()}")).status_code == 404


async def test_a_season_is_registered_once(client: httpx.AsyncClient) -> None:
    first = await posted(client, "/seasons", season())
    twice = await client.post(f"{API}/seasons", json=season())
    assert (twice.status_code, twice.json()["code"]) == (409, "season.taken")
    other = await posted(client, "/seasons", season(name="2022 年秋"))
    clash = await client.patch(
        f"{API}/seasons/{other['season_id']}", json={"name": "2022 年"}, headers={"if-match": '"1"'}
    )
    assert (clash.status_code, clash.json()["code"]) == (409, "season.taken")
    assert (await client.get(f"{API}/seasons/{first['season_id']}")).json() == first


async def test_seasons_are_found_by_place_product_year_and_day(client: httpx.AsyncClient) -> None:
    for changes_ in ({}, {"division_code": OTHER}, {"product_code": "peanut", "ends_on": "2023-02-01"}):
        await posted(client, "/seasons", season(**changes_))
    assert len(await paged(client, "/seasons", 1)) == 3
    assert len(await listed(client, "/seasons", division=COUNTY)) == 2
    assert len(await listed(client, "/seasons", product="peanut")) == 1
    assert len(await listed(client, "/seasons", year=2023)) == 1
    assert len(await listed(client, "/seasons", on="2022-12-31")) == 1


async def test_wrong_seasons_are_refused_with_every_mistake(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{API}/seasons", json=season(ends_on="2022-01-01"))
    assert pointers(answer) == {("/ends_on", "order")}
    answer = await client.post(
        f"{API}/seasons", json=season(division_code="421399000000", product_code="nothing")
    )
    assert pointers(answer) == {
        ("/division_code", "division.unknown"),
        ("/product_code", "unknown_code"),
    }


async def test_only_other_days_make_lines_of_a_season_stale(
    client: httpx.AsyncClient, marked: list[Cause]
) -> None:
    made = await posted(client, "/seasons", season(ends_on="2023-01-31"))
    cause = Cause(kind="season", year=2023, first=TOWNSHIP, last="421303187999", product_code="chili_fresh")
    assert marked == [cause]
    url = f"{API}/seasons/{made['season_id']}"
    await client.patch(url, json={"name": "冬季"}, headers={"if-match": '"1"'})
    assert len(marked) == 1
    await client.patch(url, json={"ends_on": "2022-12-31"}, headers={"if-match": '"2"'})
    assert marked[1:] == [replace(cause, year=2022)]
