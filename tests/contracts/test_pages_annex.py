"""Registering on pages, step 3: households ticked, changed, taken out, pasted."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tests import factories
from tests.contracts.browse import Page, visit
from tests.contracts.desk import Desk, Json, component
from tests.factories import RICE


@pytest.fixture
async def homes(desk: Desk) -> list[UUID]:
    """Four households in the order of their numbers."""
    return [
        await factories.household(desk.work, number=f"0{n}", head=name, contracted_mu="6.00")
        for n, name in enumerate(("示例户甲", "示例户乙", "示例户丙", "示例户丁"), 1)
    ]


@pytest.fixture
async def draft(desk: Desk, homes: list[UUID]) -> Json:
    return await desk.draft()


async def opened(desk: Desk, draft: Json, query: str = "") -> Page:
    return await visit(desk.client, f"/contracts/{draft['contract_id']}/edit/annex{query}")


async def lines(desk: Desk, draft: Json) -> list[tuple[Any, ...]]:
    found = await desk.annex(draft)
    return [(one["household_number"], one["area_mu"], one["planned_kg"], one["method"]) for one in found]


def row(n: int, **said: str) -> dict[str, str]:
    return {f"rows__{n}__chosen": "true"} | {f"rows__{n}__{name}": value for name, value in said.items()}


async def test_ticked_households_take_the_shared_values(desk: Desk, draft: Json) -> None:
    page = await opened(desk, draft)
    assert page.value("method") == "replaced_crop"
    assert page.value("rows-0-chosen") is None
    page = await page.send(
        displaced="中籼稻",
        per_mu="1,500",
        **row(0, area_mu="１．５"),
        **row(2, area_mu="2", planned_kg="2500", method="price_premium"),
    )
    assert "新增 2 户" in page.plain
    assert "已选 2 户，面积 3.50 亩，计划交售 4,750.00 公斤" in page.plain
    assert await lines(desk, draft) == [
        ("01", "1.50", "2250.00", "replaced_crop"),
        ("03", "2.00", "2500.00", "price_premium"),
    ]
    uses = [one["land_uses"] for one in await desk.annex(draft)]
    assert [[use["displaced_crops"] for use in one] for one in uses] == [[[RICE]], []]
    assert [page.value(f"rows-{n}-chosen") for n in range(4)] == ["true", None, "true", None]
    assert page.value("rows-0-displaced") == "中籼稻"


async def test_saving_again_changes_nothing(desk: Desk, draft: Json) -> None:
    page = await (await opened(desk, draft)).send(displaced="中籼稻", per_mu="1500", **row(0, area_mu="1"))
    version = (await desk.get(draft))["version"]
    page = await page.send()
    assert "没有改动" in page.plain
    assert (await desk.get(draft))["version"] == version


async def test_lines_change_and_leave(desk: Desk, draft: Json) -> None:
    page = await (await opened(desk, draft)).send(
        displaced="中籼稻", per_mu="1500", **row(0, area_mu="1"), **row(1, area_mu="1"), **row(2, area_mu="1")
    )
    before = await desk.annex(draft)
    page = await page.send(
        "_submit",
        ("rows-2-chosen",),
        rows__0__area_mu="2",
        rows__0__planned_kg="3100",
        rows__1__displaced="闲置",
    )
    assert "修改 2 户，移出 1 户" in page.plain
    after = await desk.annex(draft)
    assert [(one["area_mu"], one["planned_kg"]) for one in after] == [
        ("2.00", "3100.00"),
        ("1.00", "1500.00"),
    ]
    # the land stays the record it was, with its new area and without the crop
    assert [one["land_uses"][0]["land_use_id"] for one in after] == [
        one["land_uses"][0]["land_use_id"] for one in before[:2]
    ]
    assert [(u["area_mu"], u["displaced_crops"]) for one in after for u in one["land_uses"]] == [
        ("2.00", [RICE]),
        ("1.00", []),
    ]
    page = await page.send(**row(2, area_mu="1", planned_kg="1500", displaced="中籼稻"))
    again = await desk.annex(draft)
    assert again[2]["land_uses"][0]["land_use_id"] == before[2]["land_uses"][0]["land_use_id"]
    page = await page.send(rows__2__displaced="", rows__2__method="price_premium")
    assert (await desk.annex(draft))[2]["land_uses"] == []


async def test_all_mistakes_at_once_with_the_rows_they_are_in(desk: Desk, draft: Json) -> None:
    page = await (await opened(desk, draft)).send(
        displaced="水稻",
        **row(0, area_mu="一亩半"),
        rows__1__area_mu="2",
        **row(2, area_mu="1", displaced="稻、小麦"),
        paste="99 1 2\n示例户丁,0",
    )
    assert page.status == 422
    assert page.problems() == [
        ("#rows-0-area_mu", "01 示例户甲：面积应是数字，例如 1234.50，请检查"),
        ("#rows-1-chosen", "02 示例户乙：这一户填了面积或计划，但没有打勾：请打勾，或清空"),
        ("#paste", "第 2 行：面积必须大于 0"),
        ("#paste", "第 1 行：本村没有叫“99”的农户，请核对姓名或先登记农户"),
        ("#displaced", "没有“水稻”这种作物，请从候选里选；原来没种的请填“闲置”"),
        ("#rows-2-displaced", "03 示例户丙：没有“小麦”这种作物，请从候选里选；原来没种的请填“闲置”"),
    ]
    assert page.value("rows-0-area_mu") == "一亩半"
    assert (page.value("rows-0-chosen"), page.value("rows-1-chosen")) == ("true", None)
    assert page.value("paste") == "99 1 2\n示例户丁,0"
    assert await lines(desk, draft) == []


async def test_unticking_is_kept_when_the_form_comes_back(desk: Desk, draft: Json) -> None:
    page = await (await opened(desk, draft)).send(displaced="中籼稻", per_mu="1500", **row(0, area_mu="1"))
    page = await page.send("_submit", ("rows-0-chosen",), displaced="水稻")
    assert page.status == 422
    assert page.value("rows-0-chosen") is None


async def test_a_block_with_a_heading(desk: Desk, draft: Json) -> None:
    block = (
        "序号\t户编号\t户主姓名\t种植面积\t计划（斤）\t原种作物\n"
        "1\t02\t示例户乙\t1.2亩\t3,600\t中籼稻\n2\t\t示例户丙\t2\t\t闲置"
    )
    page = await (await opened(desk, draft)).send(paste=block)
    assert "新增 2 户" in page.plain
    assert await lines(desk, draft) == [
        ("02", "1.20", "1800.00", "replaced_crop"),
        ("03", "2.00", None, "replaced_crop"),
    ]
    page = await page.send(paste="02 1.2 4000斤\n03 2", per_mu="1500")
    assert "修改 2 户" in page.plain
    assert [planned for _, _, planned, _ in await lines(desk, draft)] == ["2000.00", "3000.00"]


async def test_namesakes_are_listed_with_their_numbers(desk: Desk, draft: Json) -> None:
    await factories.household(desk.work, number="05", head="示例户甲")
    page = await (await opened(desk, draft)).send(
        paste="示例户甲，1\n03，示例户丁，1\n04，1\n04，2\n", displaced="中籼稻", per_mu="1500"
    )
    assert [text for _, text in page.problems()] == [
        "第 1 行：本村有 2 户叫“示例户甲”（户号 01、05），请填写户号以免认错",
        "第 2 行：户号 03 登记的户主是示例户丙，与“示例户丁”不符，请核对户号和姓名",
        "第 4 行：和第 3 行是同一户，请合并",
    ]
    page = await page.send(paste="01 示例户甲 1\n03 1\n04 1")
    assert [number for number, *_ in await lines(desk, draft)] == ["01", "03", "04"]


async def test_warnings_need_a_reason_and_are_kept_with_their_line(desk: Desk, draft: Json) -> None:
    page = await (await opened(desk, draft)).send(
        displaced="中籼稻", **row(0, area_mu="100", planned_kg="150000"), paste="02 200 300000\n03 300 450000"
    )
    assert page.status == 422
    assert "还没有保存：有 3 处不寻常" in page.plain
    assert "01 户示例户甲在2022 年秋季共用地 100 亩，超过本户土地 6.00 亩" in page.plain
    assert await lines(desk, draft) == []
    page = await page.send(overrides__1__reason="乙户转入了地")
    assert page.value("overrides-1-reason") == "乙户转入了地"
    page = await page.send(same_reason="已到地里量过", rows__0__area_mu="1", rows__0__planned_kg="1500")
    assert "新增 3 户" in page.plain
    findings = (await desk.get(draft))["findings"]
    assert [one["override_reason"] for one in findings] == ["乙户转入了地", "已到地里量过"]


async def test_a_changed_area_beyond_the_land_warns_once(desk: Desk, draft: Json) -> None:
    page = await (await opened(desk, draft)).send(displaced="中籼稻", per_mu="1500", **row(0, area_mu="1"))
    page = await page.send(rows__0__area_mu="7", rows__0__planned_kg="10500")
    assert "有 1 处不寻常" in page.plain
    page = await page.send(overrides__0__reason="租了一亩")
    assert await lines(desk, draft) == [("01", "7.00", "10500.00", "replaced_crop")]
    assert "修改 1 户" in page.plain
    check = await visit(desk.client, f"/contracts/{draft['contract_id']}/edit/check")
    assert check.value("signed_on") is not None
    assert check.value("overrides-0-code") is None


async def test_lines_that_change_and_lines_that_are_new_warn_together(desk: Desk, draft: Json) -> None:
    page = await (await opened(desk, draft)).send(displaced="中籼稻", per_mu="1500", **row(0, area_mu="1"))
    page = await page.send(displaced="中籼稻", rows__0__area_mu="7", **row(1, area_mu="8"))
    assert "有 2 处不寻常" in page.plain
    page = await page.send(overrides__0__reason="租了一亩")
    assert "有 2 处不寻常" in page.plain
    assert page.value("overrides-0-reason") == "租了一亩"
    page = await page.send(overrides__1__reason="租了两亩")
    assert "新增 1 户，修改 1 户" in page.plain
    assert [one["area_mu"] for one in await desk.annex(draft)] == ["7.00", "8.00"]


async def test_own_history_needs_a_base_year(desk: Desk, draft: Json) -> None:
    page = await (await opened(desk, draft)).send(method="own_history", **row(0, area_mu="1"))
    assert page.problems() == [("#base_year", "与自家往年比，请填基准年")]
    page = await page.send(base_year="2021")
    page = await page.send(overrides__0__reason="收入正在补登")
    assert (await desk.annex(draft))[0]["base_year"] == 2021
    page = await page.send(rows__0__area_mu="2")
    assert [(one["base_year"], one["area_mu"]) for one in await desk.annex(draft)] == [(2021, "2.00")]


async def test_seasons_of_a_longer_contract_are_chosen(desk: Desk, homes: list[UUID]) -> None:
    await factories.season(
        desk.work,
        year=2023,
        name="2023 年秋季",
        starts_on=date(2023, 4, 1),
        ends_on=date(2023, 11, 30),
    )
    draft = await desk.draft(ends_on="2023-12-31")
    page = await opened(desk, draft)
    seasons = [value for name, value in page.values if name == "seasons"]
    assert len(seasons) == 2
    none = await page.send("_submit", ("seasons",), displaced="中籼稻", per_mu="1500", **row(0, area_mu="1"))
    assert none.problems() == [("#seasons", "请勾选这些地用在哪几季")]
    both = await page.send(displaced="中籼稻", per_mu="1500", **row(0, area_mu="1"))
    uses = (await desk.annex(draft))[0]["land_uses"]
    assert sorted(use["season_id"] for use in uses) == sorted(seasons)
    await both.send(rows__0__area_mu="2", rows__0__planned_kg="3000")
    assert [u["area_mu"] for u in (await desk.annex(draft))[0]["land_uses"]] == ["2.00", "2.00"]


async def test_without_a_season_the_crop_cannot_be_said(desk: Desk, homes: list[UUID]) -> None:
    draft = await desk.draft(starts_on="2021-01-01", ends_on="2021-12-31")
    page = await opened(desk, draft)
    assert "合同期限内没有登记干朝天椒的产季" in page.plain
    page = await page.send(displaced="中籼稻", **row(0, area_mu="1"))
    assert [href for href, _ in page.problems()] == ["#seasons"]


async def test_land_recorded_in_pieces_is_not_touched_here(
    desk: Desk, draft: Json, homes: list[UUID]
) -> None:
    pieces = [{"displaced_crops": [RICE], "area_mu": area} for area in ("1.00", "2.00")]
    await desk.add(draft, [await desk.line(homes[0], area_mu="3.00", planned_kg="4500", land_uses=pieces)])
    page = await opened(desk, draft)
    assert page.value("rows-0-displaced") == "中籼稻"
    page = await page.send(rows__0__planned_kg="4600")
    assert (await desk.annex(draft))[0]["planned_kg"] == "4600.00"
    page = await page.send(rows__0__area_mu="4")
    assert page.problems() == [
        ("#rows-0-area_mu", "01 示例户甲：这一户的用地是分块登记的，面积和原来种什么请到农户的用地里改")
    ]


async def test_land_under_another_contract_stays_as_it_is(desk: Desk, draft: Json, homes: list[UUID]) -> None:
    use = await factories.land_use(desk.work, homes[0], desk.world.season)
    other = await desk.draft(number="示例-002")
    for contract in (draft, other):
        answer = await desk.client.post(
            f"/api/v1/contracts/{contract['contract_id']}/participants",
            json={"participants": [await desk.line(homes[0], land_uses=[{"land_use_id": str(use)}])]},
        )
        assert answer.status_code == 201, answer.text
    page = await (await opened(desk, draft)).send(rows__0__area_mu="2", rows__0__planned_kg="3000")
    assert "修改 1 户" in page.plain
    (mine,), (theirs,) = await desk.annex(draft), await desk.annex(other)
    assert [(u["area_mu"], u["land_use_id"] == str(use)) for u in mine["land_uses"]] == [("2.00", False)]
    assert theirs["land_uses"][0]["area_mu"] == "1.00"


async def test_pages_of_the_village_and_those_chosen(desk: Desk, draft: Json) -> None:
    for n in range(30):
        await factories.household(desk.work, number=f"1{n:02}", head=f"示例户 {n}")
    page = await opened(desk, draft)
    assert "共 34 户，本页 30 户" in page.plain
    cursor = page.text.partition('name="_next"')[0].rpartition('value="')[2].partition('"')[0]
    page = await page.send(f"_next={cursor}", displaced="中籼稻", per_mu="1500", **row(0, area_mu="1"))
    assert "共 34 户，本页 4 户" in page.plain
    assert "新增 1 户" in page.plain
    await page.send(displaced="中籼稻", per_mu="1500", **row(3, area_mu="1"))
    chosen = await opened(desk, draft, "?only=chosen")
    assert "共 2 户，本页 2 户" in chosen.plain
    found = await opened(desk, draft, "?q=129")
    assert [value for name, value in found.values if name.endswith("household_id")] != []
    assert "本页 1 户" in found.plain
    assert "没有找到这样的农户" in (await opened(desk, draft, "?q=没有")).plain
    assert "还没有选农户" in (await opened(desk, await desk.draft(number="示例-003"), "?only=chosen")).plain


async def test_each_component_that_pays_households_has_its_own_list(desk: Desk, homes: list[UUID]) -> None:
    draft = await desk.draft(components=[component("4.00"), component("5.00")])
    page = await opened(desk, draft, "?component=2")
    assert "固定价每公斤 5.00 元" in page.plain
    page = await page.send("_check", method="price_premium", **row(0, area_mu="1", planned_kg="1500"))
    assert page.address.endswith("/edit/check?saved=1")
    assert [one["component_number"] for one in await desk.annex(draft)] == [2]
    page = await opened(desk, draft)
    assert page.value("rows-0-chosen") is None
    gone = await page.send(component="7")
    assert gone.problems() == [("#component", "没有付给农户的第 7 项价款，请先填第二步")]


async def test_somebody_else_added_households_meanwhile(desk: Desk, draft: Json, homes: list[UUID]) -> None:
    page = await opened(desk, draft)
    await desk.add(draft, [await desk.line(homes[1])])
    mine = await page.send(displaced="中籼稻", per_mu="1500", **row(0, area_mu="1"))
    assert mine.status == 412
    assert "这份草稿刚被别人改过" in mine.plain
    assert mine.value("rows-0-area_mu") == "1"


async def test_a_village_without_households_says_so(desk: Desk) -> None:
    page = await opened(desk, await desk.draft())
    assert "这个村还没有登记农户" in page.plain


async def test_a_draft_touches_no_gain(desk: Desk, draft: Json, touched: set[Any]) -> None:
    page = await opened(desk, draft)
    await page.send(displaced="中籼稻", **row(0, area_mu="1", planned_kg="1500"))
    page = await opened(desk, draft)
    page = await page.send(displaced="中籼稻", **row(0, area_mu="2", planned_kg="3000"))
    assert "修改 1 户" in page.plain
    assert touched == set()
