"""The first worked case in the database, and what tests of lines do with it."""

from datetime import date
from typing import Any
from uuid import UUID

from registry.gains import accounts
from registry.gains.listing import GainLine
from registry.kernel import changes
from registry.kernel.work import Work
from tests import deals, factories
from tests.deals import Deal
from tests.factories import COUNTY_CODE, DRIED, RICE, World

TODAY = date(2023, 1, 16)
CHILI_ROW: dict[str, Any] = {
    "crop_code": "chili",
    "division_code": "421300000000",
    "year": 2022,
    "yield_kg": "1500.00",
    "price_per_50kg": "200.00",
    "output_value": "6000.00",
    "materials_services": "1300.00",
    "family_labour": "1906.00",
    "hired_labour": "900.00",
    "land_rent": "0.00",
    "own_land_rent": "0.00",
    "family_days": "20.00",
    "hired_days": "9.00",
    "excluded_items": ["seedlings"],
}
RICE_ROW: dict[str, Any] = {
    "year": 2021,
    "quality": "official",
    "output_value": "1532.45",
    "materials_services": "604.56",
    "family_labour": "323.53",
    "hired_labour": "99.78",
    "land_rent": "19.75",
    "own_land_rent": "125.13",
    "family_days": "3.51",
}


class Village:
    """One household of one mu of chili instead of rice, 1,500 kg at 4 yuan: the first worked case."""

    world: World
    deal: Deal
    household: UUID
    participant: UUID
    delivery: UUID


async def first_case(work: Work) -> Village:
    made = Village()
    made.world = await factories.world(work)
    await work.conn.execute("update labour_day_price set price = 95.30 where year = 2022")
    await work.conn.execute("update reference_return set year = 2019 where crop_code = $1", RICE)
    await factories.reference_return(work, **RICE_ROW)
    await factories.reference_return(work, **CHILI_ROW)
    terms = {"kind": "order", "product_code": DRIED, "price": {"clause": "fixed", "price": "4.0000"}}
    made.deal = await deals.deal(work, made.world, terms=terms)
    made.household = await factories.household(work)
    land = await factories.land_use(work, made.household, made.world.season)
    made.participant = await deals.participant(
        work, made.deal, made.household, land_use_id=land, planned_kg="1600.00"
    )
    made.delivery = await deals.delivery(
        work, made.deal, made.household, gross="1510.00", net_kg="1500.00", unit_price="4.0000"
    )
    return made


async def settle(work: Work, village: Village, year: int = 2022) -> None:
    work.touch(COUNTY_CODE, village.household, year)
    await changes.settle(work)


async def lines(work: Work, village: Village, year: int | None = 2022) -> list[GainLine]:
    found = await accounts.accounts(work, COUNTY_CODE, village.household, TODAY)
    return [one.line for one in found.lines if year in (None, one.line.year)]


async def line(work: Work, village: Village) -> GainLine:
    found = await lines(work, village)
    assert len(found) == 1
    return found[0]
