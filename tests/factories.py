"""Functions that INSERT one record each, with defaults, and return its key. People and firms are fictional.

Every further column can be given by name: `await household(on, contracted_mu="3.50")`. Call `world()` first
for the divisions, crops, products and seasons the others refer to.
"""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import msgspec

from registry.kernel.db.statements import On, connection_of
from tests.serving import NOW

PROVINCE, PREFECTURE, COUNTY = "420000000000", "421300000000", "421303000000"
TOWNSHIP, VILLAGE, SIBLING = "421303187000", "421303187236", "421303187202"
OTHER_TOWNSHIP, STRANGER = "421303101000", "421303101200"
COUNTY_CODE = "421303"
NAMES = {
    PROVINCE: ("湖北省", "province", None),
    PREFECTURE: ("随州市", "prefecture", PROVINCE),
    COUNTY: ("曾都区", "county", PREFECTURE),
    TOWNSHIP: ("淅河镇", "township", COUNTY),
    VILLAGE: ("挑水河村委会", "village", TOWNSHIP),
    SIBLING: ("光化村委会", "village", TOWNSHIP),
    OTHER_TOWNSHIP: ("万店镇", "township", COUNTY),
    STRANGER: ("示例村委会", "village", OTHER_TOWNSHIP),
}
ENTERPRISE_CODE, COOPERATIVE_CODE = "91421303MA49000102", "93421303MA4900029Q"
COLLECTIVE_CODE = "N2421303MF4900035D"
CHILI, DRIED, RICE = "chili", "chili_dried", "midseason_rice"
_numbers = count(1)

BORN = {
    "version": 1,
    "source": "api",
    "created_at": NOW,
    "created_by": "operator",
    "updated_at": NOW,
    "updated_by": "operator",
}
RECORDED = {"recorded_at": NOW, "created_by": "operator"}
CREATED = {"created_at": NOW, "created_by": "operator"}


class World(msgspec.Struct, frozen=True, kw_only=True):
    """What most tests stand on."""

    season: UUID
    enterprise: UUID
    collective: UUID
    reference_return: UUID


async def insert(on: On, table: str, **columns: Any) -> None:
    """One row; columns that are not given keep their default."""
    names = ", ".join(columns)
    source = f"jsonb_populate_recordset(null::{table}, $1::text::jsonb)"
    row = msgspec.json.encode([columns]).decode()
    await connection_of(on).execute(f"insert into {table} ({names}) select {names} from {source}", row)


def placed(village: str) -> dict[str, str]:
    return {"county_code": village[:6], "village_code": village}


async def world(on: On) -> World:
    """Divisions, crops, products, one season, one reference row, a labour day price, two organisations."""
    for code, (name, level, parent) in NAMES.items():
        await division(on, code, name=name, level=level, parent_code=parent)
    for code, name in ((CHILI, "辣椒"), (RICE, "中籼稻")):
        await insert(on, "crop", crop_code=code, name=name, **BORN)
    await insert(on, "product", product_code=DRIED, crop_code=CHILI, name="干朝天椒", **BORN)
    await insert(on, "product", product_code=RICE, crop_code=RICE, name="稻谷", **BORN)
    for position, code in enumerate(("first", "second"), 1):
        name = f"{position} 级"
        await insert(on, "grade", product_code=DRIED, grade_code=code, name=name, position=position, **BORN)
    await insert(on, "labour_day_price", year=2022, price="99.60", source_text="示例来源", **BORN)
    return World(
        season=await season(on),
        enterprise=await organization(on),
        collective=await organization(
            on,
            kind="collective",
            name="示范挑水河村集体",
            credit_code=COLLECTIVE_CODE,
            division_code=VILLAGE,
        ),
        reference_return=await reference_return(on),
    )


async def division(on: On, code: str, **columns: Any) -> str:
    standard = {"name": f"示例区划 {code}", "level": "village", "valid_from": date(2020, 1, 1)}
    await insert(on, "division", division_code=code, **BORN | standard | columns)
    return code


