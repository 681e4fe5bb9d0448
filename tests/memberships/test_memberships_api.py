"""Memberships and shares over REST."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from registry.kernel.db import transactions
from registry.kernel.db.transactions import Identity, Scope
from registry.kernel.work import Work
from tests.factories import (
    COOPERATIVE_CODE,
    SIBLING,
    STRANGER,
    TOWNSHIP,
    VILLAGE,
    World,
    household,
    membership,
    organization,
    world,
)
from tests.households.known import pointers

MEMBERSHIPS = "/api/v1/memberships"


@pytest.fixture(autouse=True)
async def known(work: Work) -> World:
    return await world(work)


@pytest.fixture
async def sent(work: Work, known: World) -> dict[str, Any]:
    """A household joins the collective with one share."""
    return {
        "household_id": str(await household(work)),
        "organization_id": str(known.collective),
        "valid_from": "2021-01-01",
        "shares": [{"kind": "granted", "form": "other", "amount": "1.5"}],
    }


async def made(client: httpx.AsyncClient, sent: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(MEMBERSHIPS, json=sent)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_household_joins_with_its_shares(client: httpx.AsyncClient, sent: dict[str, Any]) -> None:
    found = await made(client, sent)
    assert found["organization_kind"] == "collective"
    assert found["household_name"].startswith("示例户")
    share = found["shares"][0]
    assert (share["kind"], share["amount"], share["valid_from"]) == ("granted", "1.5000", "2021-01-01")
    at = f"{MEMBERSHIPS}/{found['membership_id']}"
    assert (await client.get(at, headers={"if-none-match": '"1"'})).status_code == 304
    again = await client.post(MEMBERSHIPS, json=sent | {"valid_from": "2022-01-01"})
    assert (again.status_code, again.json()["code"]) == (409, "membership.overlap")


async def test_every_mistake_is_named(client: httpx.AsyncClient, sent: dict[str, Any], known: World) -> None:
    sent |= {"valid_to": "2020-12-31"}
    sent["shares"] = [
        {"kind": "granted", "form": "other", "amount": "0"},
        {"kind": "gold", "form": "cash", "amount": "1e400"},
    ]
    assert pointers(await client.post(MEMBERSHIPS, json=sent)) == {
        ("/shares/0/amount", "number.positive"),
        ("/shares/1/kind", "choice"),
        ("/shares/1/amount", "number.exponent"),
    }
    sent["shares"] = [{"kind": "granted", "form": "other", "amount": "1", "valid_from": "2020-01-01"}]
    assert pointers(await client.post(MEMBERSHIPS, json=sent)) == {
        ("/valid_to", "date.order"),
        ("/shares/0/valid_from", "share.outside"),
    }
    sent |= {"valid_to": None, "shares": [], "household_id": str(uuid4())}
    wrong = sent | {"organization_id": str(known.enterprise)}
    assert pointers(await client.post(MEMBERSHIPS, json=wrong)) == {
        ("/household_id", "household.unknown"),
        ("/organization_id", "organization.no_members"),
    }
    missing = sent | {"organization_id": str(uuid4())}
    assert ("/organization_id", "organization.unknown") in pointers(
        await client.post(MEMBERSHIPS, json=missing)
    )


async def test_a_membership_ends_and_may_begin_again(client: httpx.AsyncClient, sent: dict[str, Any]) -> None:
    at = f"{MEMBERSHIPS}/{(await made(client, sent))['membership_id']}"
    version = {"if-match": '"1"'}
    assert (await client.patch(at, json={"valid_to": "2021-12-31"})).status_code == 428
    early = await client.patch(at, json={"valid_to": "2020-12-31"}, headers=version)
    assert pointers(early) == {("/valid_to", "date.order")}
    ended = await client.patch(at, json={"valid_to": "2021-12-31"}, headers=version)
    assert (ended.json()["valid_to"], ended.headers["etag"]) == ("2021-12-31", '"2"')
    assert (await client.patch(at, json={"valid_to": None}, headers=version)).status_code == 412
    await made(client, sent | {"valid_from": "2022-01-01"})
    open_again = await client.patch(at, json={"valid_to": None}, headers={"if-match": '"2"'})
    assert open_again.status_code == 409


async def test_shares_are_added_and_corrected(client: httpx.AsyncClient, sent: dict[str, Any]) -> None:
    found = await made(client, sent)
    at = f"{MEMBERSHIPS}/{found['membership_id']}"
    share = {"kind": "contribution", "form": "land", "amount": "2.25", "valid_from": "2021-06-01"}
    added = await client.post(f"{at}/shares", json=share)
    assert [one["amount"] for one in added.json()["shares"]] == ["1.5000", "2.2500"]
    assert added.headers["etag"] == '"2"'
    outside = await client.post(f"{at}/shares", json=share | {"valid_from": "2020-06-01"})
    assert pointers(outside) == {("/valid_from", "share.outside")}
    own = f"{at}/shares/{added.json()['shares'][1]['membership_share_id']}"
    changed = await client.patch(own, json={"amount": "3"}, headers={"if-match": '"1"'})
    assert changed.json()["shares"][1]["amount"] == "3.0000"
    assert (await client.patch(own, json={"amount": "4"}, headers={"if-match": '"1"'})).status_code == 412
    early = await client.patch(own, json={"valid_to": "2021-01-01"}, headers={"if-match": '"2"'})
    assert pointers(early) == {("/valid_to", "date.order")}
    same = await client.patch(own, json={"amount": "3"}, headers={"if-match": '"2"'})
    assert same.json()["shares"][1]["version"] == 2
    missing = await client.patch(f"{at}/shares/{uuid4()}", json={"amount": "3"}, headers={"if-match": '"1"'})
    assert missing.status_code == 404


async def test_lists_narrow_by_place_organisation_household_and_day(
    client: httpx.AsyncClient, work: Work, known: World
) -> None:
    cooperative = await organization(
        work, kind="cooperative", name="示范合作社", credit_code=COOPERATIVE_CODE
    )
    first, second = await household(work), await household(work, SIBLING)
    one = await membership(work, first, known.collective)
    two = await membership(work, second, cooperative, SIBLING, valid_from="2022-01-01")

    async def ids(**query: Any) -> set[str]:
        answer = await client.get(MEMBERSHIPS, params=query)
        assert answer.status_code == 200, answer.text
        return {row["membership_id"] for row in answer.json()["items"]}

    assert await ids(division=TOWNSHIP) == {str(one), str(two)}
    assert await ids(division=VILLAGE) == {str(one)}
    assert await ids(organization=str(cooperative)) == {str(two)}
    assert await ids(household=str(first)) == {str(one)}
    assert await ids(on="2021-06-01") == {str(one)}
    assert await ids(updated_since="2023-02-01T00:00:00+08:00") == set()
    page = await client.get(MEMBERSHIPS, params={"limit": 1})
    rest = await client.get(MEMBERSHIPS, params={"limit": 1, "cursor": page.json()["next_cursor"]})
    seen = [*page.json()["items"], *rest.json()["items"]]
    assert {row["membership_id"] for row in seen} == {str(one), str(two)}
    assert rest.json()["next_cursor"] is None


async def test_foreign_and_missing_answer_alike(
    client: httpx.AsyncClient, work: Work, known: World, sent: dict[str, Any]
) -> None:
    stranger = await household(work, STRANGER)
    foreign = await membership(work, stranger, known.collective, STRANGER)
    own = (await made(client, sent))["membership_id"]
    scope = Scope.of_division(VILLAGE)
    await transactions.enter(work, Identity(actor="cadre", read=scope, write=scope))
    for one in (foreign, uuid4()):
        at = f"{MEMBERSHIPS}/{one}"
        version = {"if-match": '"1"'}
        assert (await client.get(at)).status_code == 404
        assert (await client.patch(at, json={"valid_to": None}, headers=version)).status_code == 404
        share = {"kind": "granted", "form": "other", "amount": "1"}
        assert (await client.post(f"{at}/shares", json=share)).status_code == 404
    other = sent | {"household_id": str(stranger)}
    assert pointers(await client.post(MEMBERSHIPS, json=other)) == {("/household_id", "household.unknown")}
    await transactions.enter(work, Identity(actor="auditor", read=scope, write=Scope.EMPTY))
    at = f"{MEMBERSHIPS}/{own}"
    read_only = await client.patch(at, json={"valid_to": "2022-01-01"}, headers={"if-match": '"1"'})
    assert read_only.status_code == 404
    share = {"kind": "granted", "form": "other", "amount": "1"}
    assert (await client.post(f"{at}/shares", json=share)).status_code == 404
