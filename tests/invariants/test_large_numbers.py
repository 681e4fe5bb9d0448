"""Whole numbers in addresses that no column holds: refused or not found, at every documented operation."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from registry.kernel.work import Work
from tests import factories
from tests.invariants.test_numbers_that_are_none import address

NUMBERS = (0, -1, 2**31, 2**63, 10**40)


def whole(operation: dict[str, Any]) -> list[tuple[str, str]]:
    """Name and place of each parameter that is a whole number."""
    return [
        (one["name"], one["in"])
        for one in operation.get("parameters", ())
        if "integer" in str(one["schema"].get("type", one["schema"].get("anyOf", "")))
    ]


@pytest.mark.parametrize("number", NUMBERS)
async def test_no_address_fails(work: Work, client: httpx.AsyncClient, number: int) -> None:
    await factories.world(work)
    document = (await client.get("/api/v1/openapi.json")).json()
    answers = {}
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            content = one.get("requestBody", {}).get("content", {}).get("application/json", {})
            for name, place in whole(one):
                where = path.replace(f"{{{name}}}", str(number)) if place == "path" else path
                query = {name: str(number)} if place == "query" else None
                headers = {"idempotency-key": str(uuid4()), "if-match": '"1"'}
                sent: dict[str, Any] = {"json": content["example"]} if content else {}
                answer = await client.request(method, address(where), params=query, headers=headers, **sent)
                answers[f"{method} {path} {name}"] = answer.status_code
    assert {name: status for name, status in answers.items() if status not in (200, 404, 422)} == {}
    assert len(answers) > 40
