"""The statement says what is unknown, what still runs, which land it means; a part is never shown as all."""

from datetime import date

from registry.gains import accounts
from registry.kernel.work import Work
from registry.reports.statement import Statement, statement
from tests import deals, factories
from tests.factories import COUNTY_CODE
from tests.gains.village import TODAY, Village, settle


async def told(work: Work, village: Village, today: date = TODAY) -> Statement:
    await settle(work, village)
    found = await accounts.accounts(work, COUNTY_CODE, village.household, today)
    return statement(found.of(2022), 2022)


def sentences(found: Statement) -> list[str]:
    return [item.text for block in found.blocks for item in block.items]


async def test_an_unpriced_ticket_leaves_the_sales_open(work: Work, village: Village) -> None:
    columns = {"day": date(2022, 9, 1), "unit_price": None, "amount": None}
    await deals.delivery(work, village.deal, village.household, **columns)
    found = await told(work, village)
    assert sentences(found)[0] == "还算不出来；有价格的 6,000.00 元。"


async def test_nothing_delivered_is_no_sale_of_nothing(work: Work, village: Village) -> None:
    await work.conn.execute("update delivery set voided_at = now(), voided_by = 'x', void_reason = '错单'")
    found = await told(work, village)
    assert sentences(found)[0] == "还没有记录。"


async def test_an_unknown_cost_class_leaves_the_costs_open(work: Work, village: Village) -> None:
    await work.conn.execute("update reference_return set year = 2030 where crop_code = 'chili'")
    await factories.insert(
        work,
        "cost_completion",
        participant_id=village.participant,
        season_id=village.world.season,
        cost_class="hired_labour",
        complete=True,
        **factories.placed(factories.VILLAGE) | factories.BORN,
    )
    columns = {"cost_class": "hired_labour", "item": "采摘", "amount": "500.00", "day": date(2022, 8, 1)}
    await factories.insert(
        work,
        "cost_record",
        cost_record_id=village.delivery,
        participant_id=village.participant,
        household_id=village.household,
        season_id=village.world.season,
        **factories.placed(factories.VILLAGE) | factories.BORN | columns,
    )
    found = await told(work, village)
    assert sentences(found)[1] == "雇工 500.00 元，还有不知道的（按记账）。"


async def second_line(work: Work, village: Village) -> None:
    """Another contract of the household on the same land, and on further land of its own."""
    later = await deals.deal(work, village.world)
    await work.conn.execute(
        "update contract set signed_on = '2022-04-01' where contract_id = $1", later.contract
    )
    shared = await work.conn.fetchval("select land_use_id from participant_land_use")
    participant = await deals.participant(work, later, village.household, land_use_id=shared, area_mu="3.00")
    own = await factories.land_use(work, village.household, village.world.season, area_mu="2.00")
    await factories.insert(
        work,
        "participant_land_use",
        participant_id=participant,
        land_use_id=own,
        **factories.placed(factories.VILLAGE) | factories.CREATED,
    )
    await deals.delivery(work, later, village.household)


async def test_land_counted_in_another_line_is_not_measured_again(work: Work, village: Village) -> None:
    await second_line(work, village)
    said = [text for text in sentences(await told(work, village)) if "大约能挣" in text]
    assert "这块地种中籼稻，2.00 亩大约能挣 1,616.72 元（示例来源）。" in said


async def test_a_running_season_is_in_no_total(work: Work, village: Village) -> None:
    await second_line(work, village)
    assert (await told(work, village)).total is not None
    assert (await told(work, village, date(2022, 10, 1))).total is None
