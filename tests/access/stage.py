"""A committed township with two firms' contracts, and a person of every role who reads and writes there.

示范品源 has a contract in VILLAGE and one in SIBLING, another firm one in VILLAGE. Every household has a
contract, a ticket and a gain line, all of them with words by which they are known on sight.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from registry.kernel.http.callers import Role
from registry.kernel.work import Work
from tests import deals, factories
from tests.access import people
from tests.conftest import World
from tests.deals import Deal
from tests.factories import BORN, COUNTY, CREATED, RECORDED, SIBLING, TOWNSHIP, VILLAGE, insert, placed
from tests.serving import serving

PAGE = {"accept": "text/html"}
AREA = "Q1"
PEOPLE: dict[str, tuple[Role, dict[str, str]]] = {
    "cadre": ("cadre", {"division": VILLAGE}),
    "neighbour": ("cadre", {"division": SIBLING}),
    "clerk": ("clerk", {"division": TOWNSHIP}),
    "stranger": ("clerk", {"division": factories.OTHER_TOWNSHIP}),
    "county": ("county", {"division": COUNTY}),
    "zone": ("county", {"area": AREA}),
    "auditor": ("auditor", {"division": TOWNSHIP}),
    "admin": ("admin", {}),
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A household with its contract. signed: its name in the annex; number, group and head are others'."""

    deal: Deal
    household: UUID
    participant: UUID
    delivery: UUID
    gain_line: UUID
    title: str
    signed: str


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """own and sibling are 示范品源's contracts, other the other firm's. `tokens`: by person, partners too."""

    world: World
    season: UUID
    market_price: UUID
    enterprise: UUID
    own: Line
    sibling: Line
    other: Line
    tokens: dict[str, str]

    @asynccontextmanager
    async def acting(self, who: str) -> AsyncIterator[httpx.AsyncClient]:
        """The application as its users have it, with this person's token on every request."""
        async with serving(providers=people.real(self.world.database)) as client:
            client.headers.update(people.bearer(self.tokens[who]))
            yield client


@pytest.fixture
async def stage(committed_db: World) -> Stage:
    """Made anew for each test: what one writes no other sees."""
    async with committed_db.writer() as work:
        world = await factories.world(work)
        other = await factories.organization(work, name="示范另一家企业", credit_code="91421303MA4900099D")
        own = await _line(work, world, VILLAGE, "甲")
        sibling = await _line(work, world, SIBLING, "乙")
        foreign = await _line(work, msgspec.structs.replace(world, enterprise=other), VILLAGE, "丙")
        price = await factories.market_price(work, division_code=TOWNSHIP)
        await _area(work)
        firms = {"partner": world.enterprise, "competitor": other}
        held = {"partner": (own, sibling), "competitor": (foreign,)}
        for name, lines in held.items():
            for line in lines:
                key = {"organization_id": firms[name], "contract_id": line.deal.contract}
                await insert(work, "partner_contract", **key)
        tokens = {name: await _token(work, role, **place) for name, (role, place) in PEOPLE.items()}
        tokens |= {name: await _token(work, "partner", organization=firm) for name, firm in firms.items()}
    return Stage(
        world=committed_db,
        season=world.season,
        market_price=price,
        enterprise=world.enterprise,
        own=own,
        sibling=sibling,
        other=foreign,
        tokens=tokens,
    )


async def _token(work: Work, role: Role, **place: Any) -> str:
    return await people.token(work, await people.person(work, role, **place))


async def _area(work: Work) -> None:
    since = date(2020, 1, 1)
    await insert(work, "area", area_code=AREA, name="示范高新区", valid_from=since, **BORN)
    await insert(work, "area_division", area_code=AREA, division_code=TOWNSHIP, valid_from=since, **CREATED)


async def _line(work: Work, world: factories.World, village: str, mark: str) -> Line:
    household = await factories.household(
        work, village, number=f"户号{mark}", group_name=f"小组{mark}", head=f"户主{mark}"
    )
    deal = await deals.deal(work, world, village)
    signed, title = f"签名{mark}", f"合同{mark}"
    land = await factories.land_use(work, household, deal.season, village)
    participant = await deals.participant(
        work, deal, household, land_use_id=land, planned_kg="1200.00", own_days="7.77"
    )
    await work.conn.execute(
        "update participant set signed_name = $2 where participant_id = $1", participant, signed
    )
    await work.conn.execute(
        "update contract set title = $2, number = $2 where contract_id = $1", deal.contract, title
    )
    delivery = await deals.delivery(work, deal, household, ticket_number=f"磅单{mark}")
    return Line(
        deal=deal,
        household=household,
        participant=participant,
        delivery=delivery,
        gain_line=await _gain(work, deal, household, participant),
        title=title,
        signed=signed,
    )


async def _gain(work: Work, deal: Deal, household: UUID, participant: UUID) -> UUID:
    """What a recomputation would find out is of no account here: an incomplete line of 2022."""
    key = uuid4()
    days = {name: date(2022, 11, 30) for name in ("period_from", "period_to", "recognised_on")}
    keys = {"household_id": household, "contract_id": deal.contract, "component_id": deal.component}
    said: dict[str, Any] = {"line_key": str(key), "kind": "order", "year": 2022, "state": "incomplete"}
    said |= {"missing": ["own_days"], "labour_missing": [], "delivered_kg": "0", "reference_rows": []}
    said |= {"planning": False, "formula_version": "1", "participant_id": participant}
    place = placed(deal.village)
    await insert(work, "gain_line", gain_line_id=key, **place | RECORDED | days | keys | said)
    await deals.periods(work)
    return key
