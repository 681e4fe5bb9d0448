"""The list of contracts, one contract, and what is done with it: completing, ending, filing."""

import gzip
import re
from datetime import date
from uuid import UUID, uuid4

import pytest

from registry.kernel.work import Work
from tests import deals, factories
from tests.contracts.browse import Page, visit
from tests.contracts.desk import API, Desk, Json, colleague, component
from tests.deals import Deal
from tests.factories import SIBLING, TOWNSHIP, VILLAGE
from tests.serving import providers_on, serving


async def opened(desk: Desk, contract: Json, name: str = "") -> Page:
    return await visit(desk.client, f"/contracts/{contract['contract_id']}{name}")


async def delivered(desk: Desk, contract: Json, household: UUID, **columns: object) -> None:
    deal = Deal(
        contract=UUID(contract["contract_id"]),
        component=UUID(contract["components"][0]["component_id"]),
        buyer=desk.world.enterprise,
        season=desk.world.season,
        village=VILLAGE,
    )
    await deals.delivery(desk.work, deal, household, **columns)


async def test_an_empty_list_says_what_to_do(desk: Desk) -> None:
    page = await visit(desk.client, "/contracts")
    assert "还没有登记合同" in page.plain
    assert "共 0 条" in page.plain


async def test_the_list_is_narrowed_by_its_address(desk: Desk) -> None:
    first = await desk.signed()
    await desk.draft(title="示例草稿", number=None)
    other = await desk.draft(village_code=SIBLING, title="光化村合同", number="光-1", parties=[])
    page = await visit(desk.client, "/contracts")
    assert "共 3 条" in page.plain
    assert page.plain.index("光化村合同") < page.plain.index("示例辣椒订单合同")
    for query, titles in (
        (f"division={VILLAGE}", {"示例辣椒订单合同", "示例草稿"}),
        (f"division={TOWNSHIP}", {"示例辣椒订单合同", "示例草稿", "光化村合同"}),
        ("status=signed", {"示例辣椒订单合同"}),
        (f"organization={desk.world.enterprise}", {"示例辣椒订单合同", "示例草稿"}),
        ("q=光-1", {"光化村合同"}),
        ("q=品源", {"示例辣椒订单合同", "示例草稿"}),
        ("q=朝天椒", {"示例辣椒订单合同", "示例草稿", "光化村合同"}),
        ("q=没有这样的", set()),
        ("division=&status=&q=&organization=", {"示例辣椒订单合同", "示例草稿", "光化村合同"}),
        ("offset=2", {"示例辣椒订单合同"}),
    ):
        page = await visit(desk.client, f"/contracts?{query}")
        assert {
            t for t in ("示例辣椒订单合同", "示例草稿", "光化村合同") if f">{t}</a>" in page.text
        } == titles, query
    assert "没有符合条件的合同" in (await visit(desk.client, "/contracts?q=没有这样的")).plain
    assert f'href="/contracts/{first["contract_id"]}"' in (await visit(desk.client, "/contracts")).text
    assert (
        f'href="/contracts/new?division={SIBLING}"'
        in (await visit(desk.client, f"/contracts?division={SIBLING}")).text
    )
    assert other["village_code"] == SIBLING
    assert (await visit(desk.client, "/contracts?status=unknown")).status == 422


async def test_pages_of_a_long_list(desk: Desk) -> None:
    for n in range(51):
        await deals.contract(desk.work, title=f"示例合同 {n}", buyer_id=desk.world.enterprise)
    page = await visit(desk.client, "/contracts")
    assert 'href="/contracts?offset=50"' in page.text
    last = await visit(desk.client, "/contracts?offset=50")
    assert "本页 1 条" in last.plain
    assert "回到第一页" in last.plain
    assert len(gzip.compress(page.text.encode())) < 25_000


async def test_a_contract_with_what_happened(desk: Desk) -> None:
    homes = [await factories.household(desk.work) for _ in range(2)]
    draft = await desk.draft(**desk.chain())
    await desk.add(draft, [await desk.line(home, component_number=2) for home in homes])
    signed = (await desk.sign(draft)).json()
    await delivered(desk, signed, homes[0])
    await delivered(desk, signed, homes[0], amount=None, unit_price=None)
    page = await opened(desk, signed)
    assert "收购方：示范品源现代农业" in page.plain
    assert "组织方付给农户：固定价每公斤 4.00 元" in page.plain
    assert "干朝天椒 2022 年秋季 2 2,000.00 3,000.00 66.67% 2022年8月20日至2022年8月20日" in page.plain
    assert "收购方付给组织方：6,000.00 元；另有 1 张过磅单还没有价格" in page.plain
    assert "1.00 1,500.00 2,000.00 133.33%" in page.plain
    assert "合计（全部 2 户） 2.00 3,000.00" in page.plain
    assert "与原来种的作物比（中籼稻）" in page.plain
    assert "备案：未备案" in page.plain
    for href in (
        f"/deliveries?contract={signed['contract_id']}",
        f"/divisions/{VILLAGE}",
        f"/households/{homes[0]}",
    ):
        assert f'href="{href}"' in page.text


