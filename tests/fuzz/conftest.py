"""A populated village and its neighbour, who asks with real tokens, and the application with its own pool."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from registry.app import HOOKS
from registry.kernel.crypto import keyfile
from registry.kernel.db.transactions import Database
from registry.kernel.http.callers import Role
from tests.access.people import bearer, person, real, token
from tests.conftest import settings_for
from tests.factories import COUNTY, SIBLING, VILLAGE
from tests.invariants.conftest import database
from tests.invariants.populated import Matrix
from tests.invariants.test_foreign_and_missing import ids
from tests.servers import Server
from tests.serving import serving

__all__ = ["database"]

PLACES: dict[Role, str | None] = {
    "cadre": VILLAGE,
    "clerk": f"{VILLAGE[:9]}000",
    "county": COUNTY,
    "auditor": COUNTY,
    "admin": None,
}


class Fuzzed(msgspec.Struct, frozen=True, kw_only=True):
    """The application's client; headers by role, and the neighbour's; the village's own record ids."""

    client: httpx.AsyncClient
    document: dict[str, Any]
    callers: dict[str, dict[str, str]]
    neighbour: dict[str, str]
    own: dict[str, str]


@pytest.fixture(scope="session")
async def fuzzed(server: Server, database: Matrix) -> AsyncIterator[Fuzzed]:
    folder = Path(tempfile.mkdtemp())
    keyfile.ensure(folder / "keys.json")
    name = await database.conn.fetchval("select current_database()")
    settings = msgspec.structs.replace(
        settings_for(server, name), keys_file=folder / "keys.json", token_rate=100_000
    )
    pool = await Database.open(settings, HOOKS)
    async with pool.short() as conn:
        people = {role: await person(conn, role, place) for role, place in PLACES.items()}
        callers = {role: bearer(await token(conn, owner)) for role, owner in people.items()}
        neighbour = bearer(await token(conn, await person(conn, "cadre", SIBLING)))
    async with serving(settings, real(pool)) as client:
        yield Fuzzed(
            client=client,
            document=(await client.get("/api/v1/openapi.json")).json(),
            callers={str(role): header for role, header in callers.items()},
            neighbour=neighbour,
            own=ids(database, VILLAGE),
        )
    await pool.close()
