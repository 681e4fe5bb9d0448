"""Accounts and grants over REST."""

from typing import Any

import httpx
import pytest

from registry.access import account_queries as queries
from registry.access import passwords
from registry.kernel.http.callers import Caller
from registry.kernel.work import Work
from tests import factories
from tests.access.people import person
from tests.serving import acting_as

USERS = "/api/v1/users"
NEW = {"username": "shifan.one", "display_name": "示范一"}


async def made(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post(USERS, json=NEW | fields)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_an_account_is_made_with_a_first_password(client: httpx.AsyncClient, work: Work) -> None:
    answer = await client.post(USERS, json=NEW, headers={"idempotency-key": "one"})
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    found = answer.json()
    account = found["account"]
    assert set(account) == {
        "account_id", "username", "display_name", "status", "must_change_password", "has_totp", "grants",
        "created_at", "updated_at", "version",
    }  # fmt: skip
    row = await queries.named(work, "shifan.one")
    assert row
    assert await passwords.fits(row.password_hash, found["first_password"])
    assert await work.conn.fetchval("select count(*) from idempotency") == 0
    again = await client.post(USERS, json=NEW, headers={"idempotency-key": "one"})
    assert (again.status_code, again.json()["code"]) == (409, "account.username_taken")


async def test_all_mistakes_are_reported_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.post(USERS, json={"username": "A b", "display_name": "", "password": "x"})
    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/username", "/display_name", "/password"}


async def test_accounts_are_listed_in_pages(client: httpx.AsyncClient, work: Work) -> None:
    await factories.world(work)
    for name in ("shifan.a", "shifan.b", "shifan.c"):
        await person(work, "cadre", factories.VILLAGE, username=name)
    first = (await client.get(USERS, params={"limit": 2, "q": "shifan."})).json()
    assert [one["username"] for one in first["items"]] == ["shifan.a", "shifan.b"]
    assert first["items"][0]["roles"] == ["cadre"]
    rest = (
        await client.get(USERS, params={"limit": 2, "q": "shifan.", "cursor": first["next_cursor"]})
    ).json()
    assert [one["username"] for one in rest["items"]] == ["shifan.c"]
    assert (await client.get(USERS, params={"cursor": "x"})).status_code == 422


async def test_status_and_name_change_under_a_version(client: httpx.AsyncClient) -> None:
    account = (await made(client))["account"]
    here = f"{USERS}/{account['account_id']}"
    assert (await client.patch(here, json={"status": "disabled"})).status_code == 428
    found = await client.get(here)
    tag = {"if-match": found.headers["etag"]}
    answer = await client.patch(here, json={"status": "disabled", "display_name": "示范二"}, headers=tag)
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["display_name"]) == ("disabled", "示范二")
    assert (await client.patch(here, json={"status": "active"}, headers=tag)).status_code == 412
    refused = await client.patch(here, json={"username": "shifan.two"}, headers=tag)
    assert refused.json()["errors"][0]["pointer"] == "/username"


async def test_grants_are_given_and_revoked(client: httpx.AsyncClient, work: Work) -> None:
    await factories.world(work)
    account = (await made(client))["account"]
    here = f"{USERS}/{account['account_id']}"
    body = {"role": "clerk", "division_code": factories.TOWNSHIP, "valid_to": "2024-12-31"}
    answer = await client.post(f"{here}/grants", json=body)
    assert answer.status_code == 201
    grant = answer.json()
    assert (grant["place_name"], grant["valid_from"]) == ("淅河镇", "2023-01-16")
    assert (await client.get(here)).json()["grants"] == [grant]
    end = f"{here}/grants/{grant['account_grant_id']}/revoke"
    assert (await client.post(end)).json()["revoked_at"] is not None
    assert (await client.post(end)).status_code == 409
    other = (await made(client, username="shifan.two"))["account"]
    foreign = f"{USERS}/{other['account_id']}/grants/{grant['account_grant_id']}/revoke"
    assert (await client.post(foreign)).status_code == 404


async def test_a_password_is_reset(client: httpx.AsyncClient, work: Work) -> None:
    found = await made(client)
    here = f"{USERS}/{found['account']['account_id']}/password"
    answer = await client.post(here, json={})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json()["first_password"] != found["first_password"]


@pytest.mark.parametrize("path", ["", "/password", "/grants"])
async def test_a_missing_account_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    here = f"{USERS}/00000000-0000-7000-8000-000000000000{path}"
    body = {"role": "admin"} if path == "/grants" else {}
    answer = await (client.post(here, json=body) if path else client.get(here))
    assert answer.status_code == 404


async def test_nobody_grants_themselves(client: httpx.AsyncClient, work: Work) -> None:
    await factories.world(work)
    me = await person(work, "admin")
    who = Caller(username=me.username, display_name="示范", role="admin", account_id=me.account_id)
    body = {"role": "county", "division_code": factories.COUNTY}
    with acting_as(who):
        answer = await client.post(f"{USERS}/{me.account_id}/grants", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "account.own")
