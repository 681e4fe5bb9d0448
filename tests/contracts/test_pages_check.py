"""Registering on pages, step 4: everything once more, what is missing or unusual, signing."""

from tests import factories
from tests.contracts.browse import Page, post, visit
from tests.contracts.desk import Desk, Json, component, order


async def opened(desk: Desk, draft: Json) -> Page:
    return await visit(desk.client, f"/contracts/{draft['contract_id']}/edit/check")


async def complete(desk: Desk, **further: object) -> Json:
    draft = await desk.draft(**further)
    await desk.add(draft, [await desk.line(planned_kg="1500.50")])
    return draft


async def test_the_contract_in_sentences_with_amounts_in_words(desk: Desk) -> None:
    draft = await complete(desk, **desk.chain())
    page = await opened(desk, draft)
    assert "收购方（示范品源现代农业）付给组织方（示范挑水河村集体）。固定价每公斤 4.20 元。" in page.plain
    assert "按计划交售 1,500.50 公斤，预计 6,302.10 元（人民币陆仟叁佰零贰元壹角）。" in page.plain
    assert "6,002.00 元（人民币陆仟零贰元整）" in page.plain
    assert "干朝天椒：1 户，面积 1.00 亩，计划交售 1,500.50 公斤。" in page.plain
    assert "与原来种的作物比 1 户次" in page.plain


async def test_a_floor_is_the_least_and_the_market_alone_is_no_amount(desk: Desk) -> None:
    terms = [
        component({"clause": "floor_or_market", "floor": "3.00"}),
        component({"clause": "market_plus", "percent": "5"}, product_code=factories.RICE),
    ]
    draft = await desk.draft(components=terms)
    home = await factories.household(desk.work)
    lines = [await desk.line(home, component_number=n, area_mu="3.00", land_uses=[]) for n in (1, 2)]
    lines = [{**line, "method": "price_premium"} for line in lines]
    await desk.add(
        draft,
        [*lines, {**await desk.line(component_number=1), "planned_kg": None, "method": "price_premium"}],
    )
    page = await opened(desk, draft)
    assert "至少 4,500.00 元（人民币肆仟伍佰元整），市场价高时更多；还有 1 户没有填计划交售量" in page.plain
    assert "计划交售 1,500.00 公斤，按当日市场价结算，金额现在还不能算" in page.plain


async def test_what_is_missing_leads_to_its_step(desk: Desk) -> None:
    draft = await desk.draft(starts_on=None, parties=[], components=[])
    page = await opened(desk, draft)
    base = f"/contracts/{draft['contract_id']}/edit"
    assert "还差 3 处，补齐才能签订" in page.plain
    for href in (f"{base}/terms#starts_on", f"{base}/parties#parties", f"{base}/terms#components"):
        assert f'<a href="{href}">' in page.text
    assert "签订这份合同" not in page.plain
    draft = await desk.draft(number="示例-002")
    assert (
        f'<a href="/contracts/{draft["contract_id"]}/edit/annex?only=chosen">'
        in (await opened(desk, draft)).text
    )


async def test_signing(desk: Desk) -> None:
    page = await opened(desk, await complete(desk))
    wrong = await page.send()
    assert wrong.problems() == [("#signed_on", "请填合同上写的签订日期")]
    wrong = await page.send(signed_on="2023-1-17")
    assert [text for _, text in wrong.problems()] == [
        "签订日期（2023-01-17）不能晚于今天，请检查",
        "签订日期（2023-01-17）不能晚于结束日期（2022-12-31），请检查",
    ]
    assert wrong.value("signed_on") == "2023-1-17"
    signed = await wrong.send(signed_on="2022-3-1")
    assert "合同已签订，从开始日期起计算。" in signed.plain
    assert "第 1 版 2022年3月1日 2022年3月1日 原合同" in signed.plain


async def test_a_warning_needs_its_reason_and_becomes_a_finding(desk: Desk) -> None:
    terms = component("40.00")
    terms["terms"] = order("40.00")
    await factories.reference_return(
        desk.work, crop_code="chili", yield_kg="1500.00", price_per_50kg="200.00", output_value="6000.00"
    )
    page = await opened(desk, await complete(desk, components=[terms]))
    assert "有 1 处不寻常，签订前请说明" in page.plain
    warned = await page.send(signed_on="2022-3-1")
    assert warned.status == 422
    assert "还没有保存：有 1 处不寻常" in warned.plain
    assert warned.value("signed_on") == "2022-3-1"
    short = await warned.send(overrides__0__reason="好")
    assert short.problems() == [("#overrides-0-reason", "此项至少要 2 个字，请补充")] or short.status == 422
    signed = await short.send(overrides__0__reason="特级干椒，价格已核对")
    assert "第 1 项价格是每公斤 40.00 元" in signed.plain
    assert "特级干椒，价格已核对" in signed.plain


async def test_reasons_stay_with_their_warning_when_others_come_before_it(desk: Desk) -> None:
    await factories.reference_return(
        desk.work, crop_code="chili", yield_kg="1500.00", price_per_50kg="200.00", output_value="6000.00"
    )
    young = await factories.organization(
        desk.work, name="示范新办企业", credit_code="91421303MA49000209", valid_from="2022-06-01"
    )
    parties = [{"role": "buyer", "organization_id": str(young)}]
    page = await opened(desk, await complete(desk, parties=parties, components=[component("40.00")]))
    warned = await page.send(signed_on="2022-3-1", overrides__0__reason="价格已核对")
    assert "示范新办企业2022-06-01 才成立" in warned.plain
    assert warned.value("overrides-0-reason") == ""
    assert warned.value("overrides-1-reason") == "价格已核对"
    signed = await warned.send(overrides__0__reason="由筹备组代签")
    assert "合同已签订" in signed.plain


async def test_one_reason_for_many_and_the_same_contract_twice(desk: Desk) -> None:
    await desk.sign(await complete(desk))
    twin = await complete(desk, number="示例-002", title="又一份")
    page = await opened(desk, twin)
    assert "已有一份当事方、产品和期限相同的合同" in page.plain
    signed = await page.send(signed_on="2022-3-1", overrides__0__reason="第二批农户另签")
    assert "合同已签订" in signed.plain


async def test_a_draft_changed_meanwhile_is_looked_at_again(desk: Desk) -> None:
    draft = await complete(desk)
    page = await opened(desk, draft)
    await desk.add(draft, [await desk.line()])
    stale = await page.send(signed_on="2022-3-1")
    assert stale.status == 412
    assert "这份草稿刚被别人改过" in stale.plain
    assert "2 户，面积 2.00 亩" in stale.plain
    assert "合同已签订" in (await stale.send()).plain


async def test_pressed_twice_it_is_signed_once(desk: Desk) -> None:
    draft = await complete(desk)
    page = await opened(desk, draft)
    values = [(name, value) for name, value in page.values if name != "signed_on"]
    address = f"/contracts/{draft['contract_id']}/edit/check"
    first = await post(desk.client, address, [*values, ("signed_on", "2022-3-1")])
    second = await post(desk.client, address, [*values, ("signed_on", "2022-3-1")])
    assert first.address == second.address
    other = [(name, "another" if name == "idempotency_key" else value) for name, value in values]
    third = await post(desk.client, address, [*other, ("signed_on", "2022-3-1")])
    assert third.status == 409
    assert "合同现在是“已签订”" in third.plain
