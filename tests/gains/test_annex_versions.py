"""What the annex said and when: no delivery falls out of the lines, a promise stays as first signed."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from registry.kernel.work import Work
from tests import deals, factories
from tests.factories import RECORDED, VILLAGE
from tests.gains.village import Village, line, lines, settle


async def amended(work: Work, village: Village, effective_on: date, **columns: Any) -> None:
    """Version 2 of the household's annex line."""
    standard = {"area_mu": "1.00", "planned_kg": "1600.00", "method": "replaced_crop", "withdrawn": False}
    await factories.insert(
        work,
        "participant_version",
        participant_version_id=uuid4(),
        contract_id=village.deal.contract,
        participant_id=village.participant,
        version_no=2,
        effective_on=effective_on,
        **factories.placed(VILLAGE) | RECORDED | standard | columns,
    )


async def test_what_was_delivered_before_leaving_the_annex_still_counts(work: Work, village: Village) -> None:
    await amended(work, village, date(2022, 10, 1), withdrawn=True)
    await settle(work, village)
    assert (await line(work, village)).cash_gain == Decimal("2991.64")


async def test_who_left_the_annex_without_any_fact_has_no_line(work: Work, village: Village) -> None:
    await settle(work, village)
    await work.conn.execute("update delivery set voided_at = now(), voided_by = 'x', void_reason = '错单'")
    await amended(work, village, date(2022, 10, 1), withdrawn=True)
    await settle(work, village)
    assert await lines(work, village) == []


async def test_a_delivery_after_the_season_under_a_later_contract_counts(
    work: Work, village: Village
) -> None:
    """The season of the ticket is the last one ended: it ended before the contract began."""
    later = await deals.deal(work, village.world)
    await work.conn.execute(
        "update contract set starts_on = '2022-12-10', signed_on = '2022-12-10' where contract_id = $1",
        later.contract,
    )
    household = await factories.household(work)
    land = await factories.land_use(work, household, village.world.season)
    await deals.participant(work, later, household, land_use_id=land, effective_on=date(2022, 12, 10))
    await deals.delivery(work, later, household, day=date(2022, 12, 15))
    village.household = household
    await settle(work, village)
    assert (await line(work, village)).receipts == Decimal("6000.00")


async def test_the_promise_rests_on_the_quantity_first_signed(work: Work, village: Village) -> None:
    await amended(work, village, date(2022, 9, 1), planned_kg="800.00")
    await settle(work, village)
    found = await line(work, village)
    assert (found.planned_kg, found.promised) == (Decimal("800.00"), Decimal("3391.64"))
