"""Lines in the database: computed from facts, superseded only where they differ, explained to the ticket."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

from registry.divisions import service as divisions
from registry.gains import accounts, service
from registry.gains.listing import Node
from registry.kernel import changes
from registry.kernel.work import Cause, Work
from tests import deals, factories
from tests.factories import RICE
from tests.gains.village import TODAY, Village, line, lines, settle
from tests.serving import NOW, providers_on, serving


async def test_one_mu_of_chili_in_the_database(work: Work, village: Village) -> None:
    await settle(work, village)
    found = await line(work, village)
    assert found.cash_gain == Decimal("2991.64")
    assert found.labour_adjusted_gain == Decimal("1409.17")
    assert found.receipts == Decimal("6000.00")
    assert found.promised == Decimal("3391.64")
    assert (found.state, found.provisional, found.planning) == ("complete", False, True)
    assert [use.year for use in found.reference_rows if use.role == "displaced"] == [2021]
    assert found.flags == ()


async def test_recomputing_again_changes_nothing(work: Work, village: Village) -> None:
    await settle(work, village)
    first = await line(work, village)
    await settle(work, village)
    assert await line(work, village) == first
    assert await work.conn.fetchval("select count(*) from gain_line") == 1


async def test_voiding_a_delivery_restores_the_earlier_figures(work: Work, village: Village) -> None:
    await settle(work, village)
    before = await line(work, village)
    further = await deals.delivery(work, village.deal, village.household, day=date(2022, 9, 1))
    await settle(work, village)
    between = await line(work, village)
    assert between.receipts == Decimal("12000.00")
    await work.conn.execute(
        "update delivery set voided_at = $1, voided_by = 'x', void_reason = '重复' where delivery_id = $2",
        NOW,
        further,
    )
    await settle(work, village)
    after = await line(work, village)
    assert (after.cash_gain, after.parts) == (before.cash_gain, before.parts)
    old = await service.line(work, between.gain_line_id, TODAY)
    assert old.superseded_at == NOW
    assert await work.conn.fetchval("select count(*) from gain_line where superseded_at is null") == 1


async def test_nothing_delivered_is_unknown_not_zero(work: Work, village: Village) -> None:
    await work.conn.execute(
        "update delivery set voided_at = $1, voided_by = 'local', void_reason = '错单'",
        NOW,
    )
    await settle(work, village)
    found = await line(work, village)
    assert (found.state, found.cash_gain) == ("incomplete", None)
    assert found.missing_text == ("还没有交售记录，也没有申报自销",)


async def test_a_running_season_is_provisional_and_never_flagged(work: Work, village: Village) -> None:
    await work.conn.execute("update delivery set net_kg = 100")
    await settle(work, village)
    found = await line(work, village)
    assert (found.cash_gain or 0) < 0
    assert found.flags == ("negative_gain",)
    during = await service.line(work, found.gain_line_id, date(2022, 11, 30))
    assert (during.provisional, during.flags) == (True, ())


async def test_the_baseline_is_the_income_before_the_first_linkage(work: Work, village: Village) -> None:
    await factories.insert(
        work,
        "household_income",
        household_id=village.household,
        year=2021,
        amount="5000.00",
        source_text="示例调查",
        **factories.placed(factories.VILLAGE) | factories.BORN,
    )
    await settle(work, village)
    assert (await line(work, village)).flags == ("above_baseline",)


async def test_land_is_charged_once_however_many_contracts_stand_on_it(work: Work, village: Village) -> None:
    later = await deals.deal(work, village.world)
    await work.conn.execute(
        "update contract set signed_on = '2022-04-01' where contract_id = $1", later.contract
    )
    land = await work.conn.fetchval("select land_use_id from participant_land_use")
    await deals.participant(work, later, village.household, land_use_id=land)
    await deals.delivery(work, later, village.household)
    await settle(work, village)
    found = {one.contract_id: one for one in await lines(work, village)}
    forgone = {
        contract: [part.amount for part in one.parts if part.part == "forgone"]
        for contract, one in found.items()
    }
    assert forgone == {village.deal.contract: [Decimal("-808.36")], later.contract: [Decimal("0.00")]}


async def test_an_advance_is_a_cost_and_an_entry_belongs_to_one_line(work: Work, village: Village) -> None:
    for kind, further in (
        ("input_advance", {"item": "seedlings", "cost_class": "materials_services", "amount": "350.00"}),
        ("fee", {"amount": "20.00"}),
    ):
        await factories.insert(
            work,
            "entry",
            entry_id=uuid4(),
            contract_id=village.deal.contract,
            household_id=village.household,
            season_id=village.world.season,
            day=date(2022, 5, 1),
            kind=kind,
            **factories.placed(factories.VILLAGE) | factories.BORN | further,
        )
    await settle(work, village)
    assert (await line(work, village)).cash_gain == Decimal("2621.64")


async def test_a_pinned_row_is_used_and_named(work: Work, village: Village) -> None:
    row = await work.conn.fetchval("select reference_return_id from reference_return where year = 2019")
    await factories.insert(
        work,
        "reference_pin",
        reference_pin_id=uuid4(),
        contract_id=village.deal.contract,
        crop_code=RICE,
        reference_return_id=row,
        reason="示例理由",
        **factories.placed(factories.VILLAGE) | factories.RECORDED,
    )
    await settle(work, village)
    found = await line(work, village)
    assert found.cash_gain == Decimal("2972.00")
    used = next(use for use in found.reference_rows if use.role == "displaced")
    assert (used.pinned, used.reason) == (True, "示例理由（operator）")


async def test_a_changed_price_marks_lines_stale_until_the_job_ran(work: Work, village: Village) -> None:
    await settle(work, village)
    work.mark_stale(Cause(kind="reference_return", crop_code=RICE))
    await changes.settle(work)
    assert (await line(work, village)).stale
    assert (
        await work.conn.fetchval("select count(*) from job where village_code = $1", factories.VILLAGE) == 1
    )


def leaves(node: Node) -> list[Node]:
    return [node, *(leaf for child in node.children for leaf in leaves(child))]


async def test_explain_reaches_the_ticket_and_the_source(work: Work, village: Village) -> None:
    await settle(work, village)
    found = await line(work, village)
    tree = await service.explain(work, found.gain_line_id)
    amounts = [Decimal(node.value or "0") for node in tree.cash_gain.children]
    assert sum(amounts) == Decimal("2991.64")
    nodes = leaves(tree.labour_adjusted_gain)
    assert ("毛重", "1510.00", "公斤") in [(node.label, node.value, node.unit) for node in nodes]
    assert any(node.source == "中籼稻 湖北省 2021 年，官方资料：示例来源" for node in nodes)
    assert f"/api/v1/deliveries/{village.delivery}" in [node.href for node in nodes]


async def test_lines_over_rest(work: Work, village: Village) -> None:
    await settle(work, village)
    async with serving(providers=providers_on(work)) as client:
        listed = (
            await client.get("/api/v1/gains", params={"division": "421303187000", "period": "2022"})
        ).json()
        assert [item["cash_gain"] for item in listed["items"]] == ["2991.64"]
        one = listed["items"][0]["gain_line_id"]
        assert (await client.get(f"/api/v1/gains/{one}")).json()["labour_adjusted_gain"] == "1409.17"
        assert (await client.get(f"/api/v1/gains/{one}/explain")).json()["cash_gain"]["value"] == "2991.64"
        assert (await client.get("/api/v1/gains", params={"period": "2023"})).json()["items"] == []
        wrong = await client.get("/api/v1/gains", params={"period": "22", "division": "421303187000"})
        assert wrong.status_code == 422
        assert (await client.get(f"/api/v1/gains/{uuid4()}")).status_code == 404


async def test_a_division_is_rebuilt_from_nothing_with_identical_lines(work: Work, village: Village) -> None:
    await settle(work, village)
    before = await line(work, village)
    place = await divisions.places(work, "421303187000", TODAY)
    assert await service.rebuild(work, place, 2022) == 1
    await changes.settle(work)
    assert await line(work, village) == before


async def test_a_premium_takes_the_reference_grade_where_the_ticket_names_none(work: Work) -> None:
    world = await factories.world(work)
    graded = {
        "clause": "graded",
        "base": {"clause": "fixed", "price": "7.0000"},
        "reference_grade": "first",
        "grades": [{"grade_code": "second", "price": "6.0000"}],
    }
    terms = {"kind": "order", "product_code": factories.DRIED, "price": graded}
    deal = await deals.deal(work, world, terms=terms)
    household = await factories.household(work)
    await deals.participant(work, deal, household, method="price_premium")
    await deals.delivery(work, deal, household, unit_price="7.0000", amount="7000.00")
    await factories.market_price(work, grade_code="first", price="6.5000")
    work.touch(factories.COUNTY_CODE, household, 2022)
    await changes.settle(work)
    (one,) = (await accounts.accounts(work, factories.COUNTY_CODE, household, TODAY)).of(2022)
    found = one.line
    assert (found.state, found.cash_gain) == ("complete", Decimal("500.00"))
