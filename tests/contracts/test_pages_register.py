"""Registering on pages, steps 1 and 2: who with whom, and what is agreed."""

import httpx
import pytest

from tests import factories
from tests.contracts.browse import Page, post, visit
from tests.contracts.desk import API, Desk
from tests.factories import COUNTY, DRIED, ENTERPRISE_CODE, VILLAGE

BUYER, COLLECTIVE = "示范品源现代农业", "示范挑水河村集体"


@pytest.fixture
async def start(desk: Desk) -> Page:
    await factories.household(desk.work)
    return await visit(desk.client, f"/contracts/new?division={VILLAGE}")


async def started(start: Page) -> Page:
    """The second step of a draft with enterprise and collective."""
    page = await start.send(
        title="2022 年辣椒订单合同", parties__0__organization=BUYER, parties__1__organization=COLLECTIVE
    )
    assert page.address.endswith("/edit/terms?saved=1"), page.plain
    return page


def contract_id(page: Page) -> str:
    return page.address.split("/")[2]


async def stored(page: Page) -> dict[str, object]:
    answer = await page.client.get(f"{API}/contracts/{contract_id(page)}")
    return dict(answer.json())


def agreed(**fields: str) -> dict[str, str]:
    """The plain terms: 4 yuan a kg, fixed."""
    return {
        "starts_on": "2022.3.1",
        "ends_on": "2022年12月31日",
        "components__0__terms__product_code": DRIED,
        "components__0__terms__price_unit": "kg",
        "components__0__terms__price__clause": "fixed",
        "components__0__terms__price__price": "4",
        **fields,
    }


async def test_the_first_step_saves_a_draft(desk: Desk, start: Page) -> None:
    assert start.value("village_code") == VILLAGE
    assert (start.value("parties-0-role"), start.value("parties-1-role")) == ("buyer", "organiser")
    page = await started(start)
    found = await stored(page)
    assert (found["status"], found["title"], found["filing_state"]) == (
        "draft",
        "2022 年辣椒订单合同",
        "missing",
    )
    parties = found["parties"]
    assert isinstance(parties, list)
    assert [(one["role"], one["signed_name"]) for one in parties] == [
        ("buyer", BUYER),
        ("organiser", COLLECTIVE),
    ]
    assert "已暂存 10:00" in page.plain


async def test_all_mistakes_of_the_first_step_at_once_and_nothing_typed_is_lost(start: Page) -> None:
    page = await start.send(
        village_code="",
        title="",
        number="例" * 201,
        parties__0__organization="没有的公司",
        parties__1__role="",
        parties__1__organization=COLLECTIVE,
    )
    assert page.status == 422
    assert [href for href, _ in page.problems()] == [
        "#number",
        "#village_code",
        "#title",
        "#parties-0-organization",
        "#parties-1-role",
    ]
    assert page.value("number") == "例" * 201
    assert page.value("parties-0-organization") == "没有的公司"
    assert page.value("parties-1-organization") == COLLECTIVE
    for href, _ in page.problems():
        assert f'id="{href[1:]}"' in page.text
    assert "没有找到“没有的公司”，请检查名称，或先登记这个组织" in page.plain


@pytest.mark.parametrize("typed", ["品源", ENTERPRISE_CODE.lower()])
async def test_an_organisation_is_found_by_a_part_of_its_name_or_its_code(start: Page, typed: str) -> None:
    page = await start.send(title="示例", parties__0__organization=typed)
    parties = (await stored(page))["parties"]
    assert isinstance(parties, list)
    assert parties[0]["name"] == BUYER


async def test_an_ambiguous_name_lists_the_organisations_it_may_mean(desk: Desk, start: Page) -> None:
    page = await start.send(title="示例", parties__0__organization="示范")
    assert "共 2 个，请写全名称或统一社会信用代码" in page.plain
    await factories.organization(desk.work, name=BUYER, credit_code=None, kind="other")
    page = await page.send(parties__0__organization=BUYER)
    assert f"{BUYER}（{ENTERPRISE_CODE}）" in page.plain
    assert f"{BUYER}（{COUNTY}）" in page.plain
    page = await page.send(parties__0__organization=ENTERPRISE_CODE)
    assert page.address.endswith("/edit/terms?saved=1")


