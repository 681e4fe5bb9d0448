"""Every route for every role on objects of four villages and on missing ones: nothing of another place shows,
and nothing is denied that is the caller's.

The routes are the application's own, the callers real accounts with tokens and sessions; each transaction is
the application role's and enters with what their grants reach.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import product
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from registry.kernel.db import transactions
from registry.kernel.db.transactions import Conn, Identity, Scope
from registry.kernel.http.callers import ROLES
from tests.factories import COUNTY
from tests.invariants.accounts import Who, callers
from tests.invariants.api_driver import (
    ACCOUNTS,
    FIXED,
    NOWHERE,
    OBJECTS,
    ApiDriver,
    Target,
    entering,
    masked,
    targets,
)
from tests.invariants.populated import Matrix
from tests.invariants.test_catalogue import PARTNER
from tests.serving import serving

# Keys of rows that everybody may read, or that everybody whom their division concerns may.
SHARED = {
    "framework_id", "import_batch_id", "market_price_id", "organization_id", "ownership_id",
    "reference_return_id", "season_id",
}  # fmt: skip
# What a role may not do with a record of its own by a rule of the feature, and where that is proven.
RULED = {
    ("POST", "/api/v1/contracts/{contract_id}/filings", "cadre"),  # the example files: tests/contracts
}

# With the village and its organisations filled in, which are no secret.
EMPTY_FORMS = {"/households/new", "/households/paste", "/contracts/new"}


@pytest.fixture(scope="session")
async def people(database: Matrix) -> list[Who]:
    """Once a worker: they stay in its database, while the tests here need not run in one go."""
    return await callers(database)


@pytest.fixture(scope="module")
async def driver(database: Matrix, people: list[Who]) -> AsyncIterator[ApiDriver]:
    async with serving(providers=entering(database.conn)) as client:
        document = (await client.get("/api/v1/openapi.json")).json()
        app = client._transport.app  # type: ignore[attr-defined]
        yield ApiDriver(
            client=client,
            matrix=database,
            people=people,
            targets=list(targets(app)),
            examples={
                (method.upper(), path): one["requestBody"]["content"]["application/json"]["example"]
                for path, methods in document["paths"].items()
                for method, one in methods.items()
                if "application/json" in one.get("requestBody", {}).get("content", {})
            },
            ids={name: ids(database, village) for name, village in OBJECTS.items()},
        )


def ids(matrix: Matrix, village: str) -> dict[str, str]:
    """Keys of the rows in a village, and of shared rows, which are everybody's; random ones for none."""
    keys = [table for table, columns in matrix.tables.items() if f"{table}_id" in columns]
    first = {table: msgspec.json.decode(matrix.held[table][0].content) for table in keys}
    rows = first | matrix.of_village(village)
    found = {f"{table}_id": str(rows[table][f"{table}_id"]) for table in keys}
    if not village:
        found = {name: str(UUID(int=uuid4().int)) for name in (*found, *ACCOUNTS)}
    places = dict.fromkeys(("code", "village_code"), village or NOWHERE)
    return found | places | {"record_id": found["household_id"]}


def scoped(driver: ApiDriver, target: Target) -> set[str]:
    """The parameters that name something of one village."""
    own = {f"{table}_id" for table, columns in driver.matrix.tables.items() if "village_code" in columns}
    asked = {target.query} if target.query and not target.public else set()
    return set(target.names & (own | {"code", "record_id"})) | asked


def reaches(driver: ApiDriver, target: Target, who: Who, object_: str) -> bool | None:
    """Whether the object is the caller's to see or, for a change, to change; None: the grant does not say."""
    reading = target.method in ("GET", "HEAD")
    if target.path in EMPTY_FORMS:
        return None
    if named := scoped(driver, target):
        if who.role == "partner":
            return performs(target, object_, named)
        return (who.read if reading else who.write).covers(OBJECTS[object_])
    if target.names & set(ACCOUNTS):
        return object_ == "own" if target.own else True
    if "import_batch_id" in target.names:
        return who.read.covers(COUNTY) or None
    return True if reading and not ("framework_id" in target.names and who.role == "partner") else None


def performs(target: Target, object_: str, named: set[str]) -> bool | None:
    """The same for a partner: its contracts in two villages, and what hangs on them."""
    its_own = object_ in ("own", "far")
    if target.query == "division" or (its_own and target.query == "household"):
        return None  # those of its contracts; that a place exists is no secret
    shown = all(name.removesuffix("_id") in PARTNER | {"contract"} for name in named)
    return target.method in ("GET", "HEAD") and its_own and shown


