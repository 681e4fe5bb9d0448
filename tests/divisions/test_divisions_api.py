"""Divisions, areas and figures of a division over REST."""

from typing import Any

import httpx
import pytest

from registry.kernel.work import Work
from tests.divisions.known import tree, zone

DIVISIONS = "/api/v1/divisions"
NEW = {"division_code": "421303187203", "name": "戊村"}


@pytest.fixture(autouse=True)
async def _known_tree(work: Work) -> None:
    await tree(work)


def pointers(answer: httpx.Response) -> set[tuple[str, str]]:
    assert answer.headers["content-type"] == "application/problem+json"
    return {(one["pointer"], one["code"]) for one in answer.json()["errors"]}


async def codes(client: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await client.get(DIVISIONS, params=query)
    assert answer.status_code == 200, answer.text
    return [row["division_code"] for row in answer.json()["items"]]


async def test_the_subtree_level_day_and_name_narrow_the_list(client: httpx.AsyncClient) -> None:
    assert await codes(client, division="421303187000") == ["421303187000", "421303187201", "421303187202"]
    assert await codes(client, division="421303000000", level="village", q="丙") == ["421303188201"]
    assert await codes(client, level="province", on="1999-12-31") == []
    assert await codes(client, level="province", updated_since="2023-01-17T00:00:00+08:00") == []


async def test_pages_follow_each_other_without_gap_or_repeat(client: httpx.AsyncClient) -> None:
    seen, url = [], f"{DIVISIONS}?division=421303000000&limit=2"
    while url:
        answer = await client.get(url)
        seen += [row["division_code"] for row in answer.json()["items"]]
        assert len(answer.json()["items"]) <= 2
        link = answer.headers.get("link", "")
        assert bool(link) == (answer.json()["next_cursor"] is not None)
        url = link.partition("<")[2].partition(">")[0]
    assert seen == await codes(client, division="421303000000")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"limit": 0}, 422),
        ({"limit": 201}, 422),
        ({"cursor": "不是"}, 422),
        ({"cursor": "WzFd"}, 422),
        ({"level": "hamlet"}, 422),
        ({"on": "2022-02-30"}, 422),
        ({"division": "4213"}, 422),
        ({"division": "429999000000"}, 404),
        ({"division": "Q7"}, 404),
    ],
)
async def test_a_wrong_filter_is_refused(
    client: httpx.AsyncClient, query: dict[str, Any], status: int
) -> None:
    assert (await client.get(DIVISIONS, params=query)).status_code == status