async def test_more_parties_fit_without_saving(start: Page) -> None:
    page = await start.send("_more", title="留着", parties__0__organization=BUYER)
    assert page.status == 200
    assert page.value("title") == "留着"
    assert page.value("parties-4-role") == ""
    assert (await start.client.get(f"{API}/contracts")).json()["items"] == []
    page = await page.send(parties__4__role="witness", parties__4__organization=COLLECTIVE)
    again = await visit(page.client, f"/contracts/{contract_id(page)}/edit/parties")
    assert [again.value(f"parties-{i}-organization") for i in (0, 1)] == [BUYER, COLLECTIVE]


async def test_a_duplicate_party_is_reported(start: Page) -> None:
    page = await start.send(
        title="示例",
        parties__0__organization=BUYER,
        parties__1__role="buyer",
        parties__1__organization=BUYER,
    )
    assert page.problems() == [("#parties-1", "同一当事方在同一角色下写了两次，请删去一个")]


async def test_a_household_among_the_parties_stays(desk: Desk) -> None:
    household = await factories.household(desk.work, head="示例户 甲")
    draft = await desk.draft(
        parties=[
            {"role": "buyer", "organization_id": str(desk.world.enterprise), "signed_name": "旧名"},
            {"role": "seller", "household_id": str(household)},
        ]
    )
    page = await visit(desk.client, f"/contracts/{draft['contract_id']}/edit/parties")
    assert "示例户 甲（农户或个人）" in page.plain
    page = await page.send("_more", title="改过的名称", parties__1__role="witness")
    assert page.value("parties-5-role") == ""
    page = await page.send()
    parties = (await stored(page))["parties"]
    assert isinstance(parties, list)
    assert [(one["role"], one["signed_name"]) for one in parties] == [
        ("buyer", "旧名"),
        ("witness", "示例户 甲"),
    ]


async def test_sent_twice_there_is_one_contract(start: Page) -> None:
    values = [*start.values, ("title", "只登记一次")]
    values = [pair for pair in values if pair != ("title", "")]
    first = await post(start.client, "/contracts/new", values)
    second = await post(start.client, "/contracts/new", values)
    assert first.address == second.address
    assert len((await start.client.get(f"{API}/contracts")).json()["items"]) == 1


async def test_a_framework_fills_in_what_it_says(desk: Desk) -> None:
    await factories.household(desk.work)
    body = {
        "division_code": factories.TOWNSHIP,
        "name": "示例框架协议",
        "buyer_id": str(desk.world.enterprise),
        "starts_on": "2022-03-01",
        "ends_on": "2023-12-31",
        "components": desk.body()["components"],
    }
    made = (await desk.client.post(f"{API}/frameworks", json=body)).json()
    page = await visit(desk.client, f"/contracts/new?division={VILLAGE}")
    page = await page.send(title="框架下的合同", framework_id=made["framework_id"])
    assert (page.value("starts_on"), page.value("ends_on")) == ("2022-03-01", "2023-12-31")
    assert page.value("components-0-terms-price-price") == "4.00"


async def test_terms_as_typed(start: Page) -> None:
    page = await started(start)
    assert (page.value("components-0-payer_role"), page.value("components-0-payee_role")) == (
        "buyer",
        "household",
    )
    page = await page.send(
        **agreed(components__0__terms__price_unit="jin", components__0__terms__price__price="2")
    )
    assert page.address.endswith("/edit/annex?saved=1")
    found = await stored(page)
    assert (found["starts_on"], found["ends_on"]) == ("2022-03-01", "2022-12-31")
    components = found["components"]
    assert isinstance(components, list)
    assert components[0]["sentence"] == "固定价每斤 2.00 元"
    again = await visit(page.client, f"/contracts/{contract_id(page)}/edit/terms")
    assert again.value("components-0-terms-price-price") == "2.00"
    assert again.value("components-0-terms-price_unit") == "jin"


