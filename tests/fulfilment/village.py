"""A village with a two-price chain: the enterprise pays 4.20 to the collective, that pays households 4.00."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from registry.kernel.work import Work
from tests import deals, factories
from tests.deals import Deal
from tests.factories import DRIED, VILLAGE, World

DELIVERIES = "/api/v1/deliveries"


def fixed(price: str, **further: Any) -> dict[str, Any]:
    return {"kind": "order", "product_code": DRIED, "price": {"clause": "fixed", "price": price}, **further}


def clause(**price: Any) -> dict[str, Any]:
    return {"kind": "order", "product_code": DRIED, "price": price}


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """The contract, its component that pays households, the one above it, three households."""

    world: World
    deal: Deal
    upper: UUID
    households: tuple[UUID, UUID, UUID]

    def ticket(self, **changes: Any) -> dict[str, Any]:
        """A ticket of 100 kg of the first household; a change to None takes the field away."""
        sent = {
            "contract_id": str(self.deal.contract),
            "household_id": str(self.households[0]),
            "day": "2022-08-20",
            "unit": "kg",
            "gross": "110.00",
            "tare": "10.00",
        } | changes
        return {name: value for name, value in sent.items() if value is not None}


async def chain(
    work: Work, terms: dict[str, Any] | None = None, upper: dict[str, Any] | None = None, area: str = "2.00"
) -> Chain:
    """World, contract and annex; `terms` pay the households, `upper` the collective."""
    world = await factories.world(work)
    deal = await deals.deal(work, world, terms=terms or fixed("4.0000"))
    await deals.party(work, deal.contract, "organiser", organization_id=world.collective)
    above = await deals.component(
        work, deal.contract, number=2, payee_role="organiser", terms=upper or fixed("4.2000")
    )
    households = []
    for number in ("001", "002", "003"):
        household = await factories.household(work, number=number)
        await deals.participant(work, deal, household, area_mu=area)
        households.append(household)
    first, second, third = households
    return Chain(world=world, deal=deal, upper=above, households=(first, second, third))


async def post(client: httpx.AsyncClient, path: str, body: Any, key: str | None = None) -> httpx.Response:
    """With a fresh Idempotency-Key unless one is given."""
    headers = {"idempotency-key": key or str(uuid4()), "accept-language": "zh"}
    return await client.post(path, json=body, headers=headers)


async def entered(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    """The answer to a ticket that has to be right."""
    answer = await post(client, DELIVERIES, body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def mistakes(answer: httpx.Response) -> dict[str, str]:
    """Pointer to code of a refusal."""
    assert answer.status_code == 422, answer.text
    return {one["pointer"]: one["code"] for one in answer.json()["errors"]}


def prices(delivery: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    """Payee, unit price and amount of each price row."""
    return [(row["payee_role"], row["unit_price"], row["amount"]) for row in delivery["prices"]]


async def market(work: Work, price: str, day: date = date(2022, 8, 20), **columns: Any) -> UUID:
    return await factories.market_price(work, price=price, day=day, **columns)


__all__ = ["VILLAGE", "Chain", "chain", "clause", "entered", "fixed", "market", "mistakes", "post", "prices"]
