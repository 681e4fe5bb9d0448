"""Entering weigh tickets in a table, as a cadre does: right, wrong, unusual, twice; the list and voiding."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest

from registry.kernel.work import Work
from tests import deals, factories
from tests.deals import Deal
from tests.serving import providers_on, serving


class Desk:
    client: httpx.AsyncClient
    deal: Deal
    households: list[UUID]


@pytest.fixture
async def desk(work: Work) -> AsyncIterator[Desk]:
    made = Desk()
    made.deal = await deals.deal(work, await factories.world(work))
    made.households = [
        await factories.household(work, number=f"03-{n:03}", head=head)
        for n, head in enumerate(("示例甲", "示例乙", "示例乙"), 1)
    ]
    for household in made.households:
        await deals.participant(work, made.deal, household)
    await work.conn.execute(
        "update participant p set signed_name = head.name from person head"
        " where head.household_id = p.household_id and head.is_head"
    )
    async with serving(providers=providers_on(work)) as client:
        made.client = client
        yield made


def slip(index: int, **fields: str) -> dict[str, str]:
    return {f"rows-{index}-{name}": value for name, value in fields.items()}


async def enter(desk: Desk, *slips: dict[str, str], **header: str) -> httpx.Response:
    form = {"day": "2022-8-20", "unit": "kg", "idempotency_key": str(uuid4()), **header}
    for one in slips:
        form |= one
    return await desk.client.post(f"/contracts/{desk.deal.contract}/deliveries/new", data=form)


async def test_the_table_shows_terms_and_households(desk: Desk) -> None:
    text = (await desk.client.get(f"/contracts/{desk.deal.contract}/deliveries/new")).text
    assert "固定价每公斤 6.00 元" in text
    assert "03-001 示例甲" in text


async def test_slips_are_entered_and_listed(desk: Desk, work: Work) -> None:
    answer = await enter(
        desk,
        slip(0, household="03-001 示例甲", gross="１，０００", tare="10", ticket_number="17"),
        slip(4, household="03-002", gross="500.5"),
    )
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/deliveries?contract={desk.deal.contract}",
    )
    text = (await desk.client.get(answer.headers["location"])).text
    assert "990.00" in text
    assert "5,940.00" in text
    assert "共 2 张有效" in text


async def test_all_mistakes_of_all_slips_at_once_and_nothing_lost(desk: Desk, work: Work) -> None:
    answer = await enter(
        desk,
        slip(0, household="03-001", gross="960", tare="980"),
        slip(1, household="示例乙", gross="100"),
        slip(2, household="陌生人", gross="100"),
        slip(3, household="03-003"),
        unit="",
    )
    assert answer.status_code == 422
    assert "请填毛重" in answer.text
    assert 'value="陌生人"' in answer.text
    again = await enter(
        desk,
        slip(0, household="03-001", gross="960", tare="980"),
        slip(1, household="示例乙", gross="100"),
        slip(2, household="陌生人", gross="100"),
    )
    assert again.status_code == 422
    assert "有几户都叫“示例乙”，请改填户号（03-002、03-003）" in again.text
    assert "参与名册里没有“陌生人”" in again.text
    assert "960" in again.text
    assert await work.conn.fetchval("select count(*) from delivery") == 0


async def test_nothing_typed_is_a_mistake(desk: Desk) -> None:
    answer = await enter(desk, slip(0, grade_code="first"))
    assert answer.status_code == 422
    assert "请至少填写一张过磅单" in answer.text


async def test_an_unusual_slip_waits_for_a_reason(desk: Desk, work: Work) -> None:
    first = slip(0, household="03-001", gross="100")
    assert (await enter(desk, first)).status_code == 303
    answer = await enter(desk, first)
    assert answer.status_code == 422
    assert "还没有保存" in answer.text
    code = answer.text.split('name="overrides-0-code" value="')[1].split('"')[0]
    pointer = answer.text.split('name="overrides-0-pointer" value="')[1].split('"')[0]
    reason = {"overrides-0-code": code, "overrides-0-pointer": pointer, "overrides-0-reason": "同日第二车"}
    assert (await enter(desk, first | reason)).status_code == 303
    assert await work.conn.fetchval("select override_reason from finding") == "同日第二车"


async def test_the_same_form_sent_twice_counts_once(desk: Desk, work: Work) -> None:
    key = str(uuid4())
    for _ in range(2):
        answer = await enter(desk, slip(0, household="03-001", gross="100"), idempotency_key=key)
        assert answer.status_code == 303
    assert await work.conn.fetchval("select count(*) from delivery") == 1


async def test_a_ticket_is_voided_with_a_reason(desk: Desk, work: Work) -> None:
    key = await deals.delivery(work, desk.deal, desk.households[0])
    assert "6,000.00" in (await desk.client.get(f"/deliveries/{key}")).text
    refused = await desk.client.post(f"/deliveries/{key}", data={"reason": "", "idempotency_key": "a"})
    assert refused.status_code == 422
    done = await desk.client.post(f"/deliveries/{key}", data={"reason": "重复登记", "idempotency_key": "b"})
    assert done.status_code == 303
    assert "这张过磅单已作废" in (await desk.client.get(f"/deliveries/{key}")).text
    twice = await desk.client.post(f"/deliveries/{key}", data={"reason": "再来一次", "idempotency_key": "c"})
    assert twice.status_code == 409


async def test_an_empty_list_says_so(desk: Desk) -> None:
    assert "没有过磅单" in (await desk.client.get("/deliveries?unpriced=true&first_day=")).text
