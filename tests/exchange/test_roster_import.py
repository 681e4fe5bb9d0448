"""Importing rosters: dry run, all or nothing, only good rows; again and again; namesakes; foreign places."""

from typing import Any

import httpx
import pytest

from registry.kernel.db import transactions
from registry.kernel.db.transactions import Identity, Scope
from registry.kernel.work import Work
from tests.exchange.known import HEADER, IMPORTS, imported, roster, row, sent
from tests.factories import BORN, SIBLING, STRANGER, TOWNSHIP, VILLAGE, household, insert, world
from tests.households.known import HOUSEHOLDS

WIDE = f"{HEADER},其他成员,标签,组"
BAD = [
    row("", "示例户戊"),
    row("020", "示例户庚"),
    row("022", "示例户己"),
    row("030", "1234567890", "NaN", people="1e400", day="2022.2.30"),
    row("031", mu="-1", people="2", labour="3"),
    row("032", village="421303187999"),
    row("033", village=TOWNSHIP),
    row("034", village=STRANGER, mu="1e400"),
    row("035"),
    row("035", "示例户乙"),
    row("", "示例户辛"),
    row("036") + ",多出",
]
FAULTS = [
    (3, "number", "household.ambiguous"),
    (4, "head_name", "household.other_name"),
    (5, "number", "household.ended"),
    (6, "head_name", "text.pattern"),
    (6, "contracted_mu", "number.infinite"),
    (6, "registered", "type.whole"),
    (6, "counted_on", "date.none"),
    (7, "contracted_mu", "number.negative"),
    (8, "village_code", "village.unknown"),
    (9, "village_code", "village.level"),
    (10, "contracted_mu", "number.exponent"),
    (11, "", "duplicate"),
    (12, "", "duplicate"),
    (13, "number", "required"),
    (14, "", "row.wide"),
]


@pytest.fixture(autouse=True)
async def _known(work: Work) -> None:
    await world(work)
    tag = {"tag_code": "poverty", "label": "脱贫户", "valid_from": "2015-01-01", "source_text": "示例"}
    await insert(work, "tag", **tag, **BORN)


async def found(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get(HOUSEHOLDS, params=query)
    rows: list[dict[str, Any]] = answer.json()["items"]
    return rows


def faults(report: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(one["line"], one["field"], one["code"]) for one in report["errors"]]


async def test_a_roster_is_imported_as_people_type_it(client: httpx.AsyncClient) -> None:
    data = roster(
        f"{VILLAGE},０１２,曾　小一,４．５亩,4人,2,2022年1月5日,示例户乙；示例户丙,脱贫户,一组",
        '"421303187236 ",013,示例户丁,"1,234.5",,,,,,',
        "合计,,,,,,,,,",
        header=WIDE,
    )
    report, counts = await imported(client, "households", data)
    assert counts == [2, 0, 0, 0]
    assert report["written"] is True
    first, second = await found(client, division=VILLAGE)
    assert (first["number"], first["head_name"], first["contracted_mu"]) == ("012", "曾小一", "4.50")
    assert (first["registered"], first["tags"], first["group_name"]) == (4, ["poverty"], "一组")
    assert (second["contracted_mu"], second["registered"]) == ("1234.50", None)
    detail = (await client.get(f"{HOUSEHOLDS}/{first['household_id']}")).json()
    assert [one["name"] for one in detail["members"]] == ["曾小一", "示例户乙", "示例户丙"]
    assert detail["source"] == "import"
    assert detail["import_batch_id"] == report["import_batch_id"]
    assert len(await found(client, q="zxy")) == 1
    batch = (await client.get(f"{IMPORTS}/{report['import_batch_id']}")).json()
    assert (batch["division_code"], batch["kind"], batch["rows_created"]) == (VILLAGE, "households", 2)
    listed = (await client.get(IMPORTS, params={"division": TOWNSHIP, "kind": "households"})).json()
    assert [one["import_batch_id"] for one in listed["items"]] == [report["import_batch_id"]]


async def test_a_second_import_changes_nothing(client: httpx.AsyncClient) -> None:
    data = roster(row("012") + ",示例户乙,脱贫户,一组", row("013", "示例户丙") + ",,,", header=WIDE)
    await imported(client, "households", data)
    report, counts = await imported(client, "households", data)
    assert counts == [0, 0, 2, 0]
    assert report["written"] is False
    first = (await found(client, division=VILLAGE))[0]
    assert first["version"] == 1


async def test_what_differs_is_updated_and_empty_cells_change_nothing(client: httpx.AsyncClient) -> None:
    await imported(client, "households", roster(row("012"), row("013", "示例户乙")))
    changed = roster(
        row("012", mu="", people="5"), row("013", "示例户乙") + ",示例户丙,脱贫户,二组", header=WIDE
    )
    _, counts = await imported(client, "households", changed)
    assert counts == [0, 2, 0, 0]
    first, second = await found(client, division=VILLAGE)
    assert (first["contracted_mu"], first["registered"], first["version"]) == ("4.00", 5, 2)
    assert (second["group_name"], second["tags"]) == ("二组", ["poverty"])
    headcounts = (await client.get(f"{HOUSEHOLDS}/{first['household_id']}/headcounts")).json()["items"]
    assert len(headcounts) == 2


async def test_gbk_and_village_names_under_a_township(client: httpx.AsyncClient) -> None:
    text = "村名,户号,户主\n挑水河村,1,示例户甲\n光化,1,示例户乙\n无此村,1,示例户丙\n"
    answer = await sent(client, "households", text.encode("gbk"), division=TOWNSHIP)
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/4/village", "village.unknown")
    ]
    report, counts = await imported(client, "households", text.encode("gbk"), division=TOWNSHIP, mode="valid")
    assert counts == [2, 0, 0, 1]
    assert {one["village_code"] for one in await found(client)} == {VILLAGE, SIBLING}
    assert report["errors"][0]["column"] == "村名"


