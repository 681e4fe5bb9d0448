"""Bodies the tests of households start from."""

from typing import Any

import httpx

from tests.factories import VILLAGE

HOUSEHOLDS = "/api/v1/households"


def body(number: str = "012", name: str = "示例户甲", **further: Any) -> dict[str, Any]:
    """A household as a client sends it."""
    standard = {
        "village_code": VILLAGE,
        "number": number,
        "contracted_mu": "4.00",
        "valid_from": "2021-01-01",
        "members": [{"name": name, "is_head": True}],
    }
    return standard | further


async def made(client: httpx.AsyncClient, **further: Any) -> dict[str, Any]:
    """A registered household."""
    answer = await client.post(HOUSEHOLDS, json=body(**further))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def pointers(answer: httpx.Response) -> set[tuple[str, str]]:
    """(pointer, code) of every mistake of a problem document."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return {(one["pointer"], one["code"]) for one in answer.json().get("errors", [])}


def warned(answer: httpx.Response) -> list[tuple[str, str]]:
    """(pointer, code) of every warning."""
    assert answer.status_code == 422, answer.text
    return [(one["pointer"], one["code"]) for one in answer.json()["warnings"]]
