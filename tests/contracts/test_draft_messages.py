"""How many messages the steps of a draft send to the database, BEGIN, identity and COMMIT included."""

from urllib.parse import urlencode

import httpx
import pytest

from tests import factories
from tests.conftest import World
from tests.contracts.browse import visit
from tests.contracts.desk import component
from tests.factories import VILLAGE
from tests.messages import asking, logged

BOUNDS = {"annex, land changed": 20, "annex": 23, "terms": 15, "sign": 23}
"""annex: step 3 with a line that changes together with its land, and a new line with new land."""


async def draft(client: httpx.AsyncClient, world: factories.World) -> str:
    """The address of the steps of a new draft."""
    body = {
        "village_code": VILLAGE,
        "title": "示例辣椒订单合同",
        "starts_on": "2022-03-01",
        "ends_on": "2022-12-31",
        "parties": [{"role": "buyer", "organization_id": str(world.enterprise)}],
        "components": [component("4.00")],
    }
    answer = await client.post("/api/v1/contracts", json=body)
    assert answer.status_code == 201, answer.text
    return f"/contracts/{answer.json()['contract_id']}/edit"


async def sent(client: httpx.AsyncClient, seen: list[str], address: str, **fields: str) -> list[str]:
    """The messages of a form filled in and saved."""
    page = await visit(client, address)
    filled = {name.replace("__", "-"): value for name, value in fields.items()}
    values = [(name, value) for name, value in page.values if name not in filled]
    seen.clear()
    answer = await client.post(
        address,
        content=urlencode([*values, *filled.items(), ("_submit", "1")]),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 303, answer.text
    return list(seen)


def ticked(row: int, area_mu: str) -> dict[str, str]:
    values = {"chosen": "true", "area_mu": area_mu, "planned_kg": "1500"}
    return {f"rows__{row}__{name}": value for name, value in values.items()}


async def messages(
    client: httpx.AsyncClient, seen: list[str], world: factories.World
) -> dict[str, list[str]]:
    """Of each step of a draft."""
    steps = await draft(client, world)
    annex = f"{steps}/annex"
    await sent(client, seen, annex, displaced="中籼稻", **ticked(0, "1"))
    return {
        "annex, land changed": await sent(client, seen, annex, **ticked(0, "1.05")),
        "annex": await sent(client, seen, annex, displaced="中籼稻", **ticked(0, "1.1"), **ticked(1, "1")),
        "terms": await sent(client, seen, f"{steps}/terms", ends_on="2022-12-30"),
        "sign": await sent(client, seen, f"{steps}/check", signed_on="2022-03-01", same_reason="示例理由"),
    }


async def test_messages_of_a_draft(committed_db: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async with committed_db.writer() as work:
        world = await factories.world(work)
        for n in (1, 2):
            await factories.household(work, number=f"0{n}", head=f"示例户{n}", contracted_mu="6.00")
        await factories.reference_return(work, crop_code="chili", yield_kg="1500")
    with logged(monkeypatch) as seen:
        async with asking(committed_db, "clerk", VILLAGE) as client:
            await messages(client, seen, world)  # prepares the statements
            found = await messages(client, seen, world)
    assert {step: len(sent) for step, sent in found.items() if len(sent) > BOUNDS[step]} == {}, found
    assert not any("SAVEPOINT" in text for sent in found.values() for text in sent)