async def test_a_draft_leads_on_to_its_steps(desk: Desk) -> None:
    draft = await desk.draft(starts_on=None, ends_on=None)
    page = await opened(desk, draft)
    assert "还没有填期限" in page.plain
    for step in ("/edit/check", "/edit/parties", "/edit/annex", "/cancel"):
        assert f'href="/contracts/{draft["contract_id"]}{step}"' in page.text


async def test_a_long_annex_is_shown_in_parts_with_the_totals_of_all(desk: Desk) -> None:
    signed = await desk.signed(61)
    page = await opened(desk, signed)
    assert "合计（全部 61 户） 61.00 91,500.00" in page.plain
    assert "本页 60 条" in page.plain
    assert "?after=60#annex" in page.text
    assert len(gzip.compress(page.text.encode())) < 25_000
    rest = await opened(desk, signed, "?after=60")
    assert "本页 1 条" in rest.plain
    assert (await opened(desk, signed, "?after=x")).status == 422


async def test_findings_with_their_reasons(desk: Desk) -> None:
    draft = await desk.draft()
    lines = [await desk.line(planned_kg="1500", method="replaced_crop", land_uses=[]) for _ in range(11)]
    warned = await desk.add(draft, lines, 422)
    overrides = [
        {"code": w["code"], "pointer": w["pointer"], "reason": "用地正在补登"}
        for w in warned.json()["warnings"]
    ]
    await desk.add(draft, lines, overrides=overrides)
    page = await opened(desk, draft)
    assert page.plain.count("用地正在补登") == 10
    assert "再看 1 条" in page.plain
    assert (await opened(desk, draft, "?findings=all")).plain.count("用地正在补登") == 11


async def test_the_states_in_words(desk: Desk) -> None:
    over = await desk.signed()
    assert "已签订，已到期" in (await opened(desk, over)).plain
    ahead = await desk.draft(number="示例-2", starts_on="2023-03-01", ends_on="2023-12-31")
    await factories.season(
        desk.work, year=2023, name="2023 年秋季", starts_on=date(2023, 4, 1), ends_on=date(2023, 11, 30)
    )
    await desk.add(ahead, [await desk.line()])
    await desk.sign(ahead, signed_on="2023-01-10")
    assert "已签订，未开始" in (await opened(desk, ahead)).plain


async def test_completing(desk: Desk) -> None:
    signed = await desk.signed()
    page = await opened(desk, signed, "/complete")
    assert (await page.send()).problems() == [("#completed_on", "请填写完成日期")]
    early = await page.send(completed_on="2022-1-1", reason="好")
    assert [href for href, _ in early.problems()] == ["#reason", "#completed_on"]
    done = await early.send(completed_on="2022-12-20", reason="全部收完")
    assert "合同已完成。" in done.plain
    assert "2022年12月20日完成" in done.plain
    assert "全部收完" in done.plain
    again = await page.send(completed_on="2022-12-20")
    assert again.status == 409


async def test_terminating(desk: Desk) -> None:
    home = await factories.household(desk.work)
    draft = await desk.draft()
    await desk.add(draft, [await desk.line(home)])
    signed = (await desk.sign(draft)).json()
    await delivered(desk, signed, home)
    page = await opened(desk, signed, "/terminate")
    assert "有效的过磅单 1 张" in page.plain
    wrong = await page.send()
    assert [href for href, _ in wrong.problems()] == ["#terminated_on", "#reason"]
    wrong = await wrong.send(terminated_on="2022-8-1", reason="连续阴雨")
    assert "还有 1 张有效的过磅单" in wrong.plain
    done = await wrong.send(terminated_on="2022-8-31")
    assert "合同已终止。" in done.plain
    assert "连续阴雨" in done.plain


