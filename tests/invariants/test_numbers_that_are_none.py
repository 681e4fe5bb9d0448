"""NaN, infinities and 1e400 at each door: every decimal of every documented body, forms, sheets."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from registry.kernel.work import Work
from tests.exchange.known import imported
from tests.factories import COUNTY, DRIED, TOWNSHIP
from tests.fulfilment.village import Chain, chain

BAD = ("NaN", "sNaN", "Infinity", "-Infinity", "1e400", "-1e400", "1E+400")
GIVEN = {
    "year}": "2022", "_id}": "018f0000-0000-7000-8000-000000000000", "crop_code}": "chili",
    "{kind}": "rural_cpi", "}": "421303187236",
}  # fmt: skip


def decimals(
    schema: dict[str, Any], schemas: dict[str, Any], bad: Any, seen: tuple[str, ...] = ()
) -> Iterator[Any]:
    """Each way to put a number into a value of this schema: (pointer, smallest value that holds it)."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in seen:
            yield from decimals(schemas[name], schemas, bad, (*seen, name))
    elif schema.get("format") == "decimal":
        yield "", bad
    for variant in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from decimals(variant, schemas, bad, seen)
    if "items" in schema:
        yield from ((f"/0{rest}", [value]) for rest, value in decimals(schema["items"], schemas, bad, seen))
    tags = {
        name: one["enum"][0]
        for name, one in schema.get("properties", {}).items()
        if len(one.get("enum", ())) == 1
    }
    for name, one in schema.get("properties", {}).items():
        for rest, value in decimals(one, schemas, bad, seen):
            yield f"/{name}{rest}", tags | {name: value}


async def operations(client: httpx.AsyncClient) -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Method, path and body's schema of whatever reads JSON, with all named schemas."""
    document = (await client.get("/api/v1/openapi.json")).json()
    schemas = document["components"]["schemas"]
    return [
        (method, path, one["requestBody"]["content"]["application/json"]["schema"], schemas)
        for path, methods in document["paths"].items()
        for method, one in methods.items()
        if "application/json" in one.get("requestBody", {}).get("content", {})
    ]


def address(path: str) -> str:
    """With its parameters filled in."""
    for part in path.split("/"):
        given = next((value for name, value in GIVEN.items() if part.endswith(name)), part)
        path = path.replace(part, given) if part else path
    return path


async def test_no_decimal_of_any_body_takes_them(client: httpx.AsyncClient) -> None:
    tried, faults = 0, []
    for method, path, schema, schemas in await operations(client):
        for pointer, body in decimals(schema, schemas, BAD[tried % len(BAD)]):
            tried += 1
            headers = {"idempotency-key": str(uuid4()), "if-match": '"1"'}
            answer = await client.request(method, address(path), json=body, headers=headers)
            named = {one["pointer"] for one in answer.json().get("errors", ())}
            if answer.status_code != 422 or pointer not in named:
                faults.append(f"{method} {path} {pointer}: {answer.status_code} {sorted(named)}")
    assert faults == []
    assert tried > 150


@pytest.fixture
async def known(work: Work) -> Chain:
    made = await chain(work)
    await work.conn.execute("update contract set number = 'HT-1', number_year = 2022")
    return made


async def entered(work: Work) -> tuple[int, int]:
    rows = await work.conn.fetchrow(
        "select (select count(*) from delivery) as slips, (select count(*) from market_price) as prices"
    )
    assert rows is not None
    return rows["slips"], rows["prices"]


@pytest.mark.parametrize("bad", BAD)
async def test_no_form_takes_them(work: Work, client: httpx.AsyncClient, known: Chain, bad: str) -> None:
    slip = {"rows-0-household": "001", "rows-0-gross": bad, "rows-0-tare": bad}
    sent = {"day": "2022-8-20", "unit": "kg", "idempotency_key": str(uuid4()), **slip}
    answer = await client.post(f"/contracts/{known.deal.contract}/deliveries/new", data=sent)
    assert (answer.status_code, answer.text.count(f'value="{bad}"')) == (422, 2)
    sent = {"division_code": TOWNSHIP, "good": DRIED, "day": "2022-8-20", "price": bad, "unit": "jin"}
    answer = await client.post("/market-prices", data={**sent, "idempotency_key": str(uuid4())})
    assert (answer.status_code, '<a href="#price">' in answer.text) == (422, True)
    assert await entered(work) == (0, 0)


async def test_no_sheet_takes_them(work: Work, client: httpx.AsyncClient, known: Chain) -> None:
    text = "合同编号,户号,磅单号,日期,单位,毛重,皮重\n"
    text += "".join(f"HT-1,001,A-{number},2022.8.20,公斤,{bad},0\n" for number, bad in enumerate(BAD))
    report, counts = await imported(client, "deliveries", text.encode(), mode="valid")
    assert (counts[0], counts[3]) == (0, len(BAD))
    assert {(one["line"], one["field"]) for one in report["errors"]} == {
        (line, "gross") for line in range(2, 2 + len(BAD))
    }
    text = "产品,日期,价格,单位\n" + "".join(
        f"{DRIED},2022.8.{20 + n},{bad},公斤\n" for n, bad in enumerate(BAD)
    )
    report, counts = await imported(client, "market-prices", text.encode(), division=COUNTY, mode="valid")
    assert (counts[0], counts[3]) == (0, len(BAD))
    assert {one["field"] for one in report["errors"]} == {"price"}
    assert await entered(work) == (0, 0)
