"""Households over REST: register, find, change, end; every mistake at once; foreign and missing alike."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from registry.kernel.db import transactions
from registry.kernel.db.transactions import Identity, Scope
from registry.kernel.work import Work
from tests.factories import BORN, RICE, SIBLING, STRANGER, TOWNSHIP, VILLAGE, World, household, insert, world
from tests.households.known import HOUSEHOLDS, body, made, pointers, warned


@pytest.fixture(autouse=True)
async def known(work: Work) -> World:
    await insert(
        work, "tag", tag_code="poverty", label="脱贫户", valid_from="2015-01-01", source_text="示例", **BORN
    )
    return await world(work)


async def test_one_body_registers_the_household_with_all_that_belongs_to_it(
    client: httpx.AsyncClient, known: World
) -> None:
    sent = body(
        members=[{"name": "曾 小一", "is_head": True}, {"name": "示例成员", "relation": "配偶"}],
        headcount={"counted_on": "2022-01-01", "registered": 4, "resident": 3, "labour": 2},
        tags=[{"tag_code": "poverty", "valid_from": "2021-01-01"}],
        parcels=[{"code": "D-1", "area_mu": "1.2345"}],
        land_uses=[
            {
                "area_mu": "1.00",
                "parcel_code": "D-1",
                "season_id": str(known.season),
                "displaced_crops": [RICE],
            }
        ],
    )
    answer = await client.post(HOUSEHOLDS, json=sent)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert found["head_name"] == "曾小一"
    assert [member["name"] for member in found["members"]] == ["曾小一", "示例成员"]
    assert found["headcount"] == {"counted_on": "2022-01-01", "registered": 4, "resident": 3, "labour": 2}
    assert [tag["label"] for tag in found["tags"]] == ["脱贫户"]
    assert found["contracted_mu"] == "4.00"
    uses = (await client.get(f"{HOUSEHOLDS}/{found['household_id']}/land-uses")).json()["items"]
    assert [(use["area_mu"], use["parcel_code"], use["idle"]) for use in uses] == [("1.00", "D-1", False)]
    parcels = (await client.get(f"{HOUSEHOLDS}/{found['household_id']}/parcels")).json()["items"]
    assert parcels[0]["area_mu"] == "1.2345"
    assert parcels[0]["holders"] == [
        {
            "household_id": found["household_id"],
            "number": "012",
            "head_name": "曾小一",
            "area_mu": None,
        }
    ]


async def test_all_mistakes_of_a_body_are_named_at_once(client: httpx.AsyncClient) -> None:
    sent = body(
        number="",
        contracted_mu="NaN",
        members=[{"name": "示例户甲"}, {"name": "420102199001011234"}],
        headcount={"counted_on": "2022-02-30", "registered": 100},
        tags=[{"tag_code": "poverty", "valid_from": "2022-01-02", "valid_to": "2022-01-01"}],
        colour="红",
    )
    answer = await client.post(HOUSEHOLDS, json=sent)
    assert answer.status_code == 422
    assert pointers(answer) >= {
        ("/number", "text.short"),
        ("/contracted_mu", "number.infinite"),
        ("/members/1/name", "text.pattern"),
        ("/headcount/counted_on", "date.none"),
        ("/headcount/registered", "number.big"),
        ("/tags/0/valid_to", "date.order"),
        ("/colour", "unknown"),
    }
    sent = body(
        village_code=TOWNSHIP,
        members=[{"name": "示例户甲"}, {"name": "示例户乙"}],
        tags=[{"tag_code": "unheard", "valid_from": "2022-01-01"}],
    )
    assert pointers(await client.post(HOUSEHOLDS, json=sent)) == {("/members", "household.head")}
    sent["members"][0]["is_head"] = True
    sent["parcels"] = [{"code": "D-1", "area_mu": "1e400"}]
    assert pointers(await client.post(HOUSEHOLDS, json=sent)) == {("/parcels/0/area_mu", "number.exponent")}
    sent["parcels"] = []
    assert pointers(await client.post(HOUSEHOLDS, json=sent)) == {
        ("/village_code", "village.level"),
        ("/tags/0/tag_code", "tag.unknown"),
    }


@pytest.mark.parametrize(
    ("sent", "pointer", "code"),
    [
        ({"village_code": "429999999999"}, "/village_code", "village.unknown"),
        ({"valid_from": "2019-12-31"}, "/village_code", "village.dates"),
        ({"home_household_id": str(uuid4())}, "/home_household_id", "household.unknown"),
        ({"tags": [{"tag_code": "poverty", "valid_from": "2014-12-31"}]}, "/tags/0/tag_code", "tag.dates"),
    ],
)
async def test_a_household_needs_a_village_tags_and_a_home_that_exist(
    client: httpx.AsyncClient, sent: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await client.post(HOUSEHOLDS, json=body(**sent))
    assert answer.status_code == 422
    assert pointers(answer) == {(pointer, code)}


async def test_a_number_is_given_once_in_a_village(client: httpx.AsyncClient) -> None:
    first = await made(client)
    answer = await client.post(HOUSEHOLDS, json=body(name="示例户乙"))
    assert answer.status_code == 409
    assert pointers(answer) == {("/number", "household.number_taken")}
    away = await made(client, village_code=SIBLING, home_household_id=first["household_id"])
    assert away["home_county_code"] == VILLAGE[:6]


async def numbers(client: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await client.get(HOUSEHOLDS, params=query)
    assert answer.status_code == 200, answer.text
    return [row["number"] for row in answer.json()["items"]]


async def test_households_are_found_by_place_name_pinyin_number_and_tag(client: httpx.AsyncClient) -> None:
    await made(client, number="001", name="曾小一")
    tags = [{"tag_code": "poverty", "valid_from": "2022-06-01"}]
    await made(client, number="002", name="单小二", tags=tags)
    await made(client, number="003", name="示例户丙", village_code=SIBLING)
    await made(client, number="004", name="示例户丁", village_code=STRANGER)
    assert await numbers(client, division=TOWNSHIP) == ["003", "001", "002"]
    assert await numbers(client, division=VILLAGE, q="小一") == ["001"]
    assert await numbers(client, q="zxy") == ["001"]
    assert await numbers(client, q="cxy") == ["001"]
    assert await numbers(client, q="shanxiao") == ["002"]
    assert await numbers(client, q="00") == ["004", "003", "001", "002"]
    assert await numbers(client, q="%") == []
    assert await numbers(client, tag="poverty") == ["002"]
    assert await numbers(client, tag="poverty", on="2022-05-31") == []
    assert await numbers(client, on="2020-12-31") == []
    assert await numbers(client, updated_since="2023-01-17T00:00:00+08:00") == []
    assert (await client.get(HOUSEHOLDS, params={"division": "421303199000"})).status_code == 404


async def test_pages_follow_each_other_and_csv_has_all(client: httpx.AsyncClient) -> None:
    for number in ("001", "002", "003"):
        await made(client, number=number, name=f"示例户{number.translate(str.maketrans('0123', '零一二三'))}")
    seen, url = [], f"{HOUSEHOLDS}?division={VILLAGE}&limit=2"
    while url:
        answer = await client.get(url)
        seen += [row["number"] for row in answer.json()["items"]]
        url = answer.headers.get("link", "").partition("<")[2].partition(">")[0]
    assert seen == ["001", "002", "003"]
    answer = await client.get(HOUSEHOLDS, params={"format": "csv", "limit": 1})
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.content.decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("编号,版本,村代码,户号")
    assert len(lines) == 5


@pytest.mark.parametrize("query", [{"limit": "0"}, {"cursor": "不是"}, {"on": "2022-02-30"}])
async def test_a_wrong_query_is_named(client: httpx.AsyncClient, query: dict[str, str]) -> None:
    answer = await client.get(HOUSEHOLDS, params=query)
    assert answer.status_code == 422
    assert {pointer for pointer, _ in pointers(answer)} == {f"/{next(iter(query))}"}


async def test_an_unchanged_household_is_not_sent_twice(client: httpx.AsyncClient) -> None:
    found = await made(client)
    url = f"{HOUSEHOLDS}/{found['household_id']}"
    assert (await client.get(url, headers={"if-none-match": '"1"'})).status_code == 304
    await client.post(f"{url}/members", json={"name": "示例成员"})
    answer = await client.get(url, headers={"if-none-match": '"1"'})
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'


async def test_a_change_needs_the_version_it_was_made_on(client: httpx.AsyncClient) -> None:
    found = await made(client)
    url = f"{HOUSEHOLDS}/{found['household_id']}"
    assert (await client.patch(url, json={"number": "013"})).status_code == 428
    answer = await client.patch(
        url, json={"number": "013", "group_name": None, "contracted_mu": "3.5"}, headers={"if-match": '"1"'}
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["number"], answer.json()["contracted_mu"]) == ("013", "3.50")
    assert (await client.patch(url, json={"number": "014"}, headers={"if-match": '"1"'})).status_code == 412
    same = await client.patch(url, json={"number": "013"}, headers={"if-match": '"2"'})
    assert same.headers["etag"] == '"2"'
    await made(client, number="015", members=[{"name": "示例户乙", "is_head": True}])
    taken = await client.patch(url, json={"number": "015"}, headers={"if-match": '"2"'})
    assert taken.status_code == 409


async def test_a_household_ends_once_and_not_before_it_began(client: httpx.AsyncClient) -> None:
    found = await made(client)
    url = f"{HOUSEHOLDS}/{found['household_id']}/end"
    early = await client.post(url, json={"valid_to": "2020-12-31"}, headers={"if-match": '"1"'})
    assert pointers(early) == {("/valid_to", "date.order")}
    answer = await client.post(
        url, json={"valid_to": "2022-12-31", "end_kind": "moved"}, headers={"if-match": '"1"'}
    )
    assert (answer.json()["valid_to"], answer.json()["end_kind"]) == ("2022-12-31", "moved")
    again = await client.post(url, json={"valid_to": "2022-12-31"}, headers={"if-match": '"2"'})
    assert again.status_code == 409


async def test_foreign_and_missing_households_answer_alike(client: httpx.AsyncClient, work: Work) -> None:
    own, foreign, missing = await household(work), await household(work, STRANGER), uuid4()
    scope = Scope.of_division(VILLAGE)
    await transactions.enter(work, Identity(actor="cadre", read=scope, write=scope))
    assert (await client.get(f"{HOUSEHOLDS}/{own}")).status_code == 200
    answers = [
        (await client.request(method, f"{HOUSEHOLDS}/{one}{path}", json=sent, headers={"if-match": '"1"'}))
        for one in (foreign, missing)
        for method, path, sent in (
            ("GET", "", None),
            ("PATCH", "", {"number": "9"}),
            ("POST", "/end", {"valid_to": "2023-01-01"}),
            ("POST", "/members", {"name": "示例成员"}),
            ("POST", "/headcounts", {"counted_on": "2022-01-01", "resident": 1}),
            ("POST", "/tags", {"tag_code": "poverty", "valid_from": "2022-01-01"}),
            ("POST", "/parcels", {"code": "D-9", "area_mu": "1"}),
            ("POST", "/incomes", {"year": 2021, "amount": "1", "source_text": "示例"}),
            ("GET", "/land-uses", None),
            ("GET", "/own-history", None),
        )
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["code"] for answer in answers}) == 1
    foreign_village = await client.post(HOUSEHOLDS, json=body(village_code=STRANGER))
    missing_village = await client.post(HOUSEHOLDS, json=body(village_code="421303101999"))
    assert pointers(foreign_village) == pointers(missing_village) == {("/village_code", "village.unknown")}


async def test_who_may_read_but_not_write_changes_nothing(client: httpx.AsyncClient, work: Work) -> None:
    own = await household(work)
    await transactions.enter(
        work, Identity(actor="auditor", read=Scope.of_division(VILLAGE), write=Scope.EMPTY)
    )
    url = f"{HOUSEHOLDS}/{own}"
    assert (await client.get(url)).status_code == 200
    for method, path, sent in (
        ("PATCH", "", {"number": "9"}),
        ("POST", "/members", {"name": "示例成员"}),
        ("POST", "/headcounts", {"counted_on": "2022-01-01", "resident": 1}),
        ("POST", "/parcels", {"code": "D-9", "area_mu": "1"}),
    ):
        answer = await client.request(method, url + path, json=sent, headers={"if-match": '"1"'})
        assert answer.status_code == 404, path
    assert (await client.get(url)).json()["version"] == 1


async def test_land_of_the_first_body_beyond_the_households_own_is_warned_of(
    client: httpx.AsyncClient, known: World
) -> None:
    use = {"area_mu": "4.50", "season_id": str(known.season), "idle": True}
    sent = body(land_uses=[use])
    assert warned(await client.post(HOUSEHOLDS, json=sent)) == [
        ("/land_uses/0/area_mu", "land_use.beyond_household")
    ]
    assert await numbers(client, division=VILLAGE) == []
    kept = {"code": "land_use.beyond_household", "pointer": "/land_uses/0/area_mu", "reason": "含新开荒地"}
    answer = await client.post(HOUSEHOLDS, json=sent | {"overrides": [kept]})
    assert answer.status_code == 201, answer.text


async def test_a_namesake_and_too_much_land_are_warned_about_together(
    work: Work, client: httpx.AsyncClient, known: World
) -> None:
    await made(client)
    land = {"area_mu": "50.00", "season_id": str(known.season), "displaced_crops": [RICE]}
    sent = body(number="014", land_uses=[land])
    asked = await client.post(HOUSEHOLDS, json=sent)
    assert asked.status_code == 422
    warned = [(one["code"], one["pointer"]) for one in asked.json()["warnings"]]
    assert warned[0] == ("household.namesake", "/members/0/name")
    assert len(warned) == 2
    sent["overrides"] = [{"code": code, "pointer": at, "reason": "另一户，地已量过"} for code, at in warned]
    answer = await client.post(HOUSEHOLDS, json=sent)
    assert answer.status_code == 201, answer.text
    kept = await work.conn.fetch("select code from finding order by code")
    assert sorted(row["code"] for row in kept) == sorted(code for code, _ in warned)


async def test_without_a_day_it_exists_since_the_records_of_its_village_begin(
    client: httpx.AsyncClient, known: World
) -> None:
    """So that it can take part in a contract that began before it was registered."""
    sent = {"village_code": VILLAGE, "number": "7-001", "members": [{"name": "示例户甲", "is_head": True}]}
    answer = await client.post(HOUSEHOLDS, json=sent)
    assert answer.status_code == 201, answer.text
    assert answer.json()["valid_from"] == "2020-01-01"