async def test_cancelling(desk: Desk) -> None:
    home = await factories.household(desk.work)
    draft = await desk.draft()
    await desk.add(draft, [await desk.line(home)])
    signed = (await desk.sign(draft)).json()
    await delivered(desk, signed, home)
    page = await opened(desk, signed, "/cancel")
    assert "这份合同不能取消" in page.plain
    refused = await page.send(cancelled_on="2022-9-1", reason="登记错了")
    assert refused.status == 409
    assert refused.value("reason") == "登记错了"
    other = await desk.draft(number="示例-2")
    page = await opened(desk, other, "/cancel")
    assert [href for href, _ in (await page.send()).problems()] == ["#cancelled_on", "#reason"]
    done = await page.send(cancelled_on="2022-9-1", reason="登记错了")
    assert "已取消" in done.plain
    assert (await opened(desk, other)).plain.count("登记备案") == 0


async def test_filing_is_a_state_of_its_own(desk: Desk) -> None:
    signed = await desk.signed()
    page = await opened(desk, signed, "/filing")
    assert page.problems() == []
    assert (await page.send()).problems() == [("#state", "请选备案到了哪一步")]
    with colleague():
        page = await opened(desk, signed, "/filing")
        wrong = await page.send(state="filed")
        assert [href for href, _ in wrong.problems()] == ["#number", "#filed_on", "#authority"]
        done = await wrong.send(number="淅备 1 号", filed_on="2022-3-15", authority="示范淅河镇人民政府")
        assert "备案情况已更新。" in done.plain
        assert "备案：已备案" in done.plain
        page = await opened(desk, signed, "/filing")
        assert page.value("number") == "淅备 1 号"
        back = await page.send(state="returned")
        assert back.problems() == [("#reason", "请填写退回原因")]
        assert "已退回" in (await back.send(reason="附件签名不全")).plain
    version = (await desk.get(signed))["version"]
    assert version > signed["version"]


async def test_the_person_who_entered_a_filing_is_not_offered_its_decision(desk: Desk) -> None:
    signed = await desk.signed()
    mine = await opened(desk, signed, "/filing")
    assert "不能是报送（没有报送过的，登记）这份合同的本人" in mine.plain
    assert 'value="filed"' not in mine.text
    assert 'value="submitted"' in mine.text
    refused = await mine.send(state="filed", number="1", filed_on="2022-3-15", authority="示范机关")
    assert refused.status == 409
    assert refused.problems() == [("#state", "这份合同是您登记的，备案或退回要由另一位经办办理。")]
    with colleague(role="cadre"):
        assert 'value="filed"' not in (await opened(desk, signed, "/filing")).text
    with colleague():
        assert 'value="filed"' in (await opened(desk, signed, "/filing")).text


async def test_an_action_decided_on_an_old_page_is_looked_at_again(desk: Desk) -> None:
    signed = await desk.signed()
    page = await opened(desk, signed, "/filing")
    await desk.client.patch(
        f"{API}/contracts/{signed['contract_id']}",
        json={"note": "备注"},
        headers={"if-match": f'"{signed["version"]}"'},
    )
    stale = await page.send(state="submitted")
    assert stale.status == 412
    assert "这份合同刚被别人改过" in stale.plain
    assert "备案情况已更新" in (await stale.send()).plain


@pytest.mark.parametrize("method", ["get", "post"])
async def test_there_are_no_other_actions(desk: Desk, method: str) -> None:
    draft = await desk.draft()
    media = {"content-type": "application/x-www-form-urlencoded"}
    answer = await desk.client.request(method, f"/contracts/{draft['contract_id']}/burn", headers=media)
    assert answer.status_code == 404
    assert (await desk.client.get(f"/contracts/{uuid4()}")).status_code == 404


async def test_two_lists_of_households_are_counted_apart(desk: Desk) -> None:
    home = await factories.household(desk.work)
    draft = await desk.draft(components=[component("4.00"), component("5.00", product_code=factories.RICE)])
    lines = [
        {
            **await desk.line(home, component_number=n, land_uses=[], planned_kg=None),
            "method": "price_premium",
        }
        for n in (1, 2)
    ]
    await desk.add(draft, lines)
    page = await opened(desk, draft)
    assert "合计（全部 2 户次）" in page.plain


async def test_the_way_to_the_weigh_tickets_exists(work: Work) -> None:
    made = await deals.deal(work, await factories.world(work))
    async with serving(providers=providers_on(work)) as client:
        text = (await client.get(f"/contracts/{made.contract}")).text
        found = re.search(r'href="(/contracts/[^"]+/deliveries/new)"', text)
        assert found
        assert (await client.get(found[1])).status_code == 200