async def test_one_village_may_be_given_for_all_rows(client: httpx.AsyncClient) -> None:
    _, counts = await imported(client, "households", "户号,户主\n1,示例户甲\n".encode(), division=VILLAGE)
    assert counts == [1, 0, 0, 0]
    answer = await sent(client, "households", "户号,户主\n1,示例户甲\n".encode(), division=TOWNSHIP)
    assert (answer.status_code, answer.json()["code"]) == (422, "import.unreadable")
    answer = await sent(client, "households", "村名,户号,户主\n挑水河,1,示例户甲\n".encode())
    assert "division" in answer.json()["detail"]
    unknown = await sent(client, "households", roster(row("1")), division="421303199999")
    assert unknown.status_code == 404


async def test_all_mistakes_of_all_rows_are_named_and_nothing_is_half_written(
    client: httpx.AsyncClient, work: Work
) -> None:
    await household(work, number="020", head="示例户戊")
    await household(work, number="021", head="示例户戊")
    await household(work, number="022", head="示例户己", valid_to="2022-01-01", end_kind="ended")
    data = roster(row("040", "示例户癸"), *BAD)
    dry, counts = await imported(client, "households", data, dry_run=True)
    assert counts == [1, 0, 0, len(BAD)]
    assert faults(dry) == FAULTS
    assert "020、021" in dry["errors"][0]["message"]
    assert "第 12 行" in next(one for one in dry["errors"] if one["line"] == 11)["message"]
    refused = await sent(client, "households", data)
    assert refused.status_code == 422
    assert refused.json()["code"] == "import.rejected"
    assert refused.json()["summary"]["rejected"] == len(BAD)
    assert [one["pointer"] for one in refused.json()["errors"]][:2] == ["/3/number", "/4/head_name"]
    assert refused.json()["errors"][0]["message"].startswith("第 3 行“户号”：")
    assert len(await found(client)) == 3
    _, counts = await imported(client, "households", data, mode="valid")
    assert counts == [1, 0, 0, len(BAD)]
    assert len(await found(client)) == 4


async def test_an_only_head_needs_no_number(client: httpx.AsyncClient, work: Work) -> None:
    await household(work, number="020", head="示例户戊")
    _, counts = await imported(client, "households", roster(row("", "示例户戊", mu="6")))
    assert counts == [0, 1, 0, 0]
    assert (await found(client))[0]["contracted_mu"] == "6.00"


async def test_a_village_outside_the_scope_answers_like_an_unknown_one(
    client: httpx.AsyncClient, work: Work
) -> None:
    await household(work, STRANGER, number="012", head="示例户甲")
    scope = Scope.of_division(VILLAGE)
    await transactions.enter(work, Identity(actor="local", read=scope, write=scope))
    data = roster(row("012", village=STRANGER), row("012", village="421303101999"), row("012"))
    report, counts = await imported(client, "households", data, mode="valid")
    assert counts == [1, 0, 0, 2]
    assert [one["code"] for one in report["errors"]] == ["village.unknown", "village.unknown"]


async def test_a_body_of_another_type_or_an_unknown_kind_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{IMPORTS}/households", json={"rows": []})
    assert answer.status_code == 415
    assert (await sent(client, "phones", roster(row("1")))).status_code == 422
    wrong = await sent(client, "households", roster(row("1")), mode="some", dry_run="perhaps")
    assert {one["pointer"] for one in wrong.json()["errors"]} == {"/mode", "/dry_run"}
    missing = await client.get(f"{IMPORTS}/01859d2c-8f3a-7c61-9e0b-5a4c2f6d7e81")
    assert missing.status_code == 404