async def season(on: On, **columns: Any) -> UUID:
    key = uuid4()
    standard = {
        "division_code": COUNTY,
        "product_code": DRIED,
        "year": 2022,
        "name": "2022 年秋季",
        "starts_on": date(2022, 4, 1),
        "ends_on": date(2022, 11, 30),
    }
    await insert(on, "season", season_id=key, **BORN | standard | columns)
    return key


async def organization(on: On, **columns: Any) -> UUID:
    key = uuid4()
    standard = {
        "division_code": COUNTY,
        "kind": "enterprise",
        "name": "示范品源现代农业",
        "credit_code": ENTERPRISE_CODE,
    }
    await insert(on, "organization", organization_id=key, **BORN | standard | columns)
    return key


async def reference_return(on: On, **columns: Any) -> UUID:
    """The row of mid-season rice the first worked case is compared with."""
    key = uuid4()
    standard = {
        "crop_code": RICE,
        "division_code": PROVINCE,
        "year": 2022,
        "yield_kg": "600.00",
        "price_per_50kg": "134.00",
        "output_value": "1608.00",
        "materials_services": "650.00",
        "family_labour": "300.00",
        "hired_labour": "100.00",
        "land_rent": "30.00",
        "own_land_rent": "150.00",
        "family_days": "3.01",
        "hired_days": "0.60",
        "quality": "planning",
        "source_text": "示例来源",
    }
    await insert(on, "reference_return", reference_return_id=key, **BORN | standard | columns)
    return key


async def market_price(on: On, **columns: Any) -> UUID:
    key = uuid4()
    standard = {
        "division_code": COUNTY,
        "product_code": DRIED,
        "day": date(2022, 8, 20),
        "price": "8.0000",
        "source_text": "示例来源",
    }
    await insert(on, "market_price", market_price_id=key, **BORN | standard | columns)
    return key


async def household(on: On, village: str = VILLAGE, **columns: Any) -> UUID:
    """With its head 示例户 n."""
    key, number = uuid4(), next(_numbers)
    head = columns.pop("head", f"示例户 {number}")
    standard = {"number": f"H{number:05}", "valid_from": date(2020, 1, 1), "contracted_mu": "5.00"}
    await insert(on, "household", household_id=key, **placed(village) | BORN | standard | columns)
    await person(on, key, village, name=head, is_head=True)
    return key


async def person(on: On, household_id: UUID, village: str = VILLAGE, **columns: Any) -> UUID:
    key = uuid4()
    standard = {
        "household_id": household_id,
        "name": "示例成员",
        "valid_from": date(2020, 1, 1),
        "is_head": False,
    }
    standard["search_key"] = ""
    await insert(on, "person", person_id=key, **placed(village) | BORN | standard | columns)
    return key


async def headcount(on: On, household_id: UUID, village: str = VILLAGE, **columns: Any) -> UUID:
    key = uuid4()
    standard = {
        "household_id": household_id,
        "counted_on": date(2022, 1, 1),
        "registered": 4,
        "resident": 3,
        "labour": 2,
        "source": "api",
    }
    await insert(on, "headcount", headcount_id=key, **placed(village) | RECORDED | standard | columns)
    return key


async def land_use(
    on: On, household_id: UUID, season_id: UUID | None, village: str = VILLAGE, **columns: Any
) -> UUID:
    """One mu that would otherwise have carried rice."""
    key = uuid4()
    standard = {
        "household_id": household_id,
        "season_id": season_id,
        "area_mu": "1.00",
        "displaced_crops": [RICE],
        "rented_in": False,
        "rent_either_way": False,
    }
    await insert(on, "land_use", land_use_id=key, **placed(village) | BORN | standard | columns)
    return key


async def membership(
    on: On, household_id: UUID, organization_id: UUID, village: str = VILLAGE, **columns: Any
) -> UUID:
    key = uuid4()
    standard = {
        "household_id": household_id,
        "organization_id": organization_id,
        "valid_from": date(2021, 1, 1),
    }
    await insert(on, "membership", membership_id=key, **placed(village) | BORN | standard | columns)
    return key
