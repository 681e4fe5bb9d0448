"""Whatever names another village's record is answered as if that were not there: every route, every body."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from litestar.routes import HTTPRoute

from registry.app import create_app
from registry.kernel.db import transactions
from registry.kernel.db.transactions import Identity, Scope
from registry.kernel.http.callers import Caller
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Act, Work
from registry.settings import Settings
from tests.factories import SIBLING, VILLAGE
from tests.invariants.populated import Matrix
from tests.serving import NOW, operator, providers_on, serving

SCOPE = Scope.of_division(VILLAGE)
CADRE = Identity(actor="local", read=SCOPE, write=SCOPE)
PARAMETER = re.compile(r"\{(\w+)\}")
OTHERS = {"year": "2022", "crop_code": "midseason_rice"}
ECHOED = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


class Street(msgspec.Struct, frozen=True, kw_only=True):
    """The application as the village's cadre sees it; the ids of its own records and of its neighbour's."""

    client: httpx.AsyncClient
    own: dict[str, str]
    foreign: dict[str, str]
    operations: list[tuple[str, str, Any, set[str]]]
    pages: list[str]


def ids(matrix: Matrix, village: str) -> dict[str, str]:
    """Name of the key and its value, for every table with a key of its own."""
    rows = matrix.of_village(village)
    return {f"{table}_id": row[f"{table}_id"] for table, row in rows.items() if f"{table}_id" in row}


def sent(operation: dict[str, Any], schemas: dict[str, Any]) -> tuple[Any, set[str]]:
    """The documented body, if there is one, and which of its fields are required."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None, set()
    named = schemas.get(content["schema"].get("$ref", "").rpartition("/")[2], {})
    return content["example"], set(named.get("required", ()))


def pages() -> list[str]:
    """Addresses of pages that name a record."""
    app = create_app(Settings(data_dir=Path("unused")))
    return [
        route.path
        for route in app.routes
        if isinstance(route, HTTPRoute)
        and "GET" in route.methods
        and ":uuid}" in route.path
        and not route.path.startswith("/api/")
    ]


async def of_the_village(request: AnyRequest) -> Caller:
    """Whatever role the route admits, always in the village's scope: the scope alone has to keep out."""
    admitted = await operator(request)
    return msgspec.structs.replace(admitted, username=CADRE.actor, read=SCOPE, write=SCOPE)


@pytest.fixture
async def driver(database: Matrix) -> AsyncIterator[Street]:
    transaction = database.conn.transaction()
    await transaction.start()
    await transactions.enter(database.conn, CADRE)
    shared = msgspec.structs.replace(
        providers_on(Work(database.conn, Act(actor="local", now=NOW))), caller=of_the_village
    )
    async with serving(providers=shared) as client:
        document = (await client.get("/api/v1/openapi.json")).json()
        schemas = document["components"]["schemas"]
        yield Street(
            client=client,
            own=ids(database, VILLAGE),
            foreign=ids(database, SIBLING),
            operations=[
                (method, path, *sent(one, schemas))
                for path, methods in document["paths"].items()
                for method, one in methods.items()
            ],
            pages=[re.sub(r":\w+}", "}", path) for path in pages()],
        )
    await transaction.rollback()


async def answered(
    driver: Street, method: str, path: str, body: Any, named: dict[str, str]
) -> tuple[int, str]:
    """Status and text without ids and traces."""
    address = PARAMETER.sub(lambda found: (OTHERS | named)[found[1]], path)
    headers = {"idempotency-key": str(uuid4()), "if-match": '"1"'}
    answer = await driver.client.request(
        method, address, headers=headers, **({} if body is None else {"json": body})
    )
    return answer.status_code, ECHOED.sub("…", answer.text)


def missing(driver: Street) -> dict[str, str]:
    return {name: str(UUID(int=uuid4().int)) for name in driver.foreign}


async def test_addresses(driver: Street) -> None:
    faults, tried = [], 0
    for method, path, body, _ in driver.operations:
        named = set(PARAMETER.findall(path))
        if not named & driver.foreign.keys() or named - driver.foreign.keys() - OTHERS.keys():
            continue
        tried += 1
        foreign = await answered(driver, method, path, body, driver.foreign)
        if foreign != await answered(driver, method, path, body, missing(driver)):
            faults.append(f"{method} {path} tells foreign from missing: {foreign}")
        if method == "get":
            own = (await answered(driver, method, path, body, driver.own))[0]
            empty = foreign == (200, '{"items":[],"next_cursor":null}')
            if own != 200 or not (foreign[0] == 404 or empty):
                faults.append(f"{method} {path}: own {own}, foreign {foreign[0]}")
    assert not faults, "\n".join(faults)
    assert tried > 50


async def test_pages(driver: Street) -> None:
    """Steps of a draft answer for a signed contract with a way out, hence not only 200 for one's own."""
    for path in driver.pages:
        if set(PARAMETER.findall(path)) - driver.foreign.keys() - OTHERS.keys():
            continue
        foreign = await answered(driver, "get", path, None, driver.foreign)
        assert foreign == await answered(driver, "get", path, None, missing(driver)), path
        own = await answered(driver, "get", path, None, driver.own)
        assert (own[0] in (200, 303, 409), foreign[0]) == (True, 404), f"{path}: {own[0]}, {foreign[0]}"


def filled(body: Any, name: str, value: str) -> Any:
    """The body with every field of that name set."""
    if isinstance(body, dict):
        return {key: value if key == name else filled(one, name, value) for key, one in body.items()}
    return [filled(one, name, value) for one in body] if isinstance(body, list) else body


def bodies(body: Any, required: set[str], name: str) -> list[Any]:
    """All documented fields; and only the required ones with those that hold the name."""
    if not isinstance(body, dict):
        return [body]
    holds = {key for key, one in body.items() if key == name or filled(one, name, "x") != one}
    return [body, {key: one for key, one in body.items() if key in required | holds}]


async def test_bodies(driver: Street) -> None:
    faults, differing = [], 0
    for method, path, example, required in driver.operations:
        for name in driver.foreign:
            if example is None or filled(example, name, "x") == example:
                continue
            for body in bodies(example, required, name):
                own, foreign, gone = [
                    await answered(driver, method, path, filled(body, name, given[name]), driver.own)
                    for given in (driver.own, driver.foreign, missing(driver))
                ]
                differing += own != gone
                if foreign != gone or foreign[0] >= 500 or own[0] >= 500:
                    faults.append(f"{method} {path} with {name}: {own}, {foreign}, {gone}")
    assert not faults, "\n".join(faults)
    assert differing > 10
