"""Two small seeded townships, and the callers that lists are read as."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from registry.app import HOOKS
from registry.demo import seeding
from registry.demo.places import COUNTY, TOWNSHIP
from registry.kernel.db.transactions import Database, Identity, Scope
from registry.kernel.work import Act, Work
from registry.settings import Settings
from tests.demo.building import BUILT, with_base_data
from tests.servers import Server

OTHER = "421303500000"
ACT = Act(actor="x", now=BUILT)
Row = dict[str, Any]
Fits = Callable[[Row], bool]


class Seeded(msgspec.Struct, frozen=True, kw_only=True):
    """Four villages of each of two townships of a county, three households in each, two years."""

    database: Database
    settings: Settings

    @asynccontextmanager
    async def read_as(self, scope: Scope) -> AsyncIterator[Work]:
        identity = Identity(actor="x", read=scope, write=Scope.EMPTY)
        async with self.database.reader(identity, ACT) as work:
            yield work

    async def execute(self, *statements: str) -> None:
        async with self.database.writer(seeding.SEEDER, ACT) as work:
            for statement in statements:
                await work.conn.execute(statement)

    async def rows(self, statement: str) -> list[Row]:
        async with self.read_as(Scope.ALL) as work:
            return [dict(row) for row in await work.conn.fetch(statement)]


@asynccontextmanager
async def seeded(server: Server) -> AsyncIterator[Seeded]:
    async with with_base_data(server) as settings:
        database = await Database.open(settings, HOOKS)
        await seeding.begin(database, BUILT)
        for township in seeding.townships(2, BUILT):
            few = msgspec.structs.replace(township, villages=township.villages[:4])
            await seeding.fill(database, few, 3, BUILT, tickets=2)
        yield Seeded(database=database, settings=settings)
        await database.close()


def scopes(rows: Sequence[Row]) -> dict[str, tuple[Scope, Fits]]:
    """What somebody of a place may read, and whether that covers a row."""
    villages = sorted({row["village_code"] for row in rows})
    listed = (villages[0], villages[3], villages[-1])
    places = {
        "village": Scope.of_division(villages[1]),
        "listed villages": Scope(villages=listed),
        "township": Scope.of_division(TOWNSHIP),
        "township and villages": msgspec.structs.replace(Scope.of_division(OTHER), villages=listed),
        "county": Scope.of_division(COUNTY),
        "all": Scope.ALL,
    }
    return {name: (scope, _covered(scope)) for name, scope in places.items()}


def partner(rows: Sequence[Row]) -> tuple[Scope, Fits]:
    """Likewise of a partner of some contracts."""
    contracts = tuple({row["contract_id"] for row in rows[::40]})
    return Scope(contracts=contracts), lambda row: row["contract_id"] in contracts


def _covered(scope: Scope) -> Fits:
    return lambda row: scope.covers(row["village_code"])
