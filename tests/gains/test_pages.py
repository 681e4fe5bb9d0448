"""Pages of gains and the household statement, as a cadre and a household read them."""

from uuid import uuid4

from registry.kernel.work import Work
from tests.gains.village import Village, line, settle
from tests.serving import providers_on, serving


async def page(work: Work, address: str, status: int = 200) -> str:
    async with serving(providers=providers_on(work)) as client:
        answer = await client.get(address)
        assert answer.status_code == status, answer.text
        return answer.text


async def test_a_line_explains_itself(work: Work, village: Village) -> None:
    await settle(work, village)
    found = await line(work, village)
    text = await page(work, f"/gains/{found.gain_line_id}")
    for figure in ("6,000.00 − 2,200.00 − 808.36 = +2,991.64 元", "−1,300.00", "−900.00", "1,409.17", "毛重"):
        assert figure in text, figure
    assert "中籼稻 湖北省 2021 年，官方资料：示例来源" in text


async def test_the_lines_behind_a_figure(work: Work, village: Village) -> None:
    await settle(work, village)
    assert "+2,991.64" in await page(work, "/gains")
    assert "没有符合条件的明细" in await page(work, "/gains?period=2022&only=losing")
    assert "没有符合条件的明细" in await page(work, "/gains?period=2022&only=incomplete")
    await page(work, "/gains?period=22", 422)


async def test_losing_and_incomplete_households_are_found(work: Work, village: Village) -> None:
    await work.conn.execute("update delivery set net_kg = 100")
    await settle(work, village)
    assert "−2,608.36" in await page(work, "/gains?period=2022&only=losing")
    await work.conn.execute(
        "update delivery_price set unit_price = null, amount = null, missing = 'market_price'"
    )
    await settle(work, village)
    assert "缺当日市场价" in await page(work, "/gains?period=2022&only=incomplete")


async def test_a_household_with_its_years(work: Work, village: Village) -> None:
    assert "还没有参与合同" in await page(work, f"/households/{village.household}")
    await settle(work, village)
    text = await page(work, f"/households/{village.household}")
    assert "+2,991.64" in text
    assert f"/households/{village.household}/statement?year=2022" in text
    await page(work, f"/households/{uuid4()}", 404)


async def test_the_statement_says_it_in_sentences(work: Work, village: Village) -> None:
    await settle(work, village)
    text = await page(work, f"/households/{village.household}/statement?year=2022")
    for said in (
        "您家种了 1.00 亩订单干朝天椒，卖给示范品源现代农业，交售 1,500.00 公斤，每公斤 4.00 元。",
        "一、卖了多少：<strong>6,000.00 元。",
        "种苗肥药等 1,300.00 元，雇工 900.00 元，共 2,200.00 元（按参考值估算）。",
        "这块地种中籼稻，1.00 亩大约能挣 808.36 元（示例来源）。",
        "6,000.00 − 2,200.00 − 808.36 = +2,991.64 元，多挣 2,991.64 元。",
        "用工 20 天，按每天 95.30 元折算，再加上省下的工 323.53 元，多挣 1,409.17 元。",
        "—（尚未登记结算）",
        "为什么多挣了",
        "平均每亩多挣 2,991.64 元。",
    ):
        assert said in text, said
    await page(work, f"/households/{village.household}/statement?year=2021", 404)


async def test_a_statement_without_enough_data_says_what_is_missing(work: Work, village: Village) -> None:
    await work.conn.execute(
        "update delivery_price set unit_price = null, amount = null, missing = 'market_price'"
    )
    await settle(work, village)
    text = await page(work, f"/households/{village.household}/statement")
    assert "还算不出来：2022年8月20日 的交售还没有价格（缺当日市场价）。" in text
