"""The OpenAPI document says what the application does; the pages made of it load nothing from elsewhere."""

import re
from typing import Annotated, Any
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from registry.kernel.forms.parsing import parse
from registry.kernel.http.examples import example
from registry.kernel.http.openapi import REFERENCE
from registry.kernel.http.web import Page
from registry.kernel.types import POSITIVE, CreditCode, DivisionCode, LongText, Mu, UnitPrice
from registry.kernel.work import Work
from tests.serving import providers_on, serving


class Fixed(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="fixed", tag_field="clause"
):
    price: UnitPrice


class Floor(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="floor", tag_field="clause"
):
    floor: UnitPrice
    cap: UnitPrice | None = None


class DealIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    buyer: CreditCode
    terms: Fixed | Floor
    area_mu: Annotated[Mu, POSITIVE, Meta(title="面积")]
    lines: list[Fixed] = []
    note: LongText | None = None


@post("/", opt={"idempotency": "required"})
async def sign_deal(data: JSONBody[DealIn]) -> Response[DealIn]:
    """Signs a deal

    Only once."""
    return Response(data)


@patch("/{deal_id:uuid}", status_code=204)
async def drop_deal(deal_id: FromPath[UUID]) -> None:
    """Drops a deal"""


@get("/")
async def list_deals(
    division: FromQuery[DivisionCode | None] = None,
    limit: FromQuery[Annotated[int, Meta(ge=1, le=200)]] = 50,
) -> Response[Page[DealIn]] | Response[bytes]:
    """Deals"""
    return Response(Page[DealIn](items=[]))


DEALS = Router("/api/v1/deals", route_handlers=[sign_deal, drop_deal, list_deals], tags=["deals"])


@pytest.fixture
async def document(work: Work) -> dict[str, Any]:
    async with serving(providers=providers_on(work), further=[DEALS]) as client:
        answer = await client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    made: dict[str, Any] = answer.json()
    return made


async def test_bodies_are_described_as_they_are_read(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    deal = schemas["DealIn"]
    assert deal["additionalProperties"] is False
    assert deal["required"] == ["buyer", "terms", "area_mu"]
    assert deal["properties"]["area_mu"] == {
        "title": "面积",
        "type": "string",
        "format": "decimal",
        "pattern": r"^(0|[1-9][0-9]{0,7})(\.[0-9]{1,2})?$",
        "examples": ["1.00"],
        "x-unit": "亩",
    }
    assert deal["properties"]["terms"]["discriminator"]["propertyName"] == "clause"
    example_body = document["paths"]["/api/v1/deals"]["post"]["requestBody"]["content"]["application/json"][
        "example"
    ]
    assert parse(DealIn, example_body).buyer == "91421303MA49000102"


async def test_operations_name_parameters_answers_and_errors(document: dict[str, Any]) -> None:
    sign = document["paths"]["/api/v1/deals"]["post"]
    assert (sign["summary"], sign["description"], sign["tags"]) == ("Signs a deal", "Only once.", ["deals"])
    (key,) = sign["parameters"]
    assert (key["name"], key["in"], key["required"]) == ("Idempotency-Key", "header", True)
    assert {"201", "400", "404", "409", "413", "415", "422", "503", "default"} == set(sign["responses"])
    drop = document["paths"]["/api/v1/deals/{deal_id}"]["patch"]
    assert "content" not in drop["responses"]["204"]
    assert {"412", "428"} <= set(drop["responses"])
    deals = document["paths"]["/api/v1/deals"]["get"]
    assert [one["name"] for one in deals["parameters"]] == ["division", "limit"]
    assert set(deals["responses"]["200"]["content"]) == {"application/json", "text/csv"}
    problem = sign["responses"]["422"]["content"]["application/problem+json"]["schema"]
    assert problem == {"$ref": REFERENCE.format(name="Problem")}


async def test_every_operation_of_the_product_is_documented(document: dict[str, Any]) -> None:
    seen: set[str] = set()
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            assert one["operationId"] not in seen, one["operationId"]
            seen.add(one["operationId"])
            named = one["operationId"].replace("_", " ")
            assert one["summary"] != named, f"{method} {path} has no docstring to take its summary from"
    references = set(re.findall(r"#/components/schemas/[^\"']+", str(document)))
    assert references <= {REFERENCE.format(name=name) for name in document["components"]["schemas"]}


async def test_examples_can_be_sent(document: dict[str, Any]) -> None:
    """The example of a body has every required field and no null where none may stand."""
    schemas = document["components"]["schemas"]
    for methods in document["paths"].values():
        for one in methods.values():
            content = one.get("requestBody", {}).get("content", {}).get("application/json")
            if content and "$ref" in content["schema"]:
                schema = schemas[content["schema"]["$ref"].rpartition("/")[2]]
                assert set(schema.get("required", ())) <= set(content["example"])


async def test_pages_load_nothing_from_elsewhere(work: Work) -> None:
    async with serving(providers=providers_on(work), further=[DEALS]) as client:
        for path, text in (
            ("/api/docs", "POST /api/v1/deals"),
            ("/api/problems", 'id="idempotency_key_reused"'),
        ):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert text in answer.text
            assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", answer.text)
            assert "<style" not in answer.text
            assert not re.findall(r"<script(?![^>]* src=)", answer.text)


async def test_a_problem_type_leads_to_its_description(client: httpx.AsyncClient) -> None:
    kind = (await client.get("/api/v1/nothing")).json()["type"]
    path, _, code = kind.partition("#")
    assert f'id="{code}"' in (await client.get(path)).text


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"enum": ["a", "b"]}, "a"),
        ({"type": "array", "items": {"type": "integer", "minimum": 3}}, [3]),
        ({"type": "array"}, []),
        ({"type": "string", "minLength": 4}, "示例例例"),
        ({"type": "boolean"}, False),
        ({"type": "object"}, {}),
        ({"type": "null"}, None),
        ({}, None),
        ({"$ref": "#/x/Loop"}, {"inner": {"inner": {"inner": {"inner": None}}}}),
    ],
)
def test_examples(schema: dict[str, Any], made: object) -> None:
    loop = {"Loop": {"properties": {"inner": {"$ref": "#/x/Loop"}}}}
    assert example(schema, loop) == made
