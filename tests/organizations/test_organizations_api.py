"""Organisations and ownership over REST."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from registry.kernel.db.transactions import Identity, Scope
from registry.kernel.errors import Invalid
from registry.kernel.types import new_id
from registry.kernel.work import Act, Work
from registry.organizations import ownership, service
from registry.organizations.model import Kind, OrganizationIn, OrganizationRow, OwnershipIn
from registry.organizations.service import organizations
from tests.conftest import World
from tests.divisions.known import ACT, tree
from tests.organizations.known import (
    COOPERATIVE,
    ENTERPRISE,
    collective,
    cooperative,
    credit_code,
    enterprise,
)

URL = "/api/v1/organizations"
OWNERSHIPS = "/api/v1/ownerships"


@pytest.fixture
async def _known_tree(work: Work) -> None:
    await tree(work)


pytestmark = pytest.mark.usefixtures("_known_tree")


def pointers(answer: httpx.Response) -> set[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return {(one["pointer"], one["code"]) for one in answer.json()["errors"]}


async def made(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(URL, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def names(client: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await client.get(URL, params=query)
    assert answer.status_code == 200, answer.text
    return [row["name"] for row in answer.json()["items"]]


async def test_an_organisation_is_registered_and_read(client: httpx.AsyncClient) -> None:
    body = await made(client, enterprise())
    url = f"{URL}/{body['organization_id']}"
    read = await client.get(url)
    assert (read.json(), read.headers["etag"]) == (body, '"1"')
    assert (await client.get(url, headers={"if-none-match": '"1"'})).status_code == 304
    assert (await client.get(f"{URL}/{new_id()}")).status_code == 404
    assert (await client.get(f"{URL}/no-id")).status_code == 404


async def test_found_by_name_code_initials_and_every_reading(client: httpx.AsyncClient) -> None:
    for body in (enterprise(), cooperative(), collective()):
        await made(client, body)
    assert await names(client, q="品源") == ["示范品源现代农业有限公司"]
    assert await names(client, q="sfpy") == ["示范品源现代农业有限公司"]
    assert await names(client, q="PYXD") == ["示范品源现代农业有限公司"]
    assert await names(client, q="sfcy") == ["示范重阳合作社"]
    assert await names(client, q="sfzy") == ["示范重阳合作社"]
    assert await names(client, q=COOPERATIVE.lower()) == ["示范重阳合作社"]
    assert await names(client, q="没有的") == []
    assert await names(client, kind="collective") == ["示范甲村经济合作社"]
    assert await names(client, division="421321000000") == []
    assert len(await names(client, division="421303000000")) == 3


async def test_existing_on_a_day(client: httpx.AsyncClient) -> None:
    await made(client, enterprise(valid_from="2020-01-01", valid_to="2021-12-31"))
    assert await names(client, on="2021-12-31") != []
    assert await names(client, on="2022-01-01") == []
    assert await names(client, on="2019-12-31") == []


async def test_pages_follow_each_other(client: httpx.AsyncClient) -> None:
    for body in (enterprise(), cooperative(), collective()):
        await made(client, body)
    first = await client.get(URL, params={"limit": 2})
    rest = await client.get(URL, params={"limit": 2, "cursor": first.json()["next_cursor"]})
    shown = [row["search_key"] for row in first.json()["items"] + rest.json()["items"]]
    assert len(shown) == 3
    assert shown == sorted(shown)
    assert rest.json()["next_cursor"] is None


@pytest.mark.parametrize("code", ["91421303MA49000103", "91421303MA4900010I", "9142", "91421303MA4900010O"])
async def test_a_wrong_credit_code_is_refused(client: httpx.AsyncClient, code: str) -> None:
    answer = await client.post(URL, json=enterprise(credit_code=code), headers={"accept-language": "zh-CN"})
    (at,) = pointers(answer)
    assert at[0] == "/credit_code"
    assert "校验码" in answer.json()["errors"][0]["message"]


async def test_all_mistakes_are_named_at_once(client: httpx.AsyncClient) -> None:
    body = enterprise(credit_code=COOPERATIVE, valid_from="2022-01-01", valid_to="2021-01-01")
    assert pointers(await client.post(URL, json=body)) == {
        ("/credit_code", "credit_code.kind"),
        ("/valid_to", "order"),
    }
    bad = {"division_code": "42", "kind": "firm", "credit_code": "91421303MA49000103", "extra": 1}
    assert pointers(await client.post(URL, json=bad)) == {
        ("/division_code", "text.pattern"),
        ("/kind", "choice"),
        ("/credit_code", "text.check"),
        ("/name", "required"),
        ("/extra", "unknown"),
    }
    body = enterprise(credit_code=None)
    assert pointers(await client.post(URL, json=body)) == {("/credit_code", "credit_code.required")}
    body = enterprise(division_code="421399000000")
    assert pointers(await client.post(URL, json=body)) == {("/division_code", "division.unknown")}


async def test_a_credit_code_is_registered_once(client: httpx.AsyncClient) -> None:
    await made(client, enterprise())
    answer = await client.post(URL, json=enterprise(name="示范另一家公司"))
    assert (answer.status_code, answer.json()["code"]) == (409, "organization.credit_code_taken")
    assert answer.json()["errors"][0]["pointer"] == "/credit_code"


async def test_only_other_kinds_need_no_credit_code(client: httpx.AsyncClient) -> None:
    for name in ("示范某某", "示范某某"):
        await made(client, enterprise(kind="other", credit_code=None, name=name))
    assert len(await names(client, kind="other")) == 2


async def test_a_change_needs_the_current_version(client: httpx.AsyncClient) -> None:
    body = await made(client, enterprise())
    url = f"{URL}/{body['organization_id']}"
    assert (await client.patch(url, json={"name": "示范新名"})).status_code == 428
    done = await client.patch(url, json={"name": "示范新名"}, headers={"if-match": '"1"'})
    assert (done.json()["version"], done.json()["search_key"].split()[0]) == (2, "sfxm")
    assert (await client.patch(url, json={"name": "x"}, headers={"if-match": '"1"'})).status_code == 412
    same = await client.patch(url, json={"name": "示范新名"}, headers={"if-match": '"2"'})
    assert same.json()["version"] == 2
    wrong = await client.patch(url, json={"kind": "cooperative"}, headers={"if-match": '"2"'})
    assert pointers(wrong) == {("/credit_code", "credit_code.kind")}
    missing = await client.patch(f"{URL}/{new_id()}", json={"name": "甲"}, headers={"if-match": '"1"'})
    assert missing.status_code == 404


async def test_a_credit_code_cannot_become_anothers(client: httpx.AsyncClient) -> None:
    await made(client, enterprise())
    other = await made(client, enterprise(credit_code=credit_code("91421303MA4900077")))
    answer = await client.patch(
        f"{URL}/{other['organization_id']}", json={"credit_code": ENTERPRISE}, headers={"if-match": '"1"'}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "organization.credit_code_taken")


async def shares(client: httpx.AsyncClient) -> tuple[dict[str, Any], dict[str, Any]]:
    owner, owned = await made(client, collective()), await made(client, enterprise())
    body = {
        "owner_id": owner["organization_id"],
        "owned_id": owned["organization_id"],
        "percent": "60",
        "valid_from": "2021-01-01",
    }
    answer = await client.post(OWNERSHIPS, json=body)
    assert answer.status_code == 201, answer.text
    return body, answer.json()


async def test_a_share_is_recorded_and_ended(client: httpx.AsyncClient) -> None:
    body, share = await shares(client)
    assert (share["percent"], share["owner_name"]) == ("60.0000", "示范甲村经济合作社")
    twice = await client.post(OWNERSHIPS, json=body | {"percent": "1"})
    assert (twice.status_code, twice.json()["code"]) == (409, "ownership.taken")
    url = f"{OWNERSHIPS}/{share['ownership_id']}"
    assert (await client.get(url, headers={"if-none-match": '"1"'})).status_code == 304
    assert (await client.patch(url, json={"valid_to": "2022-12-31"})).status_code == 428
    done = await client.patch(url, json={"valid_to": "2022-12-31"}, headers={"if-match": '"1"'})
    assert (done.json()["valid_to"], done.json()["version"]) == ("2022-12-31", 2)
    early = await client.patch(url, json={"valid_to": "2020-12-31"}, headers={"if-match": '"2"'})
    assert pointers(early) == {("/valid_to", "order")}
    same = await client.patch(url, json={"percent": "60.0000"}, headers={"if-match": '"2"'})
    assert same.json()["version"] == 2
    for query, count in [
        ({}, 1),
        ({"organization_id": body["owner_id"]}, 1),
        ({"organization_id": str(new_id())}, 0),
        ({"on": "2023-01-01"}, 0),
    ]:
        assert len((await client.get(OWNERSHIPS, params=query)).json()["items"]) == count
    assert (await client.get(f"{OWNERSHIPS}/{new_id()}")).status_code == 404


async def test_more_than_the_whole_cannot_be_held(client: httpx.AsyncClient) -> None:
    body, share = await shares(client)
    more = await client.post(OWNERSHIPS, json=body | {"percent": "40.5", "valid_from": "2022-01-01"})
    assert pointers(more) == {("/percent", "ownership.whole")}
    assert "100.5" in more.json()["errors"][0]["message"]
    url = f"{OWNERSHIPS}/{share['ownership_id']}"
    await client.patch(url, json={"valid_to": "2021-12-31"}, headers={"if-match": '"1"'})
    later = await client.post(OWNERSHIPS, json=body | {"percent": "40.5", "valid_from": "2022-01-01"})
    assert later.status_code == 201


async def test_wrong_shares_are_refused_with_every_mistake(client: httpx.AsyncClient) -> None:
    body, _ = await shares(client)
    unknown = body | {"owner_id": str(new_id()), "owned_id": str(new_id())}
    assert pointers(await client.post(OWNERSHIPS, json=unknown)) == {
        ("/owner_id", "organization.unknown"),
        ("/owned_id", "organization.unknown"),
    }
    itself = body | {"owned_id": body["owner_id"], "valid_to": "2000-01-01"}
    assert pointers(await client.post(OWNERSHIPS, json=itself)) == {
        ("/owned_id", "ownership.self"),
        ("/valid_to", "order"),
    }
    for percent in ("0", "100.0001", "NaN", "1e400", "-5"):
        answer = await client.post(OWNERSHIPS, json=body | {"percent": percent})
        assert {at for at, _ in pointers(answer)} == {"/percent"}


def given(**changes: Any) -> OrganizationIn:
    values = enterprise(**changes)
    return OrganizationIn(**(values | {"kind": Kind(values["kind"])}))


async def test_an_import_creates_updates_and_leaves_alone(work: Work) -> None:
    rows = [given(), given(kind="other", credit_code=None, name="示范站")]
    dry = await service.import_rows(work.acting(ACT), rows, True)
    assert [one.result for one in dry] == ["created", "created"]
    assert await service.by_credit_codes(work, [ENTERPRISE]) == {}
    done = await service.import_rows(work.acting(ACT), rows, False)
    assert [one.result for one in done] == ["created", "created"]
    rows = [given(name="示范改名公司"), given(kind="other", credit_code=None, name="示范站")]
    again = await service.import_rows(work.acting(ACT), rows, False)
    assert [one.result for one in again] == ["updated", "unchanged"]
    assert [one.record_id for one in again] == [one.record_id for one in done]
    stored = (await service.by_credit_codes(work, [ENTERPRISE]))[ENTERPRISE]
    assert (stored.name, stored.version) == ("示范改名公司", 2)


async def test_an_import_names_the_fault_of_every_row(work: Work) -> None:
    await service.import_rows(work.acting(ACT), [given()], False)
    other = credit_code("91421303MA4900077")
    rows = [
        given(division_code="421303188000"),
        given(division_code="421399000000", credit_code=other),
        given(credit_code=COOPERATIVE, kind="cooperative"),
        given(credit_code=COOPERATIVE, kind="cooperative"),
    ]
    outcomes = await service.import_rows(work.acting(ACT), rows, False)
    assert [one.result for one in outcomes] == ["rejected"] * 4
    assert [one.mistakes[0].code for one in outcomes] == [
        "organization.elsewhere",
        "division.unknown",
        "duplicate",
        "duplicate",
    ]


async def test_outside_the_write_scope_a_record_is_as_if_missing(committed_db: World) -> None:
    async with committed_db.writer() as work:
        await tree(work)
        await organizations.create(work.acting(ACT), given())
    neighbour = Identity(actor="neighbour", read=Scope.ALL, write=Scope.of_division("421303188000"))
    act = Act(actor="neighbour", now=datetime(2023, 1, 16, tzinfo=UTC))
    async with committed_db.writer(neighbour) as work:
        outcomes = await service.import_rows(work.acting(act), [given(name="示范改名")], False)
        assert [one.mistakes[0].code for one in outcomes] == ["division.unknown"]
    with pytest.raises(Invalid):
        async with committed_db.writer(neighbour) as work:
            await organizations.create(work.acting(act), given(credit_code=credit_code("91421303MA4900077")))


async def test_two_shares_entered_at_once_are_added_up(committed_db: World) -> None:
    async with committed_db.writer() as work:
        await tree(work)
        owned = await organizations.create(work.acting(ACT), given())
        owners = [
            await organizations.create(work.acting(ACT), given(kind="other", credit_code=None, name=name))
            for name in ("示范甲", "示范乙")
        ]

    async def enter(owner: OrganizationRow) -> bool:
        share = OwnershipIn(
            owner_id=owner.organization_id,
            owned_id=owned.organization_id,
            percent=Decimal(60),
            valid_from=datetime(2022, 1, 1, tzinfo=UTC).date(),
        )
        try:
            async with committed_db.writer() as work:
                await ownership.create(work.acting(ACT), share)
        except Invalid:
            return False
        return True

    assert sorted(await asyncio.gather(*map(enter, owners))) == [False, True]
