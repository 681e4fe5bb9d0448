"""Writes to annexes and amendments. Land that is made for a line is told of its household."""

from typing import Any

from tests import factories
from tests.audit.calls import Call, Told, at, changed, sent, write
from tests.contracts.desk import Desk, Json, order


async def drafted(desk: Desk) -> tuple[str, Json]:
    """A draft with one household, and its line."""
    found = await desk.draft()
    await desk.add(found, [await desk.line()])
    (line,) = await desk.annex(found)
    return found["contract_id"], line


async def agreed(desk: Desk) -> tuple[str, Json]:
    """The same, signed."""
    found = await desk.signed()
    (line,) = await desk.annex(found)
    return found["contract_id"], line


def said(
    contract: str, line: Json, name: str, before: str | None, after: str | None, *, version: int = 1
) -> Told:
    path = f"participants/{line['participant_id']}/versions/{version}/{name}"
    return at(changed("contract", contract), path, before, after)


@write("POST /api/v1/contracts/{contract_id}/participants")
async def _(desk: Desk) -> Call:
    """Two households, one of them with land made for its line."""
    found = await desk.draft()
    homes = [await factories.household(desk.work) for _ in range(2)]
    lines = [await desk.line(homes[0]), await desk.line(homes[1], land_uses=[], method="price_premium")]
    told: list[Told] = []
    call = sent(
        desk,
        "POST",
        f"/contracts/{found['contract_id']}/participants",
        lambda _: told,
        body={"participants": lines},
    )

    async def send() -> Any:
        answer = await call.send()
        annex = {line["household_id"]: line for line in await desk.annex(found)}
        contract = changed("contract", found["contract_id"])
        for home in homes:
            path = f"participants/{annex[str(home)]['participant_id']}/versions/1/planned_kg"
            contract = at(contract, path, None, "1500.00")
        use = annex[str(homes[0])]["land_uses"][0]["land_use_id"]
        told.extend([contract, at(changed("household", homes[0]), f"land_uses/{use}/area_mu", None, "1.00")])
        return answer

    return Call(send=send, told=lambda _: told)


@write("PATCH /api/v1/contracts/{contract_id}/participants")
async def _(desk: Desk) -> Call:
    """A correction of a signed line: what it said before stands in the event."""
    key, line = await agreed(desk)
    change = {"participant_id": line["participant_id"], "planned_kg": "1600.00", "reason": "登记时少记"}
    told = said(key, line, "planned_kg", "1500.00", "1600.00")
    body = {"participants": [change]}
    version = (await desk.get({"contract_id": key}))["version"]
    return sent(desk, "PATCH", f"/contracts/{key}/participants", lambda _: [told], body=body, version=version)


@write("PATCH /api/v1/contracts/{contract_id}/participants/{participant_id}")
async def _(desk: Desk) -> Call:
    key, line = await drafted(desk)
    told = said(key, line, "planned_kg", "1500.00", "1400.00")
    path = f"/contracts/{key}/participants/{line['participant_id']}"
    version = (await desk.get({"contract_id": key}))["version"]
    return sent(desk, "PATCH", path, lambda _: [told], body={"planned_kg": "1400.00"}, version=version)


@write("DELETE /api/v1/contracts/{contract_id}/participants/{participant_id}")
async def _(desk: Desk) -> Call:
    key, line = await drafted(desk)
    told = said(key, line, "planned_kg", "1500.00", None)
    path = f"/contracts/{key}/participants/{line['participant_id']}"
    return sent(desk, "DELETE", path, lambda _: [told])


@write("POST /api/v1/contracts/{contract_id}/participants:remove")
async def _(desk: Desk) -> Call:
    key, line = await drafted(desk)
    told = said(key, line, "planned_kg", "1500.00", None)
    body = {"participant_ids": [line["participant_id"]]}
    return sent(desk, "POST", f"/contracts/{key}/participants:remove", lambda _: [told], body=body)


@write("POST /api/v1/contracts/{contract_id}/amendments")
async def _(desk: Desk) -> Call:
    key, line = await agreed(desk)
    told = said(key, line, "planned_kg", None, "1700.00", version=2)
    told = at(told, "components/1/terms/2/price/price", None, "4.1000")
    told = at(told, "versions/2/reason", None, "示例补充协议")
    body = {
        "effective_on": "2022-06-01",
        "signed_on": "2022-05-20",
        "reason": "示例补充协议",
        "terms": [{"number": 1, "terms": order("4.10")}],
        "change": [{"participant_id": line["participant_id"], "planned_kg": "1700.00"}],
    }
    return sent(desk, "POST", f"/contracts/{key}/amendments", lambda _: [told], body=body)