async def test_a_division_names_those_above_it(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{DIVISIONS}/421303187201")
    body = answer.json()
    assert [one["name"] for one in body["parents"]] == ["示范镇", "示范区", "示范市", "示范省"]
    assert (body["level"], body["parent_code"], body["version"]) == ("village", "421303187000", 1)
    again = await client.get(f"{DIVISIONS}/421303187201", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_missing_and_foreign_codes_are_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{DIVISIONS}/421303187999")).status_code == 404
    answer = await client.patch(f"{DIVISIONS}/421303187999", json={"name": "乙"}, headers={"if-match": '"1"'})
    assert answer.status_code == 404


async def test_level_and_parent_of_a_new_division_follow_from_its_code(client: httpx.AsyncClient) -> None:
    answer = await client.post(DIVISIONS, json=NEW)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["level"], body["parent_code"], body["code_status"]) == (
        "village",
        "421303187000",
        "official",
    )
    assert answer.headers["etag"] == '"1"'
    twice = await client.post(DIVISIONS, json=NEW)
    assert (twice.status_code, twice.json()["code"]) == (409, "division.exists")


async def test_all_mistakes_of_a_new_division_are_named_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.post(DIVISIONS, json={"division_code": "4213", "name": "", "colour": "red"})
    assert answer.status_code == 422
    assert pointers(answer) == {
        ("/division_code", "text.pattern"),
        ("/name", "text.short"),
        ("/colour", "unknown"),
    }
    wrong = {
        "division_code": "421303187203",
        "name": "戊村",
        "level": "township",
        "parent_code": "421321000000",
        "valid_from": "2022-01-01",
        "valid_to": "2021-01-01",
    }
    answer = await client.post(DIVISIONS, json=wrong)
    assert pointers(answer) == {("/level", "level"), ("/parent_code", "parent"), ("/valid_to", "order")}


async def test_a_division_under_nothing_registered_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(DIVISIONS, json={"division_code": "421399187203", "name": "戊村"})
    assert pointers(answer) == {("/division_code", "parent.unknown")}


async def test_a_change_needs_the_version_it_was_made_on(client: httpx.AsyncClient) -> None:
    url = f"{DIVISIONS}/421303187201"
    assert (await client.patch(url, json={"name": "甲新村"})).status_code == 428
    done = await client.patch(url, json={"name": "甲新村"}, headers={"if-match": '"1"'})
    assert (done.status_code, done.json()["name"], done.headers["etag"]) == (200, "甲新村", '"2"')
    assert (await client.patch(url, json={"name": "甲"}, headers={"if-match": '"1"'})).status_code == 412
    same = await client.patch(url, json={"name": "甲新村"}, headers={"if-match": 'W/"2"'})
    assert same.headers["etag"] == '"2"'
    early = await client.patch(url, json={"valid_to": "1999-01-01"}, headers={"if-match": '"2"'})
    assert pointers(early) == {("/valid_to", "order")}


async def test_an_ended_division_names_who_took_it_over(client: httpx.AsyncClient) -> None:
    url = f"{DIVISIONS}/421303187202"
    body = {"valid_to": "2021-12-31", "successors": [{"division_code": "421303187201"}]}
    assert (await client.post(f"{url}/end", json=body)).status_code == 428
    done = await client.post(f"{url}/end", json=body, headers={"if-match": '"1"'})
    assert done.status_code == 200
    assert done.json()["successors"] == [
        {"division_code": "421303187201", "name": "甲村", "effective_on": "2022-01-01"}
    ]
    heir = (await client.get(f"{DIVISIONS}/421303187201")).json()
    assert [one["division_code"] for one in heir["predecessors"]] == ["421303187202"]
    assert await codes(client, division="421303187201") == ["421303187201", "421303187202"]
    assert await codes(client, division="421303187000", on="2022-01-01", level="village") == ["421303187201"]
    again = await client.post(f"{url}/end", json=body, headers={"if-match": '"2"'})
    assert (again.status_code, again.json()["code"]) == (409, "division.ended")


async def test_wrong_successors_are_all_named(client: httpx.AsyncClient) -> None:
    body = {
        "valid_to": "1999-12-31",
        "successors": [
            {"division_code": "421303187999"},
            {"division_code": "421303187202"},
            {"division_code": "421303187201", "effective_on": "1998-01-01"},
        ],
    }
    answer = await client.post(f"{DIVISIONS}/421303187202/end", json=body, headers={"if-match": '"1"'})
    assert pointers(answer) == {
        ("/valid_to", "order"),
        ("/successors/0/division_code", "division.unknown"),
        ("/successors/1/division_code", "successor.twice"),
        ("/successors/2/division_code", "successor.invalid"),
    }


async def test_an_area_is_registered_read_and_changed(client: httpx.AsyncClient) -> None:
    member = {"division_code": "421303187000", "valid_from": "2020-01-01"}
    body = {"area_code": "Q1", "name": "示范高新区", "valid_from": "2020-01-01", "divisions": [member]}
    made = await client.post("/api/v1/areas", json=body)
    assert made.status_code == 201
    assert made.json()["divisions"] == [member | {"valid_to": None}]
    assert (await client.post("/api/v1/areas", json=body)).json()["code"] == "area.exists"
    url = "/api/v1/areas/Q1"
    same = await client.patch(url, json={"divisions": [member]}, headers={"if-match": '"1"'})
    assert same.headers["etag"] == '"1"'
    other = {"division_code": "421303188000", "valid_from": "2021-01-01"}
    done = await client.patch(url, json={"divisions": [other, member]}, headers={"if-match": '"1"'})
    assert [one["division_code"] for one in done.json()["divisions"]] == ["421303187000", "421303188000"]
    assert done.headers["etag"] == '"2"'
    emptied = await client.patch(url, json={"name": "示范园区", "divisions": []}, headers={"if-match": '"2"'})
    assert (emptied.json()["name"], emptied.json()["divisions"]) == ("示范园区", [])
    assert (await client.patch(url, json={"name": "新"}, headers={"if-match": '"2"'})).status_code == 412


async def test_wrong_members_of_an_area_are_all_named(client: httpx.AsyncClient) -> None:
    twice = {"division_code": "421303187000", "valid_from": "2020-01-01"}
    body = {"area_code": "Q1", "name": "示范", "valid_from": "2020-01-01"}
    answer = await client.post("/api/v1/areas", json=body | {"divisions": [twice, twice]})
    assert pointers(answer) == {("/divisions/1", "overlap")}
    unknown = {"division_code": "421399000000", "valid_from": "2020-01-01"}
    answer = await client.post("/api/v1/areas", json=body | {"divisions": [twice, unknown]})
    assert pointers(answer) == {("/divisions/1/division_code", "division.unknown")}
    answer = await client.post("/api/v1/areas", json=body | {"area_code": "W1", "valid_to": "2019-01-01"})
    assert ("/area_code", "text.pattern") in pointers(answer)


async def test_areas_are_found_by_what_they_hold(client: httpx.AsyncClient, work: Work) -> None:
    await zone(work, "421303187000")
    for query, found in [
        ({}, ["Q1"]),
        ({"division": "421303187201"}, ["Q1"]),
        ({"division": "421303188201"}, []),
        ({"division": "421303187201", "on": "2019-12-31"}, []),
        ({"q": "高新"}, ["Q1"]),
    ]:
        answer = await client.get("/api/v1/areas", params=query)
        assert [row["area_code"] for row in answer.json()["items"]] == found
    assert (await client.get("/api/v1/areas/Q1")).json()["divisions"][0]["division_code"] == "421303187000"
    assert (await client.get("/api/v1/areas/Q2")).status_code == 404
    assert await codes(client, division="Q1", level="village") == ["421303187201", "421303187202"]


async def test_figures_of_a_division_and_year(client: httpx.AsyncClient) -> None:
    url = "/api/v1/division-statistics"
    body = {"division_code": "421303187000", "year": 2022, "households": 900, "source_text": "示范统计年鉴"}
    made = await client.post(url, json=body)
    assert (made.status_code, made.json()["income_per_person"]) == (201, None)
    assert (await client.post(url, json=body)).json()["code"] == "division_statistic.exists"
    one = f"{url}/421303187000/2022"
    done = await client.patch(one, json={"income_per_person": "20133.00"}, headers={"if-match": '"1"'})
    assert (done.json()["income_per_person"], done.headers["etag"]) == ("20133.00", '"2"')
    listed = await client.get(url, params={"division": "421303000000", "year": 2022})
    assert [row["households"] for row in listed.json()["items"]] == [900]
    assert (await client.get(url, params={"division": "421321000000"})).json()["items"] == []
    assert (await client.get(one, headers={"if-none-match": '"2"'})).status_code == 304
    assert (await client.get(f"{url}/421303187000/2021")).status_code == 404
    stale = await client.patch(one, json={"households": 1}, headers={"if-match": '"1"'})
    assert stale.status_code == 412
    nothing = {"households": None, "income_per_person": None}
    gone = await client.patch(one, json=nothing, headers={"if-match": '"2"'})
    assert pointers(gone) == {("", "nothing")}


@pytest.mark.parametrize("amount", ["NaN", "1e400", "-1.00", "0.001", "Infinity", 1.5])
async def test_amounts_that_are_none_are_refused(client: httpx.AsyncClient, amount: object) -> None:
    body = {
        "division_code": "421399000000",
        "year": 2022,
        "income_per_person": amount,
        "source_text": "示范",
    }
    answer = await client.post("/api/v1/division-statistics", json=body)
    assert answer.status_code == 422
    assert {pointer for pointer, _ in pointers(answer)} == {"/income_per_person"}
    unknown = await client.post("/api/v1/division-statistics", json=body | {"income_per_person": "1.00"})
    assert pointers(unknown) == {("/division_code", "division.unknown")}
