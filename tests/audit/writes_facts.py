"""Writes of what happened under a contract: weigh tickets, amounts, costs, own sales. The gains computed from
them are told of nowhere."""

from typing import Any, Final
from uuid import UUID

from tests import deals, factories
from tests.audit.calls import Call, Told, at, changed, made, posted, sent, write
from tests.contracts.desk import Desk, Json
from tests.deals import Deal

REASON: Final = {"reason": "重复登记"}


async def signed(desk: Desk) -> tuple[Deal, UUID, UUID]:
    """A contract, a household in its annex, its line."""
    deal = await deals.deal(desk.work, desk.world)
    household = await factories.household(desk.work, number="03-001")
    return deal, household, await deals.participant(desk.work, deal, household, area_mu="2.00")


def ticket(deal: Deal, household: UUID, **further: Any) -> Json:
    weights = {"day": "2022-08-20", "unit": "kg", "gross": "110.00", "tare": "10.00"}
    return {"contract_id": str(deal.contract), "household_id": str(household), **weights, **further}


def fee(deal: Deal, household: UUID, **further: Any) -> Json:
    amount = {"day": "2022-08-20", "amount": "30.00"}
    return {"contract_id": str(deal.contract), "household_id": str(household), **amount, **further}


def cost(deal: Deal, household: UUID) -> Json:
    return fee(deal, household, cost_class="hired_labour", item="采摘雇工")


@write("POST /api/v1/deliveries")
async def _(desk: Desk) -> Call:
    deal, household, _ = await signed(desk)

    def told(found: Json) -> list[Told]:
        whole = made("delivery", found["delivery_id"], net_kg="100.00")
        return [at(whole, f"prices/{deal.component}/amount", None, "600.00")]

    return sent(desk, "POST", "/deliveries", told, body=ticket(deal, household))


NUMBERS: Final = "select delivery_id, ticket_number from delivery where ticket_number is not null"


async def _numbered(desk: Desk, call: Call) -> Call:
    """Tickets whose ids are in no answer: told by their numbers."""
    keys: list[Told] = []

    async def send() -> Any:
        answer = await call.send()
        found = [row for row in await desk.work.conn.fetch(NUMBERS) if row["ticket_number"] != "1"]
        keys.extend(made("delivery", row["delivery_id"], ticket_number=row["ticket_number"]) for row in found)
        return answer

    return Call(send=send, told=lambda _: keys)


@write("POST /api/v1/deliveries:batch")
async def _(desk: Desk) -> Call:
    """The first ticket stands already and is unchanged."""
    deal, household, _ = await signed(desk)
    rows = [ticket(deal, household, ticket_number=str(n), gross=f"{n}10.00") for n in (1, 2, 3)]
    await posted(desk, "/deliveries", rows[0])
    call = sent(desk, "POST", "/deliveries:batch", lambda _: [], body={"items": rows})
    return await _numbered(desk, call)


@write("POST /contracts/{contract_id}/deliveries/new")
async def _(desk: Desk) -> Call:
    deal, _, _ = await signed(desk)
    form = {"idempotency_key": "1", "day": "2022-8-20", "unit": "kg"}
    for n in (2, 3):
        values = {"household": "03-001", "ticket_number": str(n), "gross": f"{n}10", "tare": "10"}
        form |= {f"rows-{n}-{name}": value for name, value in values.items()}
    path = f"/contracts/{deal.contract}/deliveries/new"
    return await _numbered(desk, Call(send=lambda: desk.client.post(path, data=form), told=lambda _: []))


async def _delivered(desk: Desk) -> UUID:
    deal, household, _ = await signed(desk)
    return await deals.delivery(desk.work, deal, household)


@write("POST /api/v1/deliveries/{delivery_id}/void")
async def _(desk: Desk) -> Call:
    key = await _delivered(desk)
    told = changed("delivery", key, void_reason=(None, "重复登记"), voided_by=(None, "local"))
    return sent(desk, "POST", f"/deliveries/{key}/void", lambda _: [told], body=REASON)


@write("POST /deliveries/{delivery_id}")
async def _(desk: Desk) -> Call:
    key = await _delivered(desk)
    told = changed("delivery", key, void_reason=(None, "重复登记"))
    form = {**REASON, "idempotency_key": "1"}
    return Call(send=lambda: desk.client.post(f"/deliveries/{key}", data=form), told=lambda _: [told])


@write("POST /api/v1/entries")
async def _(desk: Desk) -> Call:
    deal, household, _ = await signed(desk)
    body = fee(deal, household, kind="fee")
    return sent(
        desk, "POST", "/entries", lambda found: [made("entry", found["entry_id"], amount="30.00")], body=body
    )


@write("POST /api/v1/entries/{entry_id}/void")
async def _(desk: Desk) -> Call:
    deal, household, _ = await signed(desk)
    key = (await posted(desk, "/entries", fee(deal, household, kind="fee")))["entry_id"]
    told = changed("entry", key, void_reason=(None, "重复登记"))
    return sent(desk, "POST", f"/entries/{key}/void", lambda _: [told], body=REASON)


@write("POST /api/v1/cost-records")
async def _(desk: Desk) -> Call:
    deal, household, _ = await signed(desk)

    def told(found: Json) -> list[Told]:
        return [made("cost_record", found["cost_record_id"], item="采摘雇工")]

    return sent(desk, "POST", "/cost-records", told, body=cost(deal, household))


@write("POST /api/v1/cost-records/{cost_record_id}/void")
async def _(desk: Desk) -> Call:
    deal, household, _ = await signed(desk)
    key = (await posted(desk, "/cost-records", cost(deal, household)))["cost_record_id"]
    told = changed("cost_record", key, void_reason=(None, "重复登记"))
    return sent(desk, "POST", f"/cost-records/{key}/void", lambda _: [told], body=REASON)


def completion(desk: Desk, deal: Deal, household: UUID, *, complete: bool) -> Json:
    place = {"contract_id": str(deal.contract), "household_id": str(household)}
    said = {"season_id": str(desk.world.season), "cost_class": "hired_labour", "complete": complete}
    return {**place, **said}


@write("POST /api/v1/cost-completions")
async def _(desk: Desk) -> Call:
    """Said once before: now it is taken back."""
    deal, household, line = await signed(desk)
    await posted(desk, "/cost-completions", completion(desk, deal, household, complete=True))
    key = f"{line}/{desk.world.season}/hired_labour"
    told = changed("cost_completion", key, complete=("true", "false"))
    body = completion(desk, deal, household, complete=False)
    return sent(desk, "POST", "/cost-completions", lambda _: [told], body=body)


@write("POST /api/v1/own-sales")
async def _(desk: Desk) -> Call:
    deal, household, _ = await signed(desk)

    def told(found: Json) -> list[Told]:
        return [made("own_sale", found["own_sale_id"], net_kg="30.00")]

    return sent(desk, "POST", "/own-sales", told, body=fee(deal, household, net_kg="30.00"))


@write("POST /api/v1/own-sales/{own_sale_id}/void")
async def _(desk: Desk) -> Call:
    deal, household, _ = await signed(desk)
    key = (await posted(desk, "/own-sales", fee(deal, household, net_kg="30.00")))["own_sale_id"]
    told = changed("own_sale", key, void_reason=(None, "重复登记"))
    return sent(desk, "POST", f"/own-sales/{key}/void", lambda _: [told], body=REASON)
