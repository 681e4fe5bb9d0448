"""The base data, and bodies to send. Invented figures."""

from typing import Any

import httpx

COUNTY, TOWNSHIP, VILLAGE, OTHER = "421303000000", "421303187000", "421303187236", "421321101000"
API = "/api/v1"


def pointers(answer: httpx.Response) -> set[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return {(one["pointer"], one["code"]) for one in answer.json()["errors"]}


async def posted(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(f"{API}{path}", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"1"'
    found: dict[str, Any] = answer.json()
    return found


async def listed(client: httpx.AsyncClient, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"{API}{path}", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def paged(client: httpx.AsyncClient, path: str, limit: int) -> list[dict[str, Any]]:
    """Every item of a list, page by page through the Link header."""
    seen: list[dict[str, Any]] = []
    url = f"{API}{path}{'&' if '?' in path else '?'}limit={limit}"
    while url:
        answer = await client.get(url)
        assert answer.status_code == 200, answer.text
        seen += answer.json()["items"]
        url = answer.headers.get("link", "").partition("<")[2].partition(">")[0]
    return seen


async def guarded(client: httpx.AsyncClient, path: str, change: dict[str, Any]) -> dict[str, Any]:
    """A change of version 1: refused without it and with an old one, answered 304 and unchanged after it."""
    url = f"{API}{path}"
    assert (await client.patch(url, json=change)).status_code == 428
    assert (await client.patch(url, json=change, headers={"if-match": '"7"'})).status_code == 412
    done = await client.patch(url, json=change, headers={"if-match": '"1"'})
    assert (done.status_code, done.headers.get("etag")) == (200, '"2"'), done.text
    same = await client.patch(url, json=change, headers={"if-match": '"2"'})
    assert same.headers["etag"] == '"2"'
    known = await client.get(url, headers={"if-none-match": '"2"'})
    assert (known.status_code, known.content) == (304, b"")
    assert (await client.get(url)).json() == done.json()
    unknown = await client.patch(url, json={"nonsense": 1}, headers={"if-match": '"2"'})
    assert pointers(unknown) == {("/nonsense", "unknown")}
    found: dict[str, Any] = done.json()
    return found


def season(**changes: Any) -> dict[str, Any]:
    return {
        "division_code": TOWNSHIP,
        "product_code": "chili_fresh",
        "name": "2022 年",
        "starts_on": "2022-03-01",
        "ends_on": "2022-11-30",
        **changes,
    }


def price(**changes: Any) -> dict[str, Any]:
    return {
        "division_code": TOWNSHIP,
        "product_code": "chili_fresh",
        "day": "2022-09-12",
        "price": "2.10",
        "unit": "jin",
        **changes,
    }


def returns(**changes: Any) -> dict[str, Any]:
    """A row that keeps every identity."""
    return {
        "crop_code": "midseason_rice",
        "division_code": COUNTY,
        "year": 2022,
        "output_value": "1500.00",
        "materials_services": "600.00",
        "family_labour": "300.00",
        "hired_labour": "100.00",
        "land_rent": "20.00",
        "own_land_rent": "80.00",
        "quality": "survey",
        "source_text": "示范调查",
        **changes,
    }
