"""Members, counts and tags of a household: heads change, counts and tags are superseded."""

import httpx
import pytest

from registry.kernel.work import Work
from tests.factories import BORN, insert, world
from tests.households.known import HOUSEHOLDS, made, pointers


@pytest.fixture(autouse=True)
async def _known(work: Work) -> None:
    await world(work)
    for code, label, until in (("poverty", "脱贫户", None), ("old", "旧标签", "2019-12-31")):
        tag = {"tag_code": code, "label": label, "valid_from": "2015-01-01", "valid_to": until}
        await insert(work, "tag", **tag, source_text="示例", **BORN)


@pytest.fixture
async def url(client: httpx.AsyncClient) -> str:
    return f"{HOUSEHOLDS}/{(await made(client))['household_id']}"


async def test_a_new_head_takes_the_place_of_the_old_one(client: httpx.AsyncClient, url: str) -> None:
    answer = await client.post(f"{url}/members", json={"name": "示例户乙", "relation": "子", "is_head": True})
    assert answer.status_code == 201, answer.text
    found = (await client.get(url)).json()
    assert [(one["name"], one["is_head"]) for one in found["members"]] == [
        ("示例户乙", True),
        ("示例户甲", False),
    ]
    first = found["members"][1]
    back = await client.patch(
        f"{url}/members/{first['person_id']}", json={"is_head": True}, headers={"if-match": '"2"'}
    )
    assert back.status_code == 200, back.text
    assert (await client.get(url)).json()["head_name"] == "示例户甲"
    nobody = await client.patch(
        f"{url}/members/{first['person_id']}", json={"is_head": False}, headers={"if-match": '"3"'}
    )
    assert pointers(nobody) == {("/is_head", "household.head")}


async def test_a_renamed_member_is_found_by_the_new_name(client: httpx.AsyncClient, url: str) -> None:
    person = (await client.get(f"{url}/members")).json()["items"][0]
    at = f"{url}/members/{person['person_id']}"
    assert (await client.patch(at, json={"name": "仇 小二"})).status_code == 428
    answer = await client.patch(at, json={"name": "仇 小二"}, headers={"if-match": '"1"'})
    assert (answer.json()["name"], answer.headers["etag"]) == ("仇小二", '"2"')
    assert (await client.patch(at, json={"name": "示例"}, headers={"if-match": '"1"'})).status_code == 412
    assert (await client.patch(at, json={"name": "仇小二"}, headers={"if-match": '"2"'})).status_code == 200
    found = await client.get(HOUSEHOLDS, params={"q": "qxe"})
    assert len(found.json()["items"]) == 1
    assert (await client.get(at, headers={"if-none-match": '"2"'})).status_code == 304


async def test_members_leave_but_the_head_only_after_a_new_one(client: httpx.AsyncClient, url: str) -> None:
    head = (await client.get(f"{url}/members")).json()["items"][0]
    other = (await client.post(f"{url}/members", json={"name": "示例成员"})).json()
    version = {"if-match": '"1"'}
    gone = {"valid_to": "2022-12-31"}
    answer = await client.patch(f"{url}/members/{head['person_id']}", json=gone, headers=version)
    assert (answer.status_code, answer.json()["code"]) == (409, "household.head_leaves")
    early = {"valid_to": "2020-12-31"}
    answer = await client.patch(f"{url}/members/{other['person_id']}", json=early, headers=version)
    assert pointers(answer) == {("/valid_to", "date.order")}
    answer = await client.patch(f"{url}/members/{other['person_id']}", json=gone, headers=version)
    assert answer.json()["valid_to"] == "2022-12-31"
    assert (await client.get(url)).json()["members"][-1]["name"] == "示例成员"


async def test_a_member_of_another_household_is_not_found(client: httpx.AsyncClient, url: str) -> None:
    other = await made(client, number="013", name="示例户乙")
    person = other["members"][0]["person_id"]
    assert (await client.get(f"{url}/members/{person}")).status_code == 404


async def test_a_corrected_count_supersedes_the_earlier_one(client: httpx.AsyncClient, url: str) -> None:
    sent = {"counted_on": "2022-01-01", "registered": 4, "resident": 3, "labour": 2}
    first = (await client.post(f"{url}/headcounts", json=sent)).json()
    same = (await client.post(f"{url}/headcounts", json=sent)).json()
    assert same["headcount_id"] == first["headcount_id"]
    second = (await client.post(f"{url}/headcounts", json=sent | {"resident": 4})).json()
    counts = (await client.get(f"{url}/headcounts")).json()["items"]
    standing = [one["headcount_id"] for one in counts if one["superseded_at"] is None]
    assert len(counts) == 2
    assert standing == [second["headcount_id"]]
    assert (await client.get(url)).json()["headcount"]["resident"] == 4
    assert (await client.get(url, params={"on": "2021-12-31"})).json()["headcount"] is None


async def test_counts_that_cannot_be_are_refused(client: httpx.AsyncClient, url: str) -> None:
    empty = await client.post(f"{url}/headcounts", json={"counted_on": "2022-01-01"})
    assert pointers(empty) == {("/registered", "headcount.empty")}
    more = {"counted_on": "2022-01-01", "resident": 2, "labour": 3}
    assert pointers(await client.post(f"{url}/headcounts", json=more)) == {("/labour", "headcount.labour")}


async def test_a_tag_ends_by_a_new_row(client: httpx.AsyncClient, url: str) -> None:
    sent = {"tag_code": "poverty", "valid_from": "2021-01-01"}
    first = (await client.post(f"{url}/tags", json=sent)).json()
    again = await client.post(f"{url}/tags", json=sent | {"valid_from": "2022-01-01"})
    assert (again.status_code, again.json()["code"]) == (409, "tag.overlap")
    at = f"{url}/tags/{first['household_tag_id']}/end"
    assert pointers(await client.post(at, json={"valid_to": "2020-12-31"})) == {("/valid_to", "date.order")}
    ended = (await client.post(at, json={"valid_to": "2022-06-30"})).json()
    assert ended["household_tag_id"] != first["household_tag_id"]
    assert (await client.post(at, json={"valid_to": "2022-06-30"})).status_code == 404
    rows = (await client.get(f"{url}/tags")).json()["items"]
    assert [(row["valid_to"], row["superseded_at"] is None) for row in rows] == [
        ("2022-06-30", True),
        (None, False),
    ]
    assert (await client.get(url)).json()["tags"] == []
    assert len((await client.get(url, params={"on": "2022-06-30"})).json()["tags"]) == 1
    assert (await client.post(f"{url}/tags", json=sent | {"valid_from": "2022-07-01"})).status_code == 201


async def test_only_tags_of_the_code_list_and_of_their_time(client: httpx.AsyncClient, url: str) -> None:
    unknown = await client.post(f"{url}/tags", json={"tag_code": "unheard", "valid_from": "2021-01-01"})
    assert pointers(unknown) == {("/tag_code", "tag.unknown")}
    old = await client.post(f"{url}/tags", json={"tag_code": "old", "valid_from": "2021-01-01"})
    assert pointers(old) == {("/tag_code", "tag.dates")}