async def test_each_route_admits_its_roles_and_no_other(driver: ApiDriver) -> None:
    """Before any record is looked at."""
    faults, tried = [], 0
    for target in driver.targets:
        for who in driver.people:
            if target.query or target.admits(who):
                continue
            tried += 1
            answer = await driver.ask(target, who, "own")
            away = answer.status_code == 303 and answer.headers["location"].startswith("/login")
            if not (answer.status_code == 403 if who.role else answer.status_code == 401 or away):
                faults.append(f"{target} by {who.name}: {answer.status_code}")
    assert not faults, "\n".join(faults)
    assert tried > 500


async def test_every_route_on_objects_of_every_village(driver: ApiDriver) -> None:
    """What is the caller's is answered; what is another's is answered as if it were not there."""
    tried: Counter[bool | None] = Counter()
    faults = [fault async for fault in differences(driver, await driver.heeded(), driver.people, tried)]
    print(f"answers to callers: {dict(tried)}")
    assert not faults, "\n".join(faults)
    assert min(tried[reach] for reach in (True, False, None)) > 100


async def test_a_hole_is_found(driver: ApiDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for a cadre whose transactions enter with everything in scope."""
    enter = transactions.enter

    async def wide(conn: Conn, who: Identity) -> None:
        await enter(conn, msgspec.structs.replace(who, read=Scope.ALL))

    monkeypatch.setattr(transactions, "enter", wide)
    wanted = {"/api/v1/contracts/{contract_id}", "/api/v1/households", "/households/{household_id}"}
    holed = [target for target in driver.targets if target.path in wanted and target.method == "GET"]
    found = [fault async for fault in differences(driver, holed, [driver.person("cadre")], Counter())]
    assert {path for path in wanted if any(f"GET {path} by" in line for line in found)} == wanted
    assert {line.partition(" ")[0] for line in found} >= {"LEAK", "TOLD"}


async def differences(
    driver: ApiDriver, asked: Iterable[Target], people: Iterable[Who], tried: Counter[bool | None]
) -> AsyncIterator[str]:
    """Answers that are not as they should be; how many were the caller's, another's, or neither."""
    for target, who in product(asked, people):
        if not target.admits(who):
            continue
        varied = scoped(driver, target) or target.names & set(ACCOUNTS)
        objects = [name for name in OBJECTS if name in ("own", *(who.tries if varied else ()))]
        answers = {name: await driver.ask(target, who, name) for name in objects}
        for name, one in answers.items():
            reach = None if name == "missing" else reaches(driver, target, who, name)
            if (target.method, target.path, who.name) in RULED:
                reach = None
            tried[reach] += 1
            for fault in judged(one, answers.get("missing", one), reach, driver.hidden(who)):
                yield f"{fault}: {target} by {who.name} on {name}: {short(one)}"


def judged(
    answer: httpx.Response, missing: httpx.Response, reach: bool | None, hidden: list[str]
) -> Iterator[str]:
    """What is wrong with an answer."""
    if leaked := [mark for mark in hidden if mark in answer.text]:
        yield f"LEAK of {leaked}"
    if answer.status_code >= 500:
        yield "FAILURE"
    if reach is True and answer.status_code in (401, 403, 404):
        yield "DENIED"
    if reach is False and masked(answer) != masked(missing):
        yield f"TOLD from missing ({short(missing)})"


def short(answer: httpx.Response) -> str:
    kind = answer.headers.get("content-type", "")
    return f"{answer.status_code} {answer.text[:200] if 'json' in kind else ''}"


async def test_every_role_has_an_account(driver: ApiDriver) -> None:
    assert {who.role for who in driver.people} == {None, *ROLES}


async def test_every_route_that_names_something_is_asked_for_it(driver: ApiDriver) -> None:
    """A parameter the matrix has no value for is a KeyError; one it takes for public stands here."""
    public = {
        name for target in driver.targets for name in target.names - scoped(driver, target) - set(ACCOUNTS)
    }
    assert public == {*FIXED, "kind", "name", *SHARED}
    assert {target.path for target in driver.targets if scoped(driver, target)} >= {
        "/households/{household_id}", "/api/v1/contracts/{contract_id}/participants/{participant_id}"
    }  # fmt: skip