async def test_a_chain_of_two_prices(start: Page) -> None:
    page = await (await started(start)).send("_more", **agreed(components__0__payee_role="organiser"))
    assert page.status == 200
    assert page.value("components-0-terms-price-price") == "4"
    page = await page.send(
        components__1__payer_role="organiser",
        components__1__payee_role="household",
        components__1__terms__product_code=DRIED,
        components__1__terms__price_unit="kg",
        components__1__terms__price__clause="floor_or_market",
        components__1__terms__price__floor="3.8",
    )
    components = (await stored(page))["components"]
    assert isinstance(components, list)
    assert [(c["number"], c["payer_role"], c["payee_role"]) for c in components] == [
        (1, "buyer", "organiser"),
        (2, "organiser", "household"),
    ]
    page = await visit(page.client, f"/contracts/{contract_id(page)}/edit/terms")
    page = await (await page.send("_more", components__0__remove="true")).send(
        components__0__remove="true",
        components__2__payer_role="buyer",
        components__2__payee_role="household",
        components__2__terms__product_code=DRIED,
        components__2__terms__price__clause="fixed",
        components__2__terms__price__price="3",
    )
    components = (await stored(page))["components"]
    assert isinstance(components, list)
    assert [one["number"] for one in components] == [2, 3]


async def test_all_mistakes_of_the_terms_at_once(start: Page) -> None:
    page = await (await started(start)).send("_more", **agreed())
    page = await page.send(
        starts_on="2022-13-1",
        ends_on="2021-12-31",
        components__0__terms__price__price="四块",
        components__1__payer_role="buyer",
        components__1__payee_role="buyer",
        components__1__terms__price__clause="market_plus",
        components__1__terms__price__percent="5",
        components__1__terms__price__low="9",
        components__1__terms__price__cap="8",
        components__1__terms__moisture__above="12",
    )
    assert page.status == 422
    assert [href for href, _ in page.problems()] == [
        "#starts_on",
        "#components-0-terms-price-price",
        "#components-1-terms-product_code",
        "#components-1-terms-moisture-step",
        "#components-1-terms-moisture-percent",
        "#components-1-payee_role",
    ]
    assert page.value("components-1-terms-price-low") == "9"
    page = await page.send(
        starts_on="2022-1-1",
        components__0__terms__price__price="4",
        components__1__payee_role="household",
        components__1__terms__product_code=DRIED,
        components__1__terms__moisture__step="1",
        components__1__terms__moisture__percent="1",
    )
    assert [href for href, _ in page.problems()] == ["#ends_on", "#components-1-terms-price-low"]
    assert "保底价（每斤 9 元）不能高于封顶价（每斤 8 元）" in page.plain


async def test_a_card_needs_product_clause_and_price(start: Page) -> None:
    page = await (await started(start)).send(
        components__0__payer_role="",
        components__0__payee_role="",
        components__0__terms__price__floor="3",
    )
    assert [text for _, text in page.problems()] == ["请选谁付款", "请选谁收款", "请选产品", "请选定价方式"]
    page = await page.send(
        components__0__payer_role="buyer",
        components__0__payee_role="household",
        components__0__terms__product_code=DRIED,
        components__0__terms__price__floor="",
        components__0__terms__price__clause="floor_or_market",
    )
    assert page.problems() == [("#components-0-terms-price-floor", "请填保底价")]
    page = await page.send(components__0__terms__price__clause="fixed")
    assert page.problems() == [("#components-0-terms-price-price", "请填固定价")]


