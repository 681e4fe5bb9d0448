"""Entering and changing market prices on their page: 斤 and 公斤, twice, wrong, waited for."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest

from registry.kernel.work import Work
from tests import deals, factories
from tests.serving import providers_on, serving

MARKET = {
    "kind": "order",
    "product_code": factories.DRIED,
    "price": {"clause": "floor_or_market", "floor": "4.0000"},
}
GRADED = {
    "kind": "order",
    "product_code": factories.DRIED,
    "price": {
        "clause": "graded",
        "base": {"clause": "market_plus", "percent": "0", "premium": "0.1000"},
        "reference_grade": "first",
        "grades": [{"grade_code": "second", "coefficient": "0.8"}],
    },
}
PRICE = {
    "division_code": factories.TOWNSHIP,
    "good": factories.DRIED,
    "day": "2022-8-20",
    "price": "4.00",
    "unit": "jin",
}


@pytest.fixture
async def world(work: Work) -> factories.World:
    return await factories.world(work)


@pytest.fixture
async def desk(work: Work, world: factories.World) -> AsyncIterator[httpx.AsyncClient]:
    await factories.household(work)
    async with serving(providers=providers_on(work)) as client:
        yield client


async def enter(desk: httpx.AsyncClient, **fields: str) -> httpx.Response:
    return await desk.post(
        "/market-prices", data={**PRICE, "idempotency_key": str(uuid4()), **fields}, follow_redirects=False
    )


async def test_a_price_per_jin_is_shown_as_typed_and_per_kg(desk: httpx.AsyncClient) -> None:
    answer = await enter(desk, price="４.０５", source_text="示例菜市场")
    assert answer.status_code == 303
    text = (await desk.get(answer.headers["location"])).text
    assert "已保存：淅河镇 2022-08-20 干朝天椒" in text
    assert "每斤 4.05" in text
    assert "8.10" in text
    assert "示例菜市场" in text
    assert "共 1 条" in text


async def test_all_mistakes_at_once_and_nothing_lost(desk: httpx.AsyncClient, work: Work) -> None:
    answer = await enter(desk, division_code="", day="2022-13-1", price="0", unit="", source_text="示例来源")
    assert answer.status_code == 422
    assert "请先改正下面 4 处" in answer.text
    assert 'value="2022-13-1"' in answer.text
    assert 'value="示例来源"' in answer.text
    assert await work.conn.fetchval("select count(*) from market_price") == 0


async def test_the_unit_has_to_be_chosen(desk: httpx.AsyncClient) -> None:
    answer = await enter(desk, unit="")
    assert answer.status_code == 422
    assert '<a href="#unit">' in answer.text


async def test_unknown_places_and_goods_are_named_at_their_fields(desk: httpx.AsyncClient) -> None:
    answer = await enter(desk, division_code="110101000000", good="unknown_thing/first")
    assert answer.status_code == 422
    assert '<a href="#division_code">' in answer.text
    assert '<a href="#good">' in answer.text
    assert '<a href="#good">' in (await enter(desk, good=f"{factories.DRIED}/ninth")).text
    assert "请从列表中选择" in (await enter(desk, good="辣椒")).text


async def test_a_second_price_of_the_day_offers_to_change_the_first(desk: httpx.AsyncClient) -> None:
    assert (await enter(desk)).status_code == 303
    answer = await enter(desk, price="9.5", unit="kg")
    assert answer.status_code == 409
    assert "每斤 4.00 元" in answer.text
    href = answer.text.split('href="/market-prices/')[1].split('"')[0].replace("&amp;", "&")
    page = (await desk.get(f"/market-prices/{href}")).text
    assert 'value="9.5"' in page
    assert '<option value="kg" selected>' in page


async def test_a_graded_price_is_another_one(desk: httpx.AsyncClient) -> None:
    assert (await enter(desk)).status_code == 303
    assert (await enter(desk, good=f"{factories.DRIED}/first")).status_code == 303
    assert "干朝天椒 1 级" in (await desk.get("/market-prices")).text


async def changed(desk: httpx.AsyncClient, key: str, **fields: str) -> httpx.Response:
    form = {"version": "1", "price": "5", "unit": "kg", "idempotency_key": str(uuid4()), **fields}
    return await desk.post(f"/market-prices/{key}/edit", data=form)


async def test_a_price_is_changed_once_per_version(desk: httpx.AsyncClient, work: Work) -> None:
    key = (await enter(desk)).headers["location"].partition("saved=")[2]
    assert (await changed(desk, key)).headers["location"] == f"/market-prices?saved={key}"
    assert str(await work.conn.fetchval("select price from market_price")) == "5.0000"
    late = await changed(desk, key, price="6")
    assert late.status_code == 412
    assert "已被别人修改" in late.text
    assert 'name="version" value="2"' in late.text
    assert 'value="6"' in late.text
    wrong = await changed(desk, key, version="2", price="", unit="")
    assert wrong.status_code == 422
    assert '<a href="#price">' in wrong.text
    assert '<a href="#unit">' in wrong.text
    assert (await changed(desk, str(uuid4()))).status_code == 404


async def test_the_same_form_sent_twice_counts_once(desk: httpx.AsyncClient) -> None:
    key = str(uuid4())
    first = await enter(desk, idempotency_key=key)
    again = await enter(desk, idempotency_key=key)
    assert (first.status_code, again.status_code) == (303, 303)
    assert again.headers["location"] == first.headers["location"]


async def test_the_list_is_newest_first_narrowed_and_paged(desk: httpx.AsyncClient, work: Work) -> None:
    for day in range(1, 31):
        await factories.market_price(work, day=date(2022, 6, day))
        await factories.market_price(work, day=date(2022, 7, day), division_code=factories.TOWNSHIP)
    text = (await desk.get("/market-prices")).text
    assert text.index("2022年7月30日") < text.index("2022年7月1日") < text.index("2022年6月30日")
    assert "共 60 条，本页 50 条" in text
    following = text.split('rel="next"')[0].rpartition('href="')[2].split('"')[0].replace("&amp;", "&")
    rest = (await desk.get(following)).text
    assert "共 60 条，本页 10 条" in rest
    assert "回到第一页" in rest
    narrow = f"division={factories.TOWNSHIP}&product={factories.DRIED}&first_day=2022.7.29&last_day="
    assert "共 2 条" in (await desk.get(f"/market-prices?{narrow}")).text
    assert "没有符合条件的市场价" in (await desk.get(f"/market-prices?product={factories.RICE}")).text


async def _ticket(work: Work, deal: deals.Deal, household: UUID, **columns: object) -> None:
    await deals.delivery(work, deal, household, unit_price=None, amount=None, **columns)


async def test_tickets_that_wait_are_counted_and_lead_to_a_filled_form(
    desk: httpx.AsyncClient, work: Work, world: factories.World
) -> None:
    assert "在等市场价" not in (await desk.get("/market-prices")).text
    household = await factories.household(work)
    deal = await deals.deal(work, world, terms=MARKET)
    await deals.participant(work, deal, household)
    await _ticket(work, deal, household)
    await _ticket(work, deal, household)
    text = (await desk.get("/market-prices")).text
    assert "有 2 张过磅单在等市场价" in text
    href = text.split("登记这天的价格")[0].rpartition('href="')[2].split("#")[0].replace("&amp;", "&")
    page = (await desk.get(href)).text
    assert f'<option value="{factories.TOWNSHIP}" selected>' in page
    assert f'<option value="{factories.DRIED}" selected>' in page
    assert 'value="2022-08-20"' in page


async def test_a_graded_clause_waits_for_its_reference_grade(
    desk: httpx.AsyncClient, work: Work, world: factories.World
) -> None:
    household = await factories.household(work)
    deal = await deals.deal(work, world, terms=GRADED)
    await deals.participant(work, deal, household)
    await _ticket(work, deal, household, grade_code="second")
    text = (await desk.get("/market-prices")).text
    assert "干朝天椒 1 级：1 张" in text
