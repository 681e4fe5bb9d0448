"""Writes to contracts: registering, changing, signing, ending, filing, over REST and on pages."""

from typing import Any, Final

from tests import factories
from tests.audit.calls import Call, Told, at, changed, made, sent, write
from tests.contracts.browse import visit
from tests.contracts.desk import Desk, Json, colleague
from tests.factories import DRIED, VILLAGE

ENDS: Final = {
    "complete": ({"completed_on": "2022-12-01"}, "completed_on", "2022-12-01"),
    "terminate": ({"terminated_on": "2022-10-01", "reason": "双方协商"}, "terminated_on", "2022-10-01"),
    "cancel": ({"cancelled_on": "2022-03-02", "reason": "登记错了"}, "cancelled_on", "2022-03-02"),
}


@write("POST /api/v1/contracts")
async def _(desk: Desk) -> Call:
    def told(found: Json) -> list[Told]:
        whole = made("contract", found["contract_id"], title="示例辣椒订单合同", status="draft")
        return [at(whole, "components/1/terms/1/price/price", None, "4.0000")]

    return sent(desk, "POST", "/contracts", told, body=desk.body())


@write("PATCH /api/v1/contracts/{contract_id}")
async def _(desk: Desk) -> Call:
    found = await desk.draft()
    told = changed("contract", found["contract_id"], note=(None, "备注"))
    path = f"/contracts/{found['contract_id']}"
    return sent(desk, "PATCH", path, lambda _: [told], body={"note": "备注"}, version=found["version"])


@write("POST /api/v1/contracts/{contract_id}/sign")
async def _(desk: Desk) -> Call:
    found = await desk.draft()
    await desk.add(found, [await desk.line()])
    told = changed(
        "contract", found["contract_id"], status=("draft", "signed"), signed_on=(None, "2022-03-01")
    )
    told = at(told, "versions/1/effective_on", None, "2022-03-01")
    path = f"/contracts/{found['contract_id']}/sign"
    return sent(desk, "POST", path, lambda _: [told], body={"signed_on": "2022-03-01"})


async def _end(desk: Desk, action: str) -> Call:
    body, field, day = ENDS[action]
    found = await desk.signed()
    told = at(changed("contract", found["contract_id"]), field, None, day)
    return sent(desk, "POST", f"/contracts/{found['contract_id']}/{action}", lambda _: [told], body=body)


@write("POST /api/v1/contracts/{contract_id}/complete")
async def _(desk: Desk) -> Call:
    return await _end(desk, "complete")


@write("POST /api/v1/contracts/{contract_id}/terminate")
async def _(desk: Desk) -> Call:
    return await _end(desk, "terminate")


@write("POST /api/v1/contracts/{contract_id}/cancel")
async def _(desk: Desk) -> Call:
    return await _end(desk, "cancel")


@write("POST /api/v1/contracts/{contract_id}/filings")
async def _(desk: Desk) -> Call:
    found = await desk.signed()
    with colleague():
        await desk.act(found, "filings", state="submitted")
    key = found["contract_id"]
    told = changed("contract", key, filing_state=("submitted", "returned"), filing_reason=(None, "附件缺页"))
    body = {"state": "returned", "reason": "附件缺页"}
    return sent(desk, "POST", f"/contracts/{key}/filings", lambda _: [told], body=body)


@write("POST /api/v1/contracts/{contract_id}/reference-pins")
async def _(desk: Desk) -> Call:
    found = await desk.signed()
    told = at(changed("contract", found["contract_id"]), "pins/midseason_rice/reason", None, "示例原因")
    body = {"reference_return_id": str(desk.world.reference_return), "reason": "示例原因"}
    path = f"/contracts/{found['contract_id']}/reference-pins"
    return sent(desk, "POST", path, lambda _: [told], body=body)


@write("DELETE /api/v1/contracts/{contract_id}/reference-pins/{reference_pin_id}")
async def _(desk: Desk) -> Call:
    found = await desk.signed()
    row = str(desk.world.reference_return)
    pin = (await desk.act(found, "reference-pins", 201, reference_return_id=row, reason="示例原因")).json()
    told = at(changed("contract", found["contract_id"]), "pins/midseason_rice/reason", "示例原因", None)
    path = f"/contracts/{found['contract_id']}/reference-pins/{pin['reference_pin_id']}"
    return sent(desk, "DELETE", path, lambda _: [told])


BUYER: Final = "示范品源现代农业"


@write("POST /contracts/new")
async def _(desk: Desk) -> Call:
    await factories.household(desk.work)
    page = await visit(desk.client, f"/contracts/new?division={VILLAGE}")

    def told(now: Any) -> list[Told]:
        return [made("contract", now.address.split("/")[2], title="示例合同", status="draft")]

    return Call(send=lambda: page.send(title="示例合同", parties__0__organization=BUYER), told=told)


@write("POST /contracts/{contract_id}/edit/parties")
async def _(desk: Desk) -> Call:
    found = await desk.draft()
    page = await visit(desk.client, f"/contracts/{found['contract_id']}/edit/parties")
    told = changed("contract", found["contract_id"], title=("示例辣椒订单合同", "示例新合同"))
    return Call(send=lambda: page.send(title="示例新合同"), told=lambda _: [told])


@write("POST /contracts/{contract_id}/edit/terms")
async def _(desk: Desk) -> Call:
    found = await desk.draft()
    page = await visit(desk.client, f"/contracts/{found['contract_id']}/edit/terms")
    told = at(
        changed("contract", found["contract_id"]), "components/1/terms/1/price/price", "4.0000", "4.2000"
    )
    form = {"components__0__terms__price__price": "4.2", "components__0__terms__product_code": DRIED}
    return Call(send=lambda: page.send(**form), told=lambda _: [told])


@write("POST /contracts/{contract_id}/edit/annex")
async def _(desk: Desk) -> Call:
    """A household joins with land of its own: both the contract and the household change."""
    home = await factories.household(desk.work, number="01", contracted_mu="6.00")
    found = await desk.draft()
    page = await visit(desk.client, f"/contracts/{found['contract_id']}/edit/annex")
    told: list[Told] = []

    async def send() -> Any:
        form = {"displaced": "中籼稻", "per_mu": "1500", "rows__0__chosen": "true", "rows__0__area_mu": "1"}
        answer = await page.send(**form)
        (line,) = await desk.annex(found)
        use = line["land_uses"][0]["land_use_id"]
        contract = changed("contract", found["contract_id"])
        told.append(at(contract, f"participants/{line['participant_id']}/versions/1/area_mu", None, "1.00"))
        told.append(at(changed("household", home), f"land_uses/{use}/area_mu", None, "1.00"))
        return answer

    return Call(send=send, told=lambda _: told)


@write("POST /contracts/{contract_id}/edit/check")
async def _(desk: Desk) -> Call:
    found = await desk.draft()
    await desk.add(found, [await desk.line()])
    page = await visit(desk.client, f"/contracts/{found['contract_id']}/edit/check")
    told = changed("contract", found["contract_id"], status=("draft", "signed"))
    return Call(send=lambda: page.send(signed_on="2022-3-1"), told=lambda _: [told])


@write("POST /contracts/{contract_id}/{name}")
async def _(desk: Desk) -> Call:
    found = await desk.signed()
    page = await visit(desk.client, f"/contracts/{found['contract_id']}/complete")
    told = changed("contract", found["contract_id"], status=("signed", "completed"))
    return Call(send=lambda: page.send(completed_on="2022-12-1"), told=lambda _: [told])
