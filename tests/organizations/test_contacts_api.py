"""Contacts of organisations: masked by default, versioned, revealed with a reason, audited."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from registry.kernel.work import Work
from tests.factories import world
from tests.households.known import pointers

PHONE, ACCOUNT = "07223250123", "4210123456789012"
REASON = {"reason": "通知交货时间"}


@pytest.fixture
async def organization(work: Work) -> UUID:
    return (await world(work)).enterprise


@pytest.fixture
def url(organization: UUID) -> str:
    return f"/api/v1/organizations/{organization}/contacts"


async def made(client: httpx.AsyncClient, url: str, **further: Any) -> dict[str, Any]:
    body = {
        "kind": "phone",
        "name": "示范会计",
        "value": "0722-3250123",
        "valid_from": "2022-01-01",
    } | further
    answer = await client.post(url, json=body)
    assert answer.status_code == 201, answer.text
    assert str(body["value"]) not in answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_contact_is_entered_changed_and_ended(client: httpx.AsyncClient, url: str) -> None:
    contact = await made(client, url)
    assert (contact["mask"], contact["village_code"]) == ("072****0123", "421303000000")
    at, version = f"{url}/{contact['organization_contact_id']}", {"if-match": '"1"'}
    assert (await client.patch(at, json={"name": "示范出纳"})).status_code == 428
    changed = await client.patch(at, json={"name": "示范出纳", "value": "13800005678"}, headers=version)
    assert (changed.json()["name"], changed.json()["mask"]) == ("示范出纳", "138****5678")
    assert (await client.patch(at, json={"name": "示范"}, headers=version)).status_code == 412
    same = await client.patch(at, json={"value": "138 0000 5678"}, headers={"if-match": '"2"'})
    assert (same.status_code, same.json()["version"]) == (200, 2)
    early = await client.patch(at, json={"valid_to": "2021-12-31"}, headers={"if-match": '"2"'})
    assert pointers(early) == {("/valid_to", "date.order")}
    ended = await client.patch(at, json={"valid_to": "2022-12-31"}, headers={"if-match": '"2"'})
    assert ended.headers["etag"] == '"3"'
    assert (await client.get(at)).json() == ended.json()
    assert (await client.get(url, params={"on": "2023-01-01"})).json()["items"] == []
    assert len((await client.get(url)).json()["items"]) == 1


async def test_a_contact_is_revealed_with_a_reason(client: httpx.AsyncClient, work: Work, url: str) -> None:
    contact = await made(client, url, kind="bank_account", value=ACCOUNT)
    at = f"{url}/{contact['organization_contact_id']}"
    answer = await client.post(f"{at}/reveal", json=REASON, headers={"idempotency-key": "k"})
    assert answer.json() == {"kind": "bank_account", "name": "示范会计", "value": ACCOUNT}
    assert answer.headers["cache-control"] == "no-store"
    assert await work.conn.fetchval("select count(*) from idempotency") == 0
    rows = await work.conn.fetch(
        "select operation, reason, division_code, changes::text from audit_event"
        " where record_kind = 'organization_contact' order by audit_event_id"
    )
    assert [(row["operation"], row["reason"]) for row in rows] == [
        ("create_contact", None),
        ("reveal_contact", REASON["reason"]),
    ]
    assert {row["division_code"] for row in rows} == {"421303000000"}
    said = "".join(row["changes"] for row in rows)
    assert ACCOUNT not in said
    assert "示范会计" not in said
    assert "示***" in said
    assert (await client.post(f"{at}/reveal", json={})).status_code == 422


async def test_a_number_no_key_opens_is_entered_anew(client: httpx.AsyncClient, work: Work, url: str) -> None:
    contact = await made(client, url)
    at = f"{url}/{contact['organization_contact_id']}"
    await work.conn.execute("update organization_contact set key_version = 77")
    assert (await client.post(f"{at}/reveal", json=REASON)).status_code == 500
    answer = await client.patch(at, json={"value": "13800005678"}, headers={"if-match": '"1"'})
    assert (answer.status_code, answer.json()["mask"]) == (200, "138****5678")
    assert (await client.post(f"{at}/reveal", json=REASON)).json()["value"] == "13800005678"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"value": "3250123"}, ("/value", "phone.form")),
        ({"kind": "id_number"}, ("/kind", "choice")),
        ({"name": "示范 13800005678"}, ("/name", "text.check")),
        ({"valid_to": "2021-01-01"}, ("/valid_to", "date.order")),
    ],
)
async def test_what_cannot_be_is_refused_without_being_quoted(
    client: httpx.AsyncClient, url: str, body: dict[str, str], pointer: tuple[str, str]
) -> None:
    sent = {"kind": "phone", "name": "示范会计", "value": PHONE, "valid_from": "2022-01-01"} | body
    answer = await client.post(url, json=sent)
    assert pointers(answer) == {pointer}
    assert "13800005678" not in answer.text


async def test_a_contact_belongs_to_its_organisation(client: httpx.AsyncClient, work: Work, url: str) -> None:
    contact = await made(client, url)
    other = await work.conn.fetchval("select organization_id from organization where kind = 'collective'")
    at = f"/api/v1/organizations/{other}/contacts/{contact['organization_contact_id']}"
    assert (await client.get(at)).status_code == 404
    assert (await client.post(f"{at}/reveal", json=REASON)).status_code == 404
    assert (await client.patch(at, json={"name": "示"}, headers={"if-match": '"1"'})).status_code == 404
    missing = "/api/v1/organizations/00000000-0000-0000-0000-000000000001/contacts"
    assert (await client.get(missing)).status_code == 404