async def test_grades_of_the_product_can_be_listed_and_priced(start: Page) -> None:
    page = await (await started(start)).send(
        "_grades",
        **agreed(components__0__terms__price__clause="market_plus", components__0__terms__price__low="3"),
    )
    assert page.value("components-0-terms-grades-1-grade_code") == "second"
    page = await page.send(
        components__0__terms__grades__0__price="5", components__0__terms__grades__1__coefficient="0.8"
    )
    assert page.problems() == [
        ("#components-0-terms-price-reference_grade", "填了等级价，请选以哪个等级为准")
    ]
    page = await page.send(
        components__0__terms__price__reference_grade="first",
        components__0__terms__market_age_days="3",
        components__0__terms__impurity__above="1",
        components__0__terms__impurity__step="0.5",
        components__0__terms__impurity__percent="1",
    )
    again = await visit(page.client, f"/contracts/{contract_id(page)}/edit/terms")
    expected = {
        "price-reference_grade": "first",
        "grades-0-price": "5.00",
        "grades-1-coefficient": "0.80",
        "price-low": "3.00",
        "market_age_days": "3",
        "impurity-step": "0.50",
    }
    assert {name: again.value(f"components-0-terms-{name}") for name in expected} == expected
    low = await again.send(components__0__terms__price__cap="4")
    assert low.problems()[0][0] == "#components-0-terms-grades-0-price"


async def test_a_draft_changed_meanwhile_is_not_overwritten_unseen(start: Page) -> None:
    page = await started(start)
    other = await visit(page.client, page.address)
    await other.send(**agreed())
    mine = await page.send(**agreed(components__0__terms__price__price="4.5"))
    assert mine.status == 412
    assert "这份草稿刚被别人改过。您填的都还在下面" in mine.plain
    assert mine.value("components-0-terms-price-price") == "4.5"
    done = await mine.send()
    components = (await stored(done))["components"]
    assert isinstance(components, list)
    assert components[0]["sentence"] == "固定价每公斤 4.50 元"


async def test_without_parties_the_terms_say_where_to_go(desk: Desk, start: Page) -> None:
    page = await start.send(title="还没有当事方")
    assert "请先填第一步" in page.plain
    assert page.value("components-0-payer_role") == ""
    page = await page.send(starts_on="2022-3-1", ends_on="2022-12-31")
    assert "第二步还没有付给农户的价款，请先填第二步" in page.plain


async def test_a_signed_contract_is_only_looked_at(desk: Desk) -> None:
    signed = await desk.signed()
    for step in ("parties", "terms", "annex", "check"):
        page = await visit(desk.client, f"/contracts/{signed['contract_id']}/edit/{step}")
        assert page.address == f"/contracts/{signed['contract_id']}"


async def test_a_page_from_before_the_signing_cannot_change_anything(desk: Desk) -> None:
    draft = await desk.draft()
    await desk.add(draft, [await desk.line()])
    here = f"/contracts/{draft['contract_id']}/edit"
    pages = [await visit(desk.client, f"{here}/{step}") for step in ("parties", "terms", "annex")]
    await desk.sign(draft)
    for page in pages:
        after = await page.send()
        assert after.status == 409
        assert "合同已经签订" in after.plain or "合同现在是“已签订”" in after.plain


async def test_hostile_row_numbers_are_refused(start: Page) -> None:
    page = await start.send("_more", parties__99999__role="buyer", parties__x__role="buyer")
    assert page.status == 200
    assert page.value("parties-7-role") is None


async def test_a_body_that_is_no_form_is_refused(client: httpx.AsyncClient, start: Page) -> None:
    answer = await client.post("/contracts/new", json={"title": "x"})
    assert answer.status_code == 415


async def test_a_number_that_is_taken_is_reported_in_the_form(desk: Desk) -> None:
    await desk.draft(number="示例-001")
    mine = await desk.draft(number="示例-002")
    page = await visit(desk.client, f"/contracts/{mine['contract_id']}/edit/parties")
    page = await page.send(number="示例-001", note="示例备注")
    assert page.status == 409
    assert page.problems() == [
        ("#number", "同一收购方当年已有这个合同编号，请检查是否重复登记，或换一个编号。")
    ]
    assert (page.value("number"), page.value("note")) == ("示例-001", "示例备注")
    assert (await desk.get(mine))["number"] == "示例-002"
    page = await page.send(number="示例-003")
    assert (await desk.get(mine))["number"] == "示例-003"
