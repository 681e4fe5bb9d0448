"""Changing a household on its page: members who join and leave, another head, counts, namesakes."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest

from registry.kernel.work import Work
from tests import factories
from tests.factories import VILLAGE
from tests.serving import providers_on, serving


class Home:
    """A household of two, its page, and what its form holds."""

    client: httpx.AsyncClient
    work: Work
    key: UUID
    head: UUID
    wife: UUID

    def fields(self, **changed: str) -> dict[str, str]:
        return {
            "idempotency_key": str(uuid4()),
            "version": "1",
            "contracted_mu": "5.00",
            "number": "01-001",
            "head": str(self.head),
            "members-0-person_id": str(self.head),
            "members-0-version": "1",
            "members-0-name": "示例甲",
            "members-1-person_id": str(self.wife),
            "members-1-version": "1",
            "members-1-name": "示例乙",
            "members-1-relation": "妻",
            "members-2-name": "",
        } | changed

    async def save(self, **changed: str) -> httpx.Response:
        return await self.client.post(f"/households/{self.key}/edit", data=self.fields(**changed))

    async def names(self) -> list[tuple[str, bool, bool]]:
        """Name, whether the head, whether left."""
        rows = await self.work.conn.fetch(
            "select name, is_head, valid_to is not null from person where household_id = $1 order by name",
            self.key,
        )
        return [tuple(row) for row in rows]


@pytest.fixture
async def home(work: Work) -> AsyncIterator[Home]:
    await factories.world(work)
    made = Home()
    made.work = work
    made.key = await factories.household(work, number="01-001", head="示例甲")
    made.head = await work.conn.fetchval("select person_id from person where household_id = $1", made.key)
    made.wife = await factories.person(work, made.key, name="示例乙", relation="妻")
    async with serving(providers=providers_on(work)) as client:
        made.client = client
        yield made


async def test_the_form_holds_what_is_stored(home: Home) -> None:
    await factories.headcount(home.work.conn, home.key)
    text = (await home.client.get(f"/households/{home.key}/edit")).text
    assert f'<option value="{home.head}" selected>示例甲</option>' in text
    for said in ('value="示例乙"', 'value="妻"', 'value="5.00"', 'value="2022-01-01"', 'value="3"'):
        assert said in text, said


async def test_the_head_leaves_and_another_member_takes_the_place_in_one_go(home: Home) -> None:
    done = await home.save(head=str(home.wife), **{"members-0-valid_to": "2022-12-31"})
    assert done.status_code == 303, done.text
    assert await home.names() == [("示例乙", True, False), ("示例甲", False, True)]
    again = (await home.client.get(f"/households/{home.key}/edit")).text
    assert 'value="示例甲"' not in again


async def test_the_head_cannot_leave_without_another(home: Home) -> None:
    refused = await home.save(**{"members-0-valid_to": "2022-12-31"})
    assert refused.status_code == 409
    assert '<a href="#members-0-valid_to">' in refused.text
    assert await home.names() == [("示例乙", False, False), ("示例甲", True, False)]


async def test_somebody_joins_and_a_name_is_corrected(home: Home) -> None:
    done = await home.save(
        **{"members-2-name": "示例丙", "members-2-relation": "子", "members-1-name": "示例　丁"}
    )
    assert done.status_code == 303, done.text
    assert [name for name, *_ in await home.names()] == ["示例丁", "示例丙", "示例甲"]


async def test_mistakes_of_members_stand_at_their_rows(home: Home) -> None:
    wrong = {"members-1-name": "", "members-2-name": "12345", "labour": "9", "registered": "2"}
    answer = await home.save(**wrong)
    assert answer.status_code == 422
    for field in ("members-1-name", "members-2-name"):
        assert f'<a href="#{field}">' in answer.text
    early = await home.save(**{"members-1-valid_to": "2019-1-1"})
    assert early.status_code == 422
    assert '<a href="#members-1-valid_to">' in early.text
    assert "2019-1-1" in early.text


async def test_a_count_is_added_or_corrected_by_its_day(home: Home) -> None:
    await factories.headcount(home.work.conn, home.key)
    same = {"registered": "4", "resident": "3", "labour": "2", "counted_on": "2022-01-01"}
    assert (await home.save(**same)).status_code == 303
    standing = "select count(*) from headcount where household_id = $1 and superseded_at is null"
    assert await home.work.conn.fetchval(standing, home.key) == 1
    version = await home.work.conn.fetchval("select version from household where household_id = $1", home.key)
    assert version == 1
    assert (await home.save(**same | {"counted_on": "2022-7-1", "resident": "2"})).status_code == 303
    assert await home.work.conn.fetchval(standing, home.key) == 2
    assert (await home.save(**same | {"resident": "1"}, version="2")).status_code == 303
    total = await home.work.conn.fetchval("select count(*) from headcount where household_id = $1", home.key)
    assert total == 3
    dayless = await home.save(registered="4", version="3")
    assert dayless.status_code == 422
    assert '<a href="#counted_on">' in dayless.text
    unequal = await home.save(registered="2", labour="5", counted_on="2022-8-1", version="3")
    assert "劳动力（5 人）不能多于家庭人口（2 人）" in unequal.text


async def test_a_first_count_is_recorded(home: Home) -> None:
    assert (await home.save(registered="4", counted_on="2022-8-1")).status_code == 303
    assert "户籍 4 人" in (await home.client.get(f"/households/{home.key}")).text


async def test_what_somebody_else_did_to_the_members_is_shown_not_overwritten(home: Home) -> None:
    assert (await home.save(**{"members-2-name": "示例丙"})).status_code == 303
    late = await home.save(group_name="三组", **{"members-2-name": "示例丁"})
    assert late.status_code == 412
    assert 'value="三组"' in late.text
    assert 'value="示例丙"' in late.text
    assert 'value="示例丁"' not in late.text


async def test_members_of_others_and_unknown_heads_are_refused(home: Home) -> None:
    other = await factories.household(home.work.conn, number="01-009", head="示例戊")
    stranger = await home.work.conn.fetchval("select person_id from person where household_id = $1", other)
    assert (await home.save(head=str(stranger))).status_code == 412
    row = {"members-1-person_id": str(stranger)}
    assert (await home.save(**row)).status_code == 412
    assert (await home.client.get(f"/households/{uuid4()}/edit")).status_code == 404


NEW = {"village_code": VILLAGE, "number": "03-017", "members-0-name": "示例甲", "members-0-is_head": "true"}


async def register(home: Home, **fields: str) -> httpx.Response:
    return await home.client.post("/households/new", data={"idempotency_key": str(uuid4()), **NEW, **fields})


async def test_a_namesake_is_registered_only_with_a_reason(home: Home) -> None:
    asked = await register(home)
    assert asked.status_code == 422
    assert "本村已有户主叫“示例甲”的农户（户号 01-001）" in asked.text
    assert await home.work.conn.fetchval("select count(*) from household where number = '03-017'") == 0
    override = {
        "overrides-0-code": "household.namesake",
        "overrides-0-pointer": "/members/0/name",
        "overrides-0-reason": "同名的另一户",
    }
    made = await register(home, **override)
    assert made.status_code == 303, made.text
    assert "同名的另一户" in (await home.client.get(f"{made.headers['location']}/edit")).text


async def test_the_next_household_follows_with_its_village_chosen(home: Home) -> None:
    made = await register(home, **{"members-0-name": "示例庚"}, _next="1")
    text = (await home.client.get(made.headers["location"])).text
    assert "已登记 03-017 示例庚" in text
    assert f'<option value="{VILLAGE}" selected>' in text


async def test_tags_are_ticked_and_wrong_ones_named_at_their_boxes(home: Home) -> None:
    await factories.insert(
        home.work.conn,
        "tag",
        tag_code="lifted_out",
        label="脱贫户",
        valid_from="2014-01-01",
        source_text="示例来源",
        **factories.BORN,
    )
    wrong = await register(home, **{"members-0-name": "示例庚", "tags-0-tag_code": "unknown_tag"})
    assert wrong.status_code == 422
    assert '<a href="#tags-0-tag_code">' in wrong.text
    made = await register(home, **{"members-0-name": "示例庚", "tags-0-tag_code": "lifted_out"})
    assert "脱贫户" in (await home.client.get(made.headers["location"])).text
    assert "脱贫户" in (await home.client.get(f"/households?division={VILLAGE}&tag=lifted_out")).text
