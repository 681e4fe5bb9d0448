"""Consents of persons: given, withdrawn, audited, never holding numbers themselves."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from registry.kernel.work import Work
from tests.factories import world
from tests.households.known import HOUSEHOLDS, made, pointers


@pytest.fixture
async def receiver(work: Work) -> UUID:
    return (await world(work)).enterprise


@pytest.fixture
async def url(client: httpx.AsyncClient, receiver: UUID) -> str:
    del receiver
    household = await made(client)
    person = household["members"][0]["person_id"]
    return f"{HOUSEHOLDS}/{household['household_id']}/members/{person}/consents"


def body(receiver: UUID, **further: Any) -> dict[str, Any]:
    standard = {
        "receiver_id": str(receiver),
        "fields": ["phone"],
        "purpose": "通知交货",
        "until": "2023-12-31",
    }
    return standard | further


async def test_a_consent_is_given_and_withdrawn(
    client: httpx.AsyncClient, work: Work, url: str, receiver: UUID
) -> None:
    given = await client.post(url, json=body(receiver, evidence="签字的同意书"))
    assert (given.status_code, given.headers["etag"]) == (201, '"1"')
    assert (given.json()["given_on"], given.json()["receiver_name"]) == ("2023-01-16", "示范品源现代农业")
    assert (await client.get(url)).json()["items"] == [given.json()]
    at = f"{url}/{given.json()['consent_id']}/withdraw"
    assert pointers(await client.post(at, json={"withdrawn_on": "2023-01-15"})) == {
        ("/withdrawn_on", "date.order")
    }
    assert pointers(await client.post(at, json={"withdrawn_on": "2023-01-17"})) == {
        ("/withdrawn_on", "date.future")
    }
    gone = await client.post(at, json={})
    assert (gone.json()["withdrawn_on"], gone.json()["version"]) == ("2023-01-16", 2)
    again = await client.post(at, json={})
    assert (again.status_code, again.json()["code"]) == (409, "consent.withdrawn")
    rows = await work.conn.fetch(
        "select operation, changes::text from audit_event where record_kind = 'consent'"
        " order by audit_event_id"
    )
    assert [row["operation"] for row in rows] == ["create_consent", "withdraw_consent"]
    assert '"fields": [null, "phone"]' in rows[0]["changes"]


@pytest.mark.parametrize(
    ("further", "found"),
    [
        ({"fields": []}, ("/fields", "list.few")),
        ({"fields": ["shoe_size"]}, ("/fields/0", "choice")),
        ({"until": "2023-01-15"}, ("/until", "date.order")),
        ({"given_on": "2023-02-01"}, ("/given_on", "date.future")),
        ({"receiver_id": "00000000-0000-0000-0000-000000000001"}, ("/receiver_id", "organization.unknown")),
        ({"purpose": "打 13800005678"}, ("/purpose", "text.check")),
        ({"evidence": "421303199001011285"}, ("/evidence", "text.check")),
    ],
)
async def test_what_cannot_be_consented_to_is_refused(
    client: httpx.AsyncClient, url: str, receiver: UUID, further: dict[str, Any], found: tuple[str, str]
) -> None:
    answer = await client.post(url, json=body(receiver, **further))
    assert pointers(answer) == {found}
    assert "13800005678" not in answer.text


async def test_a_consent_belongs_to_its_person(client: httpx.AsyncClient, url: str, receiver: UUID) -> None:
    given = (await client.post(url, json=body(receiver))).json()
    other = await made(client, number="013", name="示例户乙")
    person = other["members"][0]["person_id"]
    wrong = f"{HOUSEHOLDS}/{other['household_id']}/members/{person}/consents"
    assert (await client.post(f"{wrong}/{given['consent_id']}/withdraw", json={})).status_code == 404
    assert (await client.get(wrong)).json()["items"] == []
