"""What the tests of contracts do over and over, through the REST interface."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import httpx
import msgspec

from registry.kernel.db.transactions import Scope
from registry.kernel.http.callers import Caller, Role
from registry.kernel.work import Work
from tests import factories
from tests.factories import DRIED, RICE, VILLAGE, World
from tests.serving import acting_as

API = "/api/v1"
Json = dict[str, Any]
Touched = tuple[UUID, int]
"""A household and a year whose gains are computed again."""


def order(price: Json | str, unit: str = "kg", **further: Any) -> Json:
    """Terms of an order; a bare price is a fixed one."""
    clause = {"clause": "fixed", "price": price} if isinstance(price, str) else price
    return {"kind": "order", "product_code": DRIED, "price": clause, "price_unit": unit, **further}


def component(price: Json | str, payer: str = "buyer", payee: str = "household", **terms: Any) -> Json:
    return {"payer_role": payer, "payee_role": payee, "terms": order(price, **terms)}


def overridden(answer: httpx.Response, reason: str = "已到现场核对") -> list[Json]:
    """An override for every warning of an answer."""
    assert answer.status_code == 422, answer.text
    return [{"code": w["code"], "pointer": w["pointer"], "reason": reason} for w in answer.json()["warnings"]]


def codes(answer: httpx.Response, kind: str = "errors") -> list[tuple[str, str]]:
    """(pointer, code) of all mistakes or warnings of an answer."""
    assert answer.status_code == 422, answer.text
    return [(one["pointer"], one["code"]) for one in answer.json().get(kind, [])]


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """The connection and client of a test and what they stand on."""

    work: Work
    client: httpx.AsyncClient
    world: World

    def chain(self) -> Json:
        """Enterprise, collective and cooperative in roles: 4.20 enterprise → collective, 4.00 → household."""
        return {
            "parties": [
                {"role": "buyer", "organization_id": str(self.world.enterprise)},
                {"role": "organiser", "organization_id": str(self.world.collective)},
            ],
            "components": [component("4.20", "buyer", "organiser"), component("4.00", "organiser")],
        }

    def body(self, **further: Any) -> Json:
        """A plain contract: the enterprise pays households 4.00."""
        return {
            "village_code": VILLAGE,
            "title": "示例辣椒订单合同",
            "number": "示例-001",
            "starts_on": "2022-03-01",
            "ends_on": "2022-12-31",
            "parties": [{"role": "buyer", "organization_id": str(self.world.enterprise)}],
            "components": [component("4.00")],
            **further,
        }

    async def draft(self, **further: Any) -> Json:
        answer = await self.client.post(f"{API}/contracts", json=self.body(**further))
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def line(self, household: UUID | None = None, **further: Any) -> Json:
        """An annex line of one mu that replaces rice, of a household of its own unless given."""
        key = household or await factories.household(self.work)
        return {
            "household_id": str(key),
            "area_mu": "1.00",
            "planned_kg": "1500.00",
            "method": "replaced_crop",
            "land_uses": [{"displaced_crops": [RICE]}],
            **further,
        }

    async def add(
        self, contract: Json, lines: Sequence[Json], status: int = 201, overrides: Sequence[Json] = ()
    ) -> httpx.Response:
        body = {"participants": list(lines), "overrides": list(overrides)}
        answer = await self.client.post(f"{API}/contracts/{contract['contract_id']}/participants", json=body)
        assert answer.status_code == status, answer.text
        return answer

    async def get(self, contract: Json, **params: str) -> Json:
        answer = await self.client.get(f"{API}/contracts/{contract['contract_id']}", params=params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def act(self, contract: Json, action: str, status: int = 200, **body: Any) -> httpx.Response:
        answer = await self.client.post(f"{API}/contracts/{contract['contract_id']}/{action}", json=body)
        assert answer.status_code == status, answer.text
        return answer

    async def patch(self, path: str, version: int | None, status: int = 200, **body: Any) -> httpx.Response:
        headers = {} if version is None else {"if-match": f'"{version}"'}
        answer = await self.client.patch(f"{API}/{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer

    async def sign(self, contract: Json, status: int = 200, **body: Any) -> httpx.Response:
        return await self.act(contract, "sign", status, **{"signed_on": "2022-03-01", **body})

    async def signed(self, lines: int = 1, **further: Any) -> Json:
        """A signed contract with so many households."""
        made = await self.draft(**further)
        await self.add(made, [await self.line() for _ in range(lines)])
        return dict((await self.sign(made)).json())

    async def annex(self, contract: Json, **params: str) -> list[Json]:
        answer = await self.client.get(
            f"{API}/contracts/{contract['contract_id']}/participants", params={"limit": "200", **params}
        )
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])


def person(username: str, role: Role = "clerk") -> Caller:
    """Somebody with everything in scope."""
    return Caller(username=username, display_name="示例经办", role=role, read=Scope.ALL, write=Scope.ALL)


def colleague(username: str = "second", role: Role = "clerk") -> AbstractContextManager[None]:
    """Inside, whatever is done at the desk is done by another person."""
    return acting_as(person(username, role))
