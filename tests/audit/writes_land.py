"""Writes to the land of households and to their yearly figures."""

from typing import Final
from uuid import UUID

from tests import factories
from tests.audit.calls import Call, Told, at, changed, made, posted, sent, write
from tests.audit.writes_households import home
from tests.contracts.desk import Desk, Json
from tests.factories import RICE


async def parcel(desk: Desk, key: str) -> str:
    stored = await posted(desk, f"/households/{key}/parcels", {"code": "P1", "area_mu": "2.00"})
    return str(stored["parcel_id"])


@write("POST /api/v1/households/{household_id}/parcels")
async def _(desk: Desk) -> Call:
    key = await home(desk)

    def told(found: Json) -> list[Told]:
        held = at(changed("household", key), f"parcels/{found['parcel_id']}/code", None, "P1")
        return [made("parcel", found["parcel_id"], code="P1", area_mu="2.0000"), held]

    return sent(desk, "POST", f"/households/{key}/parcels", told, body={"code": "P1", "area_mu": "2.00"})


@write("PATCH /api/v1/parcels/{parcel_id}")
async def _(desk: Desk) -> Call:
    found = await parcel(desk, await home(desk))
    told = changed("parcel", found, name=(None, "村东地"))
    return sent(desk, "PATCH", f"/parcels/{found}", lambda _: [told], body={"name": "村东地"}, version=1)


@write("POST /api/v1/parcels/{parcel_id}/holders")
async def _(desk: Desk) -> Call:
    found = await parcel(desk, await home(desk))
    other = str(await factories.household(desk.work))
    told = [
        at(changed("parcel", found), f"holders/{other}/holds", None, "true"),
        at(changed("household", other), f"parcels/{found}/code", None, "P1"),
    ]
    return sent(desk, "POST", f"/parcels/{found}/holders", lambda _: told, body={"household_id": other})


@write("DELETE /api/v1/parcels/{parcel_id}/holders/{household_id}")
async def _(desk: Desk) -> Call:
    key = await home(desk)
    found = await parcel(desk, key)
    told = [
        at(changed("parcel", found), f"holders/{key}/holds", "true", None),
        at(changed("household", key), f"parcels/{found}/code", "P1", None),
    ]
    return sent(desk, "DELETE", f"/parcels/{found}/holders/{key}", lambda _: told)


@write("POST /api/v1/households/{household_id}/land-uses")
async def _(desk: Desk) -> Call:
    key = await home(desk)

    def told(found: Json) -> list[Told]:
        return [at(changed("household", key), f"land_uses/{found['land_use_id']}/area_mu", None, "1.00")]

    use = {"season_id": str(desk.world.season), "area_mu": "1.00", "displaced_crops": [RICE]}
    return sent(desk, "POST", f"/households/{key}/land-uses", told, body=use)


@write("PATCH /api/v1/land-uses/{land_use_id}")
async def _(desk: Desk) -> Call:
    key = await home(desk)
    use = await factories.land_use(desk.work, UUID(key), desk.world.season)
    told = at(changed("household", key), f"land_uses/{use}/area_mu", "1.00", "1.50")
    return sent(desk, "PATCH", f"/land-uses/{use}", lambda _: [told], body={"area_mu": "1.50"}, version=1)


INCOME: Final = {"year": 2021, "amount": "20000.00", "source_text": "示例"}
HISTORY: Final = {
    "crop_code": RICE,
    "year": 2021,
    "area_mu": "2.00",
    "cash_income": "900.00",
    "evidence": "示例",
}


@write("POST /api/v1/households/{household_id}/incomes")
async def _(desk: Desk) -> Call:
    key = await home(desk)
    told = at(changed("household", key), "incomes/2021/amount", None, "20000.00")
    return sent(desk, "POST", f"/households/{key}/incomes", lambda _: [told], body=INCOME)


@write("PATCH /api/v1/households/{household_id}/incomes/{year}")
async def _(desk: Desk) -> Call:
    key = await home(desk)
    await posted(desk, f"/households/{key}/incomes", INCOME)
    told = at(changed("household", key), "incomes/2021/amount", "20000.00", "21000.00")
    path = f"/households/{key}/incomes/2021"
    return sent(desk, "PATCH", path, lambda _: [told], body={"amount": "21000.00"}, version=1)


@write("POST /api/v1/households/{household_id}/own-history")
async def _(desk: Desk) -> Call:
    key = await home(desk)
    told = at(changed("household", key), f"own_histories/{RICE} 2021/cash_income", None, "900.00")
    return sent(desk, "POST", f"/households/{key}/own-history", lambda _: [told], body=HISTORY)


@write("PATCH /api/v1/households/{household_id}/own-history/{crop_code}/{year}")
async def _(desk: Desk) -> Call:
    key = await home(desk)
    await posted(desk, f"/households/{key}/own-history", HISTORY)
    told = at(changed("household", key), f"own_histories/{RICE} 2021/cash_income", "900.00", "950.00")
    path = f"/households/{key}/own-history/{RICE}/2021"
    return sent(desk, "PATCH", path, lambda _: [told], body={"cash_income": "950.00"}, version=1)
