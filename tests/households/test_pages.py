"""The register on pages: finding, registering, changing, pasting a roster; all mistakes, nothing lost."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from registry.kernel.work import Work
from tests import factories
from tests.factories import SIBLING, VILLAGE
from tests.serving import providers_on, serving


@pytest.fixture
async def office(work: Work) -> AsyncIterator[httpx.AsyncClient]:
    await factories.world(work)
    await factories.household(work, number="01-001", head="示例甲")
    await factories.household(work, SIBLING, number="01-001", head="示例乙")
    async with serving(providers=providers_on(work)) as client:
        yield client


async def post(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    return await client.post(path, data={"idempotency_key": str(uuid4()), **fields})


NEW = {
    "village_code": VILLAGE,
    "number": "03-017",
    "members-0-name": "示例户",
    "members-0-is_head": "true",
    "group_name": "三组",
}


async def test_the_list_finds_by_place_name_and_number(office: httpx.AsyncClient) -> None:
    everyone = (await office.get("/households")).text
    assert "示例甲" in everyone
    assert "示例乙" in everyone
    here = (await office.get(f"/households?division={VILLAGE}&q=&tag=")).text
    assert "示例乙" not in here
    assert "共 1 条" in here
    assert "示例甲" in (await office.get("/households?q=01-0")).text
    assert "没有符合条件的农户" in (await office.get("/households?q=没有这个人")).text


async def test_a_household_is_registered_with_members_count_and_land(
    office: httpx.AsyncClient, work: Work
) -> None:
    more = {"members-1-name": "示例妻", "members-1-relation": "妻", "members-3-name": ""}
    counts = {"headcount-resident": "３人", "headcount-registered": "4"}
    made = await post(office, "/households/new", **NEW, **more, **counts, contracted_mu="5.2亩")
    assert made.status_code == 303
    text = (await office.get(made.headers["location"])).text
    for said in ("03-017 示例户", "示例妻", "常住 3 人", "5.20 亩"):
        assert said in text, said
    again = await post(office, "/households/new", **NEW)
    assert again.status_code in (409, 422)
    assert 'value="03-017"' in again.text


async def test_all_mistakes_at_once_and_nothing_lost(office: httpx.AsyncClient, work: Work) -> None:
    wrong = {
        "village_code": "",
        "number": "",
        "members-0-name": "示例户",
        "members-0-is_head": "true",
        "contracted_mu": "五亩",
        "headcount-resident": "-1",
    }
    answer = await post(office, "/households/new", **wrong)
    assert answer.status_code == 422
    assert "请先改正下面 4 处" in answer.text
    assert 'value="五亩"' in answer.text
    assert await work.conn.fetchval("select count(*) from household") == 2


async def test_a_household_is_changed_unless_somebody_was_quicker(
    office: httpx.AsyncClient, work: Work
) -> None:
    key = await work.conn.fetchval("select household_id from household where village_code = $1", VILLAGE)
    head = await work.conn.fetchval("select person_id from person where household_id = $1", key)
    form = (await office.get(f"/households/{key}/edit")).text
    assert 'value="01-001"' in form
    fields = {
        "version": "1",
        "number": "01-002",
        "group_name": "一组",
        "head": str(head),
        "members-0-person_id": str(head),
        "members-0-version": "1",
        "members-0-name": "示例甲",
        "contracted_mu": "6",
    }
    done = await post(office, f"/households/{key}/edit", **fields)
    assert done.status_code == 303, done.text
    assert "01-002 示例甲" in (await office.get(f"/households/{key}")).text
    late = await post(office, f"/households/{key}/edit", **fields)
    assert late.status_code == 412


async def test_a_pasted_roster_is_looked_at_then_stored(office: httpx.AsyncClient, work: Work) -> None:
    block = "02-001\t示例丙\t二组\t3.5\t5\t4\t2\n02-002\t示例丁\t二组\t2\t3\t3\t1"
    looked = await post(office, "/households/paste", village_code=VILLAGE, block=block)
    assert looked.status_code == 200
    assert "新登记 2 户" in looked.text
    assert await work.conn.fetchval("select count(*) from household") == 2
    stored = await post(office, "/households/paste", village_code=VILLAGE, block=block, confirmed="true")
    assert stored.status_code == 303
    query = parse_qs(urlsplit(stored.headers["location"]).query)
    assert query["created"] == ["2"]
    assert "新登记 2 户" in (await office.get(stored.headers["location"])).text
    assert await work.conn.fetchval("select count(*) from household where group_name = '二组'") == 2


async def test_wrong_lines_of_a_roster_are_all_named(office: httpx.AsyncClient, work: Work) -> None:
    block = "户号\t户主姓名\t承包地面积\n02-001\t\t3\n02-002\t示例丁\t很多\n02-003\t示例戊\t1"
    looked = await post(office, "/households/paste", village_code=VILLAGE, block=block)
    assert "有 2 行需要改正" in looked.text
    assert "示例戊" in looked.text
    kept = await post(office, "/households/paste", village_code=VILLAGE, block=block, confirmed="true")
    assert kept.status_code == 422
    assert "第 2 行" in kept.text
    assert await work.conn.fetchval("select count(*) from household") == 2
    empty = await post(office, "/households/paste", village_code=VILLAGE, block="")
    assert empty.status_code == 422
    assert f'value="{VILLAGE}"' in (await office.get(f"/households/paste?division={VILLAGE}")).text
